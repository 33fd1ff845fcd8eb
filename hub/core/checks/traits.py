"""What tells of a person: each kind of number with its form, its test and the mask that notices use (138****1234).

个人信息保护法 第二十五条; 条例 第十五条. Forms are those of folded text (`hub.chinese.folding`), with the spaces,
hyphens and line ends that people put inside a number.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from hub.core.checks.called import (
    CARD_WORDS,
    COLUMNS,
    IDENTITY_WORDS,
    NAMED_OTHERWISE,
    PAPER_WORDS,
    PERSONAL_WORDS,
    TELEPHONES,
)
from hub.core.checks.identity import PROVINCES, digits, is_born, is_card, is_identity, is_old_identity

_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_OFFICE = "办公电话可以保留，或由管理员列入可公开的电话；属于个人的请删去或遮盖。"
_DELETE = "请删去，或只保留首尾数字。"


class Trait(NamedTuple):
    """One kind of thing that tells of a person."""

    code: str
    name: str
    pattern: re.Pattern[str]  #: its first group is the number, found wherever it begins
    is_one: Callable[[str, str, str], bool]  #: of the number, of the words around it and of those right before
    shown: tuple[int, int]  #: letters that a mask leaves at the beginning and the end
    advice: str


def _identity(number: str, around: str, _lead: str) -> bool:
    """Whoever mistypes a number that is called 身份证 has published the person's all the same."""
    plain = digits(number)
    if plain[:2] not in PROVINCES:
        return False
    return is_identity(plain) or (is_born(plain[6:14]) and IDENTITY_WORDS.search(around) is not None)


def _old_named(number: str, around: str, _lead: str) -> bool:
    return is_old_identity(digits(number)) and IDENTITY_WORDS.search(around) is not None


def _old(number: str, _around: str, lead: str) -> bool:
    return is_old_identity(digits(number)) and not NAMED_OTHERWISE.search(lead)


def _card(number: str, around: str, _lead: str) -> bool:
    is_union = digits(number).startswith("62")
    if CARD_WORDS.search(around):
        return is_union or is_card(number)
    return is_union and is_card(number)


def _mobile(_number: str, around: str, lead: str) -> bool:
    if NAMED_OTHERWISE.search(lead):
        return False
    # In a table the first row says what the columns are: 准考证号 is no telephone.
    return "\x1f" not in around or not COLUMNS.search(around) or TELEPHONES.search(around) is not None


def _landline(_number: str, around: str, lead: str) -> bool:
    """A body's telephone is there to be called; one is told of where persons are spoken of, too."""
    return PERSONAL_WORDS.search(_own(around, lead)) is not None


def _own(around: str, lead: str) -> str:
    """The words of the number's own line; in a table, of its table."""
    return around if "\x1f" in around else lead.rpartition("\n")[2]


def _home(number: str, around: str, _lead: str) -> bool:
    return re.search("单元|门", number) is not None or PERSONAL_WORDS.search(around) is not None


def _always(_number: str, _around: str, _lead: str) -> bool:
    return True


def _papers(_number: str, around: str, _lead: str) -> bool:
    return PAPER_WORDS.search(around) is not None


def _grouped(*sizes: str) -> str:
    return r"(?:[ \-.,]{1,2}|[\n])".join(rf"\d{{{size}}}" for size in sizes)


_IN_ID = r"(?:[ \-.,、/()]{0,3}|[\n\x1f])"
_IN_CARD = r"(?:[ \-.,]{0,2}|\n)"
_NO_DIGIT, _END = r"(?<![0-9])", r"(?![0-9A-Za-z])"
_NO_AMOUNT = r"(?!\.\d|\s?(?:[万亿]?元|亩|公顷|平方|立方|吨|米|人|件))"
_MOBILE_FORMS = "|".join(
    (
        r"1[3-9]\d{9}",
        r"1[3-9]\d(?:[ \-.,]{1,2}|\n)" + _grouped("4", "4"),
        r"1[3-9]\d(?:[ \-.,]{1,2}|\n)" + _grouped("8"),
        r"1[3-9]\d{5}(?:[ -]{1,2}|\n)\d{4}",
        r"1[3-9]\d{2}(?:[ -]{1,2}|\n)" + _grouped("4", "3"),
        r"1[3-9]\d(?:[ \-.,]{1,2}|\n)" + _grouped("3", "5"),
        r"1[3-9]\d(?:[ \-.,]{1,2}|\n)" + _grouped("5", "3"),
        r"1[3-9]\d{3,8}\n\d{1,6}(?<=\d{2})",
        r"1(?:[ -.][3-9])(?:[ -.]\d){9}",
        r"\(1[3-9]\d\)[ -]?\d{4}[ -]?\d{4}",
    )
)
IDENTITY = Trait(
    "id_number",
    "公民身份号码",
    re.compile(rf"{_NO_DIGIT}(?=([1-8](?:{_IN_ID}\d){{16}}{_IN_ID}[\dXx]){_END})"),
    _identity,
    (6, 4),
    _DELETE,
)
OLD_NAMED = Trait(
    "id_number",
    "15位公民身份号码",
    re.compile(rf"{_NO_DIGIT}(?=([1-8](?:{_IN_ID}\d){{14}}){_END})"),
    _old_named,
    (6, 3),
    _DELETE,
)
PAPERS = Trait(
    "other_id_number",
    "护照、通行证等证件号码",
    re.compile(r"(?<![0-9A-Za-z])(?=((?:[A-Z]{1,2} ?\d{7,10}|\d{8,10}|[军文士]字第\d{5,9}号?))(?![0-9A-Za-z]))"),
    _papers,
    (2, 2),
    _DELETE,
)
CARDS = tuple(
    Trait(
        "card_number",
        "银行卡号",
        re.compile(rf"(?<![0-9A-Za-z])(?=([3-9](?:{_IN_CARD}\d){{{size - 1}}}){_END})"),
        _card,
        (4, 4),
        _DELETE,
    )
    for size in (19, 18, 17, 16)
)
OLD_IDENTITY = Trait(
    "old_id_number",
    "15位公民身份号码",
    re.compile(rf"(?<![0-9A-Za-z])(?=([1-8]\d{{14}}){_END})"),
    _old,
    (6, 3),
    _DELETE,
)
MOBILE = Trait(
    "mobile_number",
    "手机号码",
    re.compile(
        r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][.-])(?:wx|WX|tel|Tel|TEL)?(?:(?:\+|00)?86[ -]?)?"
        rf"(?=({_MOBILE_FORMS}){_END}{_NO_AMOUNT})"
    ),
    _mobile,
    (3, 4),
    _OFFICE,
)
LANDLINE = Trait(
    "landline_number",
    "固定电话号码",
    re.compile(r"(?<![0-9A-Za-z.-])(?=((?:\(0\d{2,3}\)|0\d{2,3}[- ])\s?[2-9]\d{6,7})(?![0-9A-Za-z]))"),
    _landline,
    (4, 2),
    _OFFICE,
)
PLATE = Trait(
    "plate_number",
    "机动车号牌",
    re.compile(
        rf"(?<![天北南新上])(?=([{_PLACES}] ?[A-HJ-NP-Z][ ·•.-]?(?=[A-Z0-9]{{0,5}}\d)[A-HJ-NP-Z0-9]{{5,6}}){_END})"
    ),
    _always,
    (2, 2),
    "属于个人的请删去或遮盖。",
)
_COUNT = r"[\d〇一二三四五六七八九十]"
HOME = Trait(
    "home_address",
    "具体到户的住址",
    re.compile(
        rf"(?<!\d)(?=({_COUNT}{{1,4}}(?:号楼|栋|幢|座|号院)\s?(?:{_COUNT}{{1,3}}(?:单元|门)\s?)?(?:{_COUNT}{{2,5}}(?:室|号|户)?)(?!\d)))"
    ),
    _home,
    (0, 1),
    "属于个人的请删去，或只写到小区、村。",
)
#: What stops it, then what somebody decides on; what an earlier one has found no later one is asked about.
GRAVE = (IDENTITY, OLD_NAMED, *CARDS, PAPERS)
OTHERS = (OLD_IDENTITY, MOBILE, LANDLINE, PLATE, HOME)
