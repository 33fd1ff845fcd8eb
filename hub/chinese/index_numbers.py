"""索引号: `机构代码/年-流水号`, the code with one or two check digits. Pure.

The body's code is the 18 characters of GB 32100-2015, of which 9 to 17 are the code of GB 11714-1997 with a check digit
of its own; or those nine characters alone. The bureau's older pages repeat the last ten characters behind the eighteen.
"""

import re
from typing import NamedTuple

_FORM = re.compile(r"([0-9A-Z]{9,28})/(\d{4})-(\d{1,7})")
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_OLD = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OLD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_UNIFIED, _ORGANISATION, _DOUBLED = 18, 9, 28


def is_sound(index_no: str) -> bool:
    """Tell whether the code's check digits fit. The legacy doubled form counts as its first 18 characters."""
    code = index_no.partition("/")[0]
    if len(code) == _ORGANISATION:
        return _is_organisation(code)
    if len(code) == _DOUBLED:
        return code[8:_UNIFIED] == code[_UNIFIED:] and is_sound(code[:_UNIFIED])
    return len(code) == _UNIFIED and _is_unified(code) and _is_organisation(code[8:17])


def is_code(code: str) -> bool:
    """Tell whether these are the 18 characters of a 统一社会信用代码 with both check digits."""
    return len(code) == _UNIFIED and is_sound(f"{code}/")


class Parts(NamedTuple):
    """What an index number is made of."""

    code: str
    year: int
    serial: int


def parts(index_no: str) -> Parts | None:
    """Take it apart, the doubled form as its first 18 characters; None for what is none."""
    match = _FORM.fullmatch(index_no)
    if match is None:
        return None
    code = match[1][:_UNIFIED] if len(match[1]) == _DOUBLED else match[1]
    return Parts(code, int(match[2]), int(match[3]))


def written(code: str, year: int, serial: int) -> str:
    """Write it as the bureau's pages have it: 11120000MB1909339E/2020-00592."""
    return f"{code}/{year}-{serial:05}"


def _is_unified(code: str) -> bool:
    values = [_CHARACTERS.find(letter) for letter in code]
    if -1 in values:
        return False
    total = sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=False))
    return values[17] == (31 - total % 31) % 31


def _is_organisation(code: str) -> bool:
    values = [_OLD.find(letter) for letter in code[:8]]
    if -1 in values:
        return False
    rest = (11 - sum(weight * value for weight, value in zip(_OLD_WEIGHTS, values, strict=True)) % 11) % 11
    return code[8] == ("X" if rest == 10 else str(rest))  # noqa: PLR2004 - ten has no digit
