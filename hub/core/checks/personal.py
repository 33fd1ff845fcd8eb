"""What tells of a person in the text: identity and card numbers stop it, the others are shown to somebody who decides.

个人信息保护法 第二十五条; 条例 第十五条. Masks are those that notices use (138****1234).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.rulebook import USUAL, Rulebook

#: So many of one kind are shown for one document; a list of names has thousands.
_MOST = 20
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
#: First two digits of GB/T 2260.
_PROVINCES = frozenset(
    str(first * 10 + second)
    for first, seconds in enumerate((range(1, 6), range(1, 4), range(1, 8), range(1, 7), range(5), range(1, 6)), 1)
    for second in seconds
)
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_OFFICE = "办公电话可以保留，或由管理员列入可公开的电话；属于个人的请删去或遮盖。"
_DELETE = "请删去，或只保留首尾数字。"


class Trait(NamedTuple):
    """One kind of thing that tells of a person."""

    code: str
    name: str
    pattern: re.Pattern[str]  #: nothing that is part of a longer number
    is_one: Callable[[str], bool]
    shown: tuple[int, int]  #: letters that a mask leaves at the beginning and the end
    advice: str


def is_identity(number: str) -> bool:
    """Tell whether the check digit fits and the date of birth is a day (GB 11643-1999)."""
    if not _is_day(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK[total % 11] == number[17].upper()


def is_old_identity(number: str) -> bool:
    """Tell whether 15 digits can be an identity number of before 1999: it has no check digit."""
    return number[:2] in _PROVINCES and _is_day(f"19{number[6:12]}")


def is_card(number: str) -> bool:
    """Tell whether the digits pass Luhn's test (ISO/IEC 7812-1) and are no identity number."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    total = sum(sum(divmod(digit * 2, 10)) if place % 2 else digit for place, digit in enumerate(reversed(digits)))
    is_person = len(digits) == 18 and is_identity("".join(map(str, digits)))  # noqa: PLR2004
    return total % 10 == 0 and not is_person


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _any(_number: str) -> bool:
    return True


_ALONE, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
IDENTITY = Trait(
    "id_number", "公民身份号码", re.compile(_ALONE + r"[1-9]\d{16}[0-9Xx]" + _END), is_identity, (6, 4), _DELETE
)
CARD = Trait(
    "card_number",
    "银行卡号",
    re.compile(_ALONE + r"62\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?" + _END),
    is_card,
    (4, 4),
    _DELETE,
)
OLD_IDENTITY = Trait(
    "old_id_number", "15位公民身份号码", re.compile(_ALONE + r"[1-9]\d{14}" + _END), is_old_identity, (6, 3), _DELETE
)
MOBILE = Trait("mobile_number", "手机号码", re.compile(r"(?<![0-9A-Za-z.-])1[3-9]\d{9}" + _END), _any, (3, 4), _OFFICE)
LANDLINE = Trait(
    "landline_number",
    "固定电话号码",
    re.compile(r"(?<![0-9A-Za-z.-])(?:[（(]0\d{2,3}[）)]|0\d{2,3}[-－—])\s?[2-9]\d{6,7}(?![0-9A-Za-z])"),
    _any,
    (4, 2),
    _OFFICE,
)
PLATE = Trait(
    "plate_number",
    "机动车号牌",
    re.compile(rf"[{_PLACES}][A-HJ-NP-Z][·.]?(?=[A-Z0-9]{{0,5}}\d)[A-HJ-NP-Z0-9]{{5,6}}{_END}"),
    _any,
    (2, 2),
    "属于个人的请删去或遮盖。",
)
HOME = Trait(
    "home_address",
    "具体到户的住址",
    re.compile(r"\d{1,4}(?:号楼|栋|幢|座)\s?[\d一二三四五六七八九]{1,2}(?:单元|门)\s?\d{2,5}(?:室|号|户)?"),
    _any,
    (0, 1),
    "属于个人的请删去，或只写到小区、村。",
)
TRAITS = (IDENTITY, CARD, OLD_IDENTITY, MOBILE, LANDLINE, PLATE, HOME)


def identities(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """What stops it."""
    for reading in readings:
        yield from _numbers(reading, IDENTITY)
        yield from _numbers(reading, CARD)


def others(_edition: Edition, readings: Sequence[Reading], rules: Rulebook = USUAL) -> Iterator[Finding]:
    """What somebody decides on; telephone numbers that the bureau has released are none of it."""
    released = frozenset(map(_digits, rules.contacts))
    for reading in readings:
        for trait in (OLD_IDENTITY, MOBILE, LANDLINE, PLATE, HOME):
            yield from _numbers(reading, trait, released)


def masked(words: str) -> str:
    """Return the words with what tells of a person hidden, as notices do."""
    trait = next((one for one in TRAITS if one.pattern.fullmatch(words) and one.is_one(words)), MOBILE)
    first, last = trait.shown
    hidden = "".join("*" if letter.isalnum() else letter for letter in words[first : len(words) - last])
    return words[:first] + hidden + words[len(words) - last :]


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def _numbers(reading: Reading, trait: Trait, released: frozenset[str] = frozenset()) -> Iterator[Finding]:
    count = 0
    for line in reading.lines:
        for match in trait.pattern.finditer(line.text):
            if count == _MOST or not trait.is_one(match[0]) or _digits(match[0]) in released:
                continue
            count += 1
            # The message goes into logs and mails, so it hides what it warns of.
            message = f"“{reading.document.title}”中有{trait.name}{masked(match[0])}。{trait.advice}"
            yield found(trait.code, reading.name, message, passage=reading.passage(line, *match.span()))
