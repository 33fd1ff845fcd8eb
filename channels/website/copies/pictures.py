"""Pictures as Word takes them: measured by their heads, and made PNG where it would not know them. Bounded."""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

#: More than a large scan; a picture that unpacks to more is left out.
MAX_PIXELS = 60_000_000
ENDINGS = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "BMP": "bmp"}


@dataclass(frozen=True)
class Picture:
    """A picture that can be put into the file."""

    ending: str
    data: bytes
    width: int  #: pixels
    height: int


def read(pictures: Mapping[str, bytes]) -> dict[str, Picture]:
    """Digest → picture, without those that nobody can read: their place is taken by words."""
    return {name: found for name, data in pictures.items() if (found := _read(data)) is not None}


def _read(data: bytes) -> Picture | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                width, height = image.size
                if not 0 < width * height <= MAX_PIXELS:
                    return None
                if ending := ENDINGS.get(image.format or ""):
                    return Picture(ending, data, width, height)
                made = io.BytesIO()
                image.convert("RGBA").save(made, "PNG")
                return Picture("png", made.getvalue(), width, height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
