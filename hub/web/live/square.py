"""The QR code of an address as one SVG path. Pure: the same address gives the same bytes on every machine."""

from dataclasses import dataclass

import segno

#: Modules of white around it (ISO/IEC 18004).
_QUIET = 4


@dataclass(frozen=True)
class Square:
    """A code of `size` modules, its quiet zone included; `path` draws the dark ones."""

    size: int
    path: str


def of(address: str) -> Square:
    """Return the code, error level M."""
    matrix = segno.make_qr(address, error="m", boost_error=False).matrix
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix, _QUIET) for x, bit in enumerate(row, _QUIET) if bit
    )
    return Square(len(matrix) + 2 * _QUIET, dark)
