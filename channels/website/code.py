"""The QR code of a page's address, as one SVG path. Pure: the same address gives the same bytes on every machine."""

from dataclasses import dataclass
from functools import lru_cache

import segno

#: Modules of white around it (ISO/IEC 18004).
QUIET = 4


@dataclass(frozen=True)
class Code:
    """A square of `size` modules, the quiet zone included; `path` draws the dark ones."""

    size: int
    path: str


@lru_cache(maxsize=256)  # a publication renders each page again within the second, with its official time
def code(address: str) -> Code:
    """Return the code of the address: error level M, a run of dark modules being one stroke of the path."""
    # Any mask can be read; weighing all eight for the prettiest takes five times as long, and a publication waits.
    matrix = segno.make_qr(address, error="m", mask=0, boost_error=False).matrix
    strokes = []
    for y, row in enumerate(matrix, QUIET):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                strokes.append(f"M{x + QUIET} {y}h{run - x}v1h-{run - x}z")
            x = run + 1
    return Code(size=len(matrix) + 2 * QUIET, path="".join(strokes))
