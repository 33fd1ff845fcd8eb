"""Faults that were written after the checks had found all others; 11 of these 30 were missed at first."""

from collections.abc import Callable, Iterator

from schemas.edition import Edition
from tests.checks import faults
from tests.checks.planted_numbers import CARD, FIRST

Change = Callable[[Edition], Edition]
_LEGAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
_SPOKEN = str.maketrans("0123456789", "〇一二三四五六七八九")


def planted() -> Iterator[tuple[str, str, Change]]:
    yield from [
        ("机密·1年", "mark_in_text", faults.line("机密·1年", "head")),
        ("秘密级", "mark_in_text", faults.line("密级：秘密级", "head")),
        ("★机密", "mark_in_text", faults.line("★机密", "head")),
        ("只限内部", "mark_in_text", faults.line("（只限内部使用）", "end")),
        ("未经批准不得外传", "mark_in_text", faults.line("内部文件，未经批准不得外传", "head")),
        ("本文件涉密", "mark_in_text", faults.line("本文件涉及国家秘密，请注意保管。")),
        ("内部件", "mark_in_text", faults.line("内部件·请勿转发", "head")),
        ("仅供工作参考", "mark_in_text", faults.line("仅供领导参阅", "head")),
        ("不对社会公开", "note_in_text", faults.line("（此件不向社会公开）", "end")),
        ("此件暂不公开", "note_in_text", faults.line("（此件暂不公开）", "end")),
        ("不公开2", "note_in_text", faults.line("公开选项：不予公开", "end")),
        ("份号3", "copy_number", faults.line("份号：3", "head")),
        ("编号", "copy_number", faults.line("编号：000123", "head")),
        ("ID顿号", "id_number", faults.line(f"{FIRST[:6]}、{FIRST[6:14]}、{FIRST[14:]}")),
        ("ID斜杠", "id_number", faults.line(f"{FIRST[:6]}/{FIRST[6:14]}/{FIRST[14:]}")),
        ("ID下划线", "id_number", faults.line(f"{FIRST[:6]}_{FIRST[6:]}")),
        ("ID中文紧邻", "id_number", faults.line(f"王某{FIRST}号")),
        ("ID后字母", "id_number", faults.line(f"证件{FIRST}男")),
        ("ID圈码", "id_number", faults.line("身份证 ①②⓪①⓪③" + FIRST[6:])),
        ("ID大写", "id_number", faults.line("身份证" + FIRST.translate(_LEGAL))),
        ("ID逗号", "id_number", faults.line(f"{FIRST[:3]},{FIRST[3:6]},{FIRST[6:]}")),
        ("ID两列", "id_number", faults.line(f"<strong>{FIRST[:9]}</strong><br><strong>{FIRST[9:]}</strong>")),
        ("卡点", "card_number", faults.line(f"卡号{CARD[:4]}.{CARD[4:8]}.{CARD[8:12]}.{CARD[12:]}")),
        ("卡汉字", "card_number", faults.line("卡号" + CARD.translate(_SPOKEN))),
        ("手机点", "mobile_number", faults.line("138.1234.5678")),
        ("手机括号", "mobile_number", faults.line("（138）12345678")),
        ("手机逗号", "mobile_number", faults.line("电话：138，1234，5678")),
        ("文号小括号", "doc_no_form", faults.line("津规资发〔2026)12号", "head")),
        ("文号无括号", "doc_no_form", faults.line("津规资发2026年12号", "head")),
        ("文号方头", "doc_no_form", faults.line("津规资发〖2026〗12号", "head")),
    ]
