"""Recovery codes: what opens the second step when the device is lost. Each has 80 random bits and counts once."""

import secrets
from base64 import b32encode

HOW_MANY = 10
_BYTES = 10


def new() -> list[str]:
    """Ten new codes, as they are stored."""
    return [b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(HOW_MANY)]


def shown(code: str) -> str:
    """A code as a person reads it: in fours."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed(code: str) -> str:
    """A code as a person typed it, as it is stored."""
    return "".join(code.split()).replace("-", "").upper()
