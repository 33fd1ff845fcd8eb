"""One cell of a stranger's sheet: what stands in it, in whatever spelling people use, or what to do about it. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import TypeVar

from hub.chinese import index_numbers
from hub.chinese.numerals import written_date
from schemas.card import Validity
from schemas.release import Disclosure
from schemas.text import one_line

T = TypeVar("T")

_DISCLOSURES: dict[str, Disclosure | None] = {
    **dict.fromkeys(("", "无", "未标注", "未注明", "—", "-"), None),
    **dict.fromkeys(("主动公开", "此件主动公开"), Disclosure.OPEN),
    **dict.fromkeys(("依申请公开", "依申请", "此件依申请公开"), Disclosure.ON_REQUEST),
    **dict.fromkeys(("不予公开", "不公开", "此件不予公开"), Disclosure.CLOSED),
}
_VALIDITIES = {
    **dict.fromkeys(("有效", "现行有效"), Validity.IN_FORCE),
    **dict.fromkeys(("已修改", "修改"), Validity.AMENDED),
    **dict.fromkeys(("尚未施行", "未施行"), Validity.NOT_YET),
    **dict.fromkeys(("已废止", "废止"), Validity.REPEALED),
    **dict.fromkeys(("已失效", "失效"), Validity.EXPIRED),
}
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_BRACKETS = str.maketrans({"[": "〔", "]": "〕", "(": "〔", ")": "〕", "（": "〔", "）": "〕", "【": "〔", "】": "〕"})


class WrongError(Exception):
    """A cell that cannot be what its column wants; says what to do."""


def doc_no(typed: str) -> str:
    """A 发文字号 as it is to be written, whatever brackets somebody's keyboard had."""
    return "".join(typed.split()).translate(_BRACKETS)


def index_no(cell: str) -> str | None:
    """Raises WrongError."""
    typed = "".join(cell.split()).upper().replace("／", "/")
    if typed and not index_numbers.is_sound(typed):
        raise WrongError("索引号中机构代码的校验码不符，请对照原件核对；没有把握的留空")
    return typed or None


def office(cells: dict[str, str], units: Collection[str]) -> tuple[str, str]:
    """Issuer and unit. Some lists have both in one column, with a stroke between them. Raises WrongError."""
    issuer, unit = one_line(cells["发文机关"]), one_line(cells["责任处室"])
    if unit not in units and not issuer:
        head, stroke, tail = unit.replace("／", "/").rpartition("/")
        issuer, unit = (head.strip(), tail.strip()) if stroke else (issuer, unit)
    if not unit:
        raise WrongError("请填写责任处室")
    if unit not in units:
        raise WrongError(f"系统中没有名为“{unit[:40]}”的单位，请核对名称，或请管理员在“管理”的“单位”中添加")
    return issuer, unit


def day(cell: str, today: date) -> date:
    """A day that is over, or today. Raises WrongError."""
    typed = one_line(cell)
    found = written_date(typed)
    if found is None and (match := _DAY.fullmatch(typed)):
        numbers = [int(part) for part in match.groups() if part]
        try:
            found = date(*numbers)
        except ValueError:
            found = None
    if found is None:
        raise WrongError("成文日期应形如 2012-03-05 或 2012年3月5日；只知年月的，请查原件")
    if found > today:
        raise WrongError("成文日期不能晚于今天，请核对")
    return found


def disclosure(cell: str) -> Disclosure | None:
    """Raises WrongError."""
    return _one_of(cell, _DISCLOSURES, "公开属性", "主动公开、依申请公开、不予公开，或留空")


def validity(cell: str) -> Validity:
    """Raises WrongError."""
    return _one_of(cell, _VALIDITIES, "有效性", "有效、已修改、尚未施行、已废止、已失效")


def _one_of(cell: str, table: Mapping[str, T], name: str, choices: str) -> T:
    typed = "".join(cell.split())
    if typed not in table:
        raise WrongError(f"{name}应填：{choices}")
    return table[typed]
