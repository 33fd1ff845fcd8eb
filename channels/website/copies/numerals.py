"""How the items of a list are numbered: 1, a, iv."""

ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def numeral(number: int, kind: str) -> str:
    """The number as a list of this type (`1`, `a`, `A`, `i`, `I`) writes it."""
    if kind in "aA" and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return letters
    if kind in "iI" and 0 < number < 1000:  # noqa: PLR2004 - nobody reads longer ones
        said = ""
        for value, letter in ROMAN:
            said += letter * (number // value)
            number %= value
        return said.upper() if kind == "I" else said
    return str(number)
