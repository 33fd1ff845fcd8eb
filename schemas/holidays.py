"""The years whose holidays are known without anybody entering them, and those that the law alone tells of. Pure.

A year that an administrator has entered stands in place of what is here (`workdays.calendar`).
"""

from collections.abc import Iterator
from datetime import date, timedelta

#: Year → days off / weekends that are worked, as 国务院办公厅关于部分节假日安排的通知 of each year had them. Taken from
#: the package chinesecalendar 1.11.0 (MIT) and compared with the days that are quoted in the tests.
ANNOUNCED = """
2008 0101 0206-0212 0404-0406 0501-0503 0607-0609 0913-0915 0929-1005 / 0202 0203 0504 0927 0928
2009 0101-0103 0125-0131 0404-0406 0501-0503 0528-0530 1001-1008 / 0104 0124 0201 0531 0927 1010
2010 0101-0103 0213-0219 0403-0405 0501-0503 0614-0616 0922-0924 1001-1007 / 0220 0221 0612 0613 0919 0925 0926 1009
2011 0101-0103 0202-0208 0403-0405 0430-0502 0604-0606 0910-0912 1001-1007 / 0130 0212 0402 1008 1009 1231
2012 0101-0103 0122-0128 0402-0404 0429-0501 0622-0624 0930-1007 / 0121 0129 0331 0401 0428 0929
2013 0101-0103 0209-0215 0404-0406 0429-0501 0610-0612 0919-0921 1001-1007 / 0105 0106 0216 0217 0407 0427 0428 0608 0609 0922 0929 1012
2014 0101 0131-0206 0405-0407 0501-0503 0531-0602 0906-0908 1001-1007 / 0126 0208 0504 0928 1011
2015 0101-0103 0218-0224 0404-0406 0501-0503 0620-0622 0903-0905 0926-0927 1001-1007 / 0104 0215 0228 0906 1010
2016 0101-0103 0207-0213 0402-0404 0430-0502 0609-0611 0915-0917 1001-1007 / 0206 0214 0612 0918 1008 1009
2017 0101-0102 0127-0202 0402-0404 0429-0501 0528-0530 1001-1008 / 0122 0204 0401 0527 0930
2018 0101 0215-0221 0405-0407 0429-0501 0616-0618 0922-0924 1001-1007 1230-1231 / 0211 0224 0408 0428 0929 0930 1229
2019 0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007 / 0202 0203 0428 0505 0929 1012
2020 0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008 / 0119 0426 0509 0628 0927 1010
2021 0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007 / 0207 0220 0425 0508 0918 0926 1009
2022 0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231 / 0129 0130 0402 0424 0507 1008 1009
2023 0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006 1230-1231 / 0128 0129 0423 0506 0625 1007 1008
2024 0101 0210-0217 0404-0406 0501-0505 0608-0610 0915-0917 1001-1007 / 0204 0218 0407 0428 0511 0914 0929 1012
2025 0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008 / 0126 0208 0427 0928 1011
2026 0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007 / 0104 0214 0228 0509 0920 1010
"""  # noqa: E501 - one year, one line
#: Years that no notice has told of yet: 全国年节及纪念日放假办法 (国务院令第795号) alone, with days in lieu of those
#: that fall on a weekend. Make-up days and bridges come with the notice, so all of it is provisional (暂定).
BY_LAW = """
2027 0101 0205-0210 0405 0501-0504 0609 0915 1001-1005
"""


def announced() -> dict[date, bool]:
    """Day → whether it is worked, for every day that a notice has moved."""
    return {day: worked for line in ANNOUNCED.strip().splitlines() for day, worked in _days(line)}


def by_law() -> dict[date, bool]:
    """The same for the years that only the law tells of."""
    return {day: worked for line in BY_LAW.strip().splitlines() for day, worked in _days(line)}


def _days(line: str) -> Iterator[tuple[date, bool]]:
    year, _, rest = line.partition(" ")
    off, _, worked = rest.partition("/")
    for stretch in off.split():
        first, _, last = stretch.partition("-")
        start, end = _day(year, first), _day(year, last or first)
        yield from ((start + timedelta(days=number), False) for number in range((end - start).days + 1))
    yield from ((_day(year, one), True) for one in worked.split())


def _day(year: str, written: str) -> date:
    return date(int(year), int(written[:2]), int(written[2:]))
