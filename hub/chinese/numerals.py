"""Chinese and other numerals, both ways, as official documents count. Pure; what is out of range stays in digits."""

import re
from datetime import date

DIGITS = "零一二三四五六七八九"
_MAX = 9999
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LEGAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
_VALUES = {**{digit: value for value, digit in enumerate(DIGITS)}, "〇": 0, "○": 0, "Ｏ": 0, "O": 0}
_UNITS = {"千": 1000, "百": 100, "十": 10}
_ARABIC_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_CHINESE_DATE = re.compile(
    r"([〇○ＯO零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)


def counting(number: int) -> str:
    """Write 1 to 9999 as 一, 十二, 一百零三."""
    if not 0 < number <= _MAX:
        return str(number)
    written = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += DIGITS[digit] + name
        elif written and not written.endswith("零"):
            written += "零"
    written = written.rstrip("零")
    return written.removeprefix("一") if number in range(10, 20) else written


def counted(written: str) -> int | None:
    """Read 一 to 九千九百九十九; None for what `counting` would not write so (〇 counts as 零)."""
    number = digit = 0
    for character in written:
        if character in _UNITS:
            number += (digit or 1) * _UNITS[character]
            digit = 0
        elif character in _VALUES:
            digit = _VALUES[character]
    number += digit
    plain = written.replace("〇", "零")
    # 一十二 is written too, beside 十二.
    return number if plain in {counting(number), f"一{counting(number)}"} else None


def legal(number: int) -> str:
    """Write as 壹, 贰, 叁."""
    return counting(number).translate(_LEGAL)


def stem(number: int) -> str:
    """Write 1 to 10 as 甲 to 癸."""
    return _STEMS[number - 1] if 0 < number <= len(_STEMS) else str(number)


def circled(number: int) -> str:
    """Write 1 to 20 as ① to ⑳."""
    return chr(0x245F + number) if number in range(1, 21) else str(number)


def letters(number: int) -> str:
    """Write as a, b, …, z, aa, bb, as Word does."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 26 * 9 else str(number)


def roman(number: int) -> str:
    """Write 1 to 3999 in small Roman numerals."""
    if not 0 < number < 4000:  # noqa: PLR2004 - the numerals end here
        return str(number)
    written = ""
    for value, sign in _ROMAN:
        written, number = written + sign * (number // value), number % value
    return written


def written_date(line: str) -> date | None:
    """Read a line that is a date and nothing else: 2020年9月18日 or 二〇二〇年九月十八日. No such day gives None."""
    line = line.strip()
    if match := _ARABIC_DATE.fullmatch(line):
        numbers = [int(part) for part in match.groups()]
    elif match := _CHINESE_DATE.fullmatch(line):
        year = int("".join(str(_VALUES[digit]) for digit in match[1]))
        numbers = [year, _small(match[2]), _small(match[3])]
    else:
        return None
    try:
        return date(*numbers)
    except ValueError:
        return None


def _small(written: str) -> int:
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _VALUES[ones] if len(ones) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return (_VALUES[tens] if tens else 1) * 10 + (_VALUES[ones] if ones else 0)
