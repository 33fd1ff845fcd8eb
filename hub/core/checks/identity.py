"""Numbers of persons by their own arithmetic: check digits, days of birth, Luhn's test."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
#: First two digits of GB/T 2260, and of residence permits of Hong Kong, Macao and Taiwan residents.
PROVINCES = frozenset(
    str(first * 10 + second)
    for first, seconds in enumerate((range(1, 6), range(1, 4), range(1, 8), range(1, 7), range(5), range(1, 6)), 1)
    for second in seconds
) | {"71", "81", "82", "83"}
_CENTURIES = ("19", "20")


def digits(number: str) -> str:
    """The figures alone, and the X of an identity number."""
    return "".join(letter.upper() for letter in number if letter.isdigit() or letter in "Xx")


def is_identity(number: str) -> bool:
    """Tell whether the check digit fits and the date of birth is a day (GB 11643-1999)."""
    if not is_born(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK[total % 11] == number[17].upper()


def is_old_identity(number: str) -> bool:
    """Tell whether 15 digits can be an identity number of before 1999: it has no check digit."""
    return number[:2] in PROVINCES and is_born(f"19{number[6:12]}")


def is_card(number: str) -> bool:
    """Tell whether the digits pass Luhn's test (ISO/IEC 7812-1) and are no identity number."""
    figures = [int(digit) for digit in number if digit.isdigit()]
    total = sum(sum(divmod(digit * 2, 10)) if place % 2 else digit for place, digit in enumerate(reversed(figures)))
    is_person = len(figures) == 18 and is_identity("".join(map(str, figures)))  # noqa: PLR2004
    return total % 10 == 0 and not is_person


def is_born(figures: str) -> bool:
    """Tell whether eight figures are a day of this century or the last."""
    try:
        date(int(figures[:4]), int(figures[4:6]), int(figures[6:8]))
    except ValueError:
        return False
    return figures[:2] in _CENTURIES
