"""Numbers of persons in the text: identity numbers stop it, mobile numbers are shown to a person."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition

#: 公民身份号码 (GB 11643-1999) and mobile numbers, with nothing that would make them part of a longer number.
IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9A-Za-z.-])1[3-9]\d{9}(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
#: So many of one kind are shown for one document; a list of names has thousands.
_MOST = 20
_ID_SHOWN = (6, 4)
_MOBILE_SHOWN = (3, 4)


def identities(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        yield from _numbers(reading, IDENTITY, "id_number", "公民身份号码", is_identity)


def mobiles(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        yield from _numbers(reading, MOBILE, "mobile_number", "手机号码", lambda _: True)


def is_identity(number: str) -> bool:
    """Tell whether the check digit fits and the date of birth is a day."""
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK[total % 11] == number[17].upper()


def masked(number: str) -> str:
    """Return the number with its middle hidden, as notices do (138****1234)."""
    first, last = _ID_SHOWN if len(number) > 11 else _MOBILE_SHOWN  # noqa: PLR2004 - a mobile number's length
    return number[:first] + "*" * (len(number) - first - last) + number[-last:]


def _numbers(
    reading: Reading, pattern: re.Pattern[str], code: str, name: str, is_one: Callable[[str], bool]
) -> Iterator[Finding]:
    count = 0
    advice = {"id_number": "请删去，或只保留首尾数字。", "mobile_number": "办公电话可以保留；属于个人的请删去或遮盖。"}
    for line in reading.lines:
        for match in pattern.finditer(line.text):
            if not is_one(match[0]) or count == _MOST:
                continue
            count += 1
            # The message goes into logs and mails, so it hides what it warns of.
            message = f"“{reading.document.title}”中有{name}{masked(match[0])}。{advice[code]}"
            yield found(code, reading.name, message, passage=reading.passage(line, *match.span()))
