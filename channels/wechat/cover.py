"""The cover of a draft: a quiet geometric picture drawn from the edition's digest, with its title when a font is there.

Pure but for reading the font. It never fails for want of one: then the picture goes without words.
"""

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 900, 383
#: Ground and accent: calm, dark enough for white words (contrast above 7:1).
PALETTES = (
    ("#15324f", "#b8862f"),
    ("#7a1f1c", "#d9b26a"),
    ("#1d4740", "#c9a45c"),
    ("#33345c", "#c58b4e"),
    ("#3d3a36", "#b5533c"),
)
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
SIMPLIFIED = 2  #: the face of a Noto collection with mainland forms
PER_LINE, LINES = 16, 3


@cache
def installed_font(candidates: Iterable[str] = FONTS) -> Path | None:
    """Return the first Chinese font of the list that this machine has."""
    return next((Path(one) for one in candidates if Path(one).is_file()), None)


def jpeg(digest: str, title: str, bureau: str, font: Path | None) -> bytes:
    """Return a cover of 900 by 383, the proportion that WeChat shows uncropped. `digest` is 64 hex digits."""
    seed = bytes.fromhex(digest)
    ground, accent = PALETTES[seed[0] % len(PALETTES)]
    picture = Image.new("RGB", (WIDTH, HEIGHT), ground)
    draw = ImageDraw.Draw(picture, "RGBA")
    _shapes(draw, seed)
    draw.rectangle((60, 60, 132, 66), fill=accent)
    if font is not None:
        _words(draw, title, bureau, font)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _shapes(draw: ImageDraw.ImageDraw, seed: bytes) -> None:
    """Draw rings round one corner, as on a survey map: their places come from the digest."""
    centre_x = WIDTH - 140 + seed[1] % 120
    centre_y = HEIGHT - 60 + seed[2] % 80
    for ring in range(9):
        radius = 40 + ring * 38 + seed[3 + ring] % 14
        box = (centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius)
        draw.ellipse(box, outline=(255, 255, 255, 46 - ring * 3), width=2)


def _words(draw: ImageDraw.ImageDraw, title: str, bureau: str, font: Path) -> None:
    large, small = _face(font, 44), _face(font, 24)
    if large is None or small is None:
        return
    shown = title if len(title) <= PER_LINE * LINES else title[: PER_LINE * LINES - 1] + "…"
    for line, start in enumerate(range(0, len(shown), PER_LINE)):
        draw.text((60, 92 + line * 64), shown[start : start + PER_LINE], font=large, fill="#ffffff")
    draw.text((60, HEIGHT - 72), bureau[:24], font=small, fill=(255, 255, 255, 215))


def _face(font: Path, size: int) -> ImageFont.FreeTypeFont | None:
    for index in (SIMPLIFIED, 0):
        try:
            return ImageFont.truetype(font, size, index=index)
        except OSError:
            continue
    return None
