"""Numbers of persons, written in every way in which people write and hide them."""

from collections.abc import Callable, Iterator

from schemas.edition import Edition
from tests.checks import faults

Change = Callable[[Edition], Edition]


def sound(head: str) -> str:
    """The 18-digit number with this head and its check digit."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, head, strict=True))
    return head + "10X98765432"[total % 11]


def card(head: str) -> str:
    """The card number with this head and its check digit."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(head))]
    return head + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


FIRST = next(number for n in range(700, 800) if (number := sound(f"12010319900307{n}")).isdigit())
WITH_X = next(number for n in range(100, 200) if (number := sound(f"12011419851203{n}")).endswith("X"))
CARD = card("622202123456789012")
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_SPOKEN = str.maketrans("0123456789X", "〇一二三四五六七八九Ｘ")


def planted() -> Iterator[tuple[str, str, Change]]:
    yield from _identities()
    yield from _cards()
    yield from _others()
    yield from _elsewhere()


def _identities() -> Iterator[tuple[str, str, Change]]:
    for number in (FIRST, WITH_X):
        yield "身份证号", "id_number", faults.line(f"申请人王某，公民身份号码{number}。")
        yield "身份证号单独成行", "id_number", faults.line(number, "end")
    for name, text in (
        ("全角", FIRST.translate(_WIDE)),
        ("小写x", WITH_X[:17] + "x"),
        ("空格", f"{FIRST[:6]} {FIRST[6:14]} {FIRST[14:]}"),
        ("连字符", f"{FIRST[:6]}-{FIRST[6:14]}-{FIRST[14:]}"),
        ("长横", f"{FIRST[:6]}—{FIRST[6:14]}—{FIRST[14:]}"),
        ("全角空格", f"{FIRST[:3]}\u3000{FIRST[3:10]}\u3000{FIRST[10:]}"),
        ("不换行空格", f"{FIRST[:10]}\u00a0{FIRST[10:]}"),
        ("零宽字符", "\u200b".join(FIRST)),
        ("每位空格", " ".join(FIRST)),
        ("汉字数字", FIRST.translate(_SPOKEN)),
        ("中间换行", f"{FIRST[:10]}<br>{FIRST[10:]}"),
        ("中间加粗", f"{FIRST[:8]}<strong>{FIRST[8:]}</strong>"),
        ("前有序号", f"1 {FIRST}"),
        ("前有字母", f"ID{FIRST}"),
        ("括号", f"（{FIRST}）"),
        ("西里尔X", WITH_X[:17] + "Х"),
    ):
        yield f"身份证号{name}", "id_number", faults.line(f"经查{text}，情况属实。")
    yield "身份证号断成两段", "id_number", faults.line(f"身份证：{FIRST[:9]}</p><p>{FIRST[9:]}")
    yield "身份证号写错一位", "id_number", faults.line(f"身份证号：{FIRST[:17]}{(int(FIRST[17]) + 1) % 10}")
    yield "15位身份证号", "id_number", faults.line("身份证号码120103670401001")
    yield "身份证号在表格中", "id_number", faults.cell(FIRST, "证件")
    yield "身份证号写错在表格中", "id_number", faults.cell("120101199001011234", "身份证号")
    yield "身份证号在单元格中换行", "id_number", faults.cell(f"{FIRST[:6]}<br>{FIRST[6:]}", "号码")
    yield "护照号", "other_id_number", faults.line("护照号码：E12345678，签发地天津。")
    yield "港澳通行证", "other_id_number", faults.line("港澳居民来往内地通行证H0123456701。")
    yield "军官证", "other_id_number", faults.line("军官证：军字第1234567号")


def _cards() -> Iterator[tuple[str, str, Change]]:
    for name, text in (
        ("19位", CARD),
        ("空格", " ".join((CARD[:4], CARD[4:8], CARD[8:12], CARD[12:16], CARD[16:]))),
        ("连字符", f"{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:16]}-{CARD[16:]}"),
        ("全角", CARD.translate(_WIDE)),
        ("16位", card("622576000000123")),
        ("零宽", "\u200b".join(CARD)),
    ):
        yield f"银行卡号{name}", "card_number", faults.line(f"补偿款转入{text}。")
    yield "银行卡号写错一位", "card_number", faults.line(f"银行卡号：{CARD[:18]}{(int(CARD[18]) + 1) % 10}")
    yield "维萨卡", "card_number", faults.line(f"卡号：{card('411111111111111')}")
    yield "工行旧卡", "card_number", faults.line(f"工资卡：{card('955880020010123456')}")
    yield "银行卡号在表格中", "card_number", faults.cell(CARD, "银行账号")


def _others() -> Iterator[tuple[str, str, Change]]:
    for name, text in (
        ("", "13812345678"),
        ("空格", "138 1234 5678"),
        ("连字符", "138-1234-5678"),
        ("全角", "１３８１２３４５６７８"),
        ("国际区号", "+86 13812345678"),
        ("国际区号连写", "8613812345678"),
        ("汉字", "一三八一二三四五六七八"),
        ("幺", "幺三八幺二三四五六七八"),
        ("换行", "1381234<br>5678"),
        ("每位空格", "1 3 8 1 2 3 4 5 6 7 8"),
        ("微信号", "wx13812345678"),
        ("19号段", "19912345678"),
        ("3-3-5", "138 123 45678"),
    ):
        yield f"手机号{name}", "mobile_number", faults.line(f"请致电李先生{text}。")
    yield "手机号在表格中", "mobile_number", faults.cell("13912345678")
    yield (
        "手机号在解读中",
        "mobile_number",
        lambda one: faults.line("手机：13712345678", "end", len(one.documents) - 1)(one),
    )
    for text in ("津A12345", "津AD12345", "津A·8B123", "津 B 12345", "京Ｎ１２３４５"):
        yield f"车牌{text}", "plate_number", faults.line(f"涉案车辆{text}停放在路边。")
    for text in (
        "家住幸福里3号楼2单元501室",
        "户主现住阳光家园12栋3门302",
        "被征收人住址：和平里三号楼二单元五〇一室",
        "张某居住于长江道8号楼1204室",
    ):
        yield f"住址{text}", "home_address", faults.line(text + "。")
    yield "住宅电话", "landline_number", faults.line("户主家庭电话：022-27654321。")
    yield "15位号码", "old_id_number", faults.line("经核实120103670401001。")


def _elsewhere() -> Iterator[tuple[str, str, Change]]:
    yield "标题里的身份证号", "id_number", faults.meta(title=f"关于对{FIRST}作出处理的通知")
    yield "关键词里的身份证号", "id_number", faults.meta(keywords=("处罚", FIRST))
    yield "主送里的身份证号", "id_number", faults.meta(addressees=f"王某（{FIRST}）")
    yield "附件名里的身份证号", "id_number", faults.attached(f"王某{FIRST}.pdf")
    yield "附件名里断开的身份证号", "id_number", faults.attached(f"王某_{FIRST[:6]}_{FIRST[6:]}.pdf")
    yield "替代文字里的身份证号", "id_number", faults.picture(f"身份证照片 {FIRST}")
    yield "链接里的身份证号", "id_number", faults.line(f'<a href="https://tj.gov.cn/q?id={FIRST}">查询</a>')
    yield "链接里编码的身份证号", "id_number", faults.line(f'<a href="https://tj.gov.cn/q?n=%31{FIRST[1:]}">查询</a>')
    yield "摘要里的身份证号", "id_number", lambda one: faults.document(one, summary=f"王某（{FIRST}）")
    yield (
        "解读标题里的银行卡",
        "card_number",
        lambda one: faults.document(one, len(one.documents) - 1, title=f"解读：{CARD}"),
    )
    yield "附件名里的手机号", "mobile_number", faults.attached("联系表-13812345678.xlsx")
    yield "邮箱链接里的手机号", "mobile_number", faults.line('<a href="mailto:13812345678@139.com">来信</a>')
