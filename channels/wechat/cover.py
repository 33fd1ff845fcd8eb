"""The cover of a draft: quiet geometry drawn from the edition's digest, with its title when a font is there.

Pure but for reading the font. It never fails for want of one: then the picture goes without words.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

#: Two pictures in one file, one below the other, each cut out by its crop: the wide one stands above the first article,
#: the square one beside the others and wherever an article is passed on.
WIDTH, BAND, SQUARE = 900, 383, 900
HEIGHT = BAND + SQUARE
#: As the platform takes them: x1_y1_x2_y2, each from 0 to 1.
CROPS: Mapping[str, str] = {
    "pic_crop_235_1": f"0_0_1_{BAND / HEIGHT:.6f}",
    "pic_crop_1_1": f"0_{BAND / HEIGHT:.6f}_1_1",
}
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
#: Characters of a line, and lines, in the wide picture and in the square one.
WIDE, TALL = (16, 3), (9, 5)
#: Lines are broken after one of these where that leaves no line much shorter.
PAUSES = "》”’）〕、，；：的和与及"
NEAR = 3  #: characters
OPENING, CLOSING = "《“‘（〔〈第", "》”’）〕〉、，；：。…"


@cache
def installed_font(candidates: Iterable[str] = FONTS) -> Path | None:
    """Return the first Chinese font of the list that this machine has."""
    return next((Path(one) for one in candidates if Path(one).is_file()), None)


def jpeg(digest: str, title: str, bureau: str, font: Path | None) -> bytes:
    """Return the cover's file: `CROPS` cuts the two pictures out of it. `digest` is 64 hex digits."""
    seed = bytes.fromhex(digest)
    ground, accent = PALETTES[seed[0] % len(PALETTES)]
    picture = Image.new("RGB", (WIDTH, HEIGHT), ground)
    picture.paste(_panel((WIDTH, BAND), seed, (ground, accent), _Words(title, bureau, font, WIDE, 46)), (0, 0))
    square = _Words(title, bureau, font, TALL, 80)
    picture.paste(_panel((WIDTH, SQUARE), seed, (ground, accent), square), (0, BAND))
    return _encoded(picture)


def crop(data: bytes, name: str) -> bytes:
    """Return one of the two pictures, as people will see it."""
    x1, y1, x2, y2 = (float(one) for one in CROPS[name].split("_"))
    with Image.open(io.BytesIO(data)) as whole:
        box = (round(x1 * whole.width), round(y1 * whole.height), round(x2 * whole.width), round(y2 * whole.height))
        return _encoded(whole.crop(box))


@dataclass(frozen=True)
class _Words:
    """What a picture says: the title in lines, and whose it is."""

    title: str
    bureau: str
    font: Path | None
    room: tuple[int, int]  #: characters of a line, lines
    size: int

    def lines(self) -> list[str]:
        """The title in lines of about one length, broken at pauses where there are some; cut when it is too long."""
        per_line, most = self.room
        title = self.title if len(self.title) <= per_line * most else self.title[: per_line * most - 1] + "…"
        count = -(-len(title) // per_line)
        lines: list[str] = []
        while title and len(lines) < most:
            left = count - len(lines)
            end = len(title) if left <= 1 else _break(title, -(-len(title) // left), per_line, per_line * (left - 1))
            lines.append(title[:end])
            title = title[end:]
        return lines


def _break(title: str, wanted: int, longest: int, rest: int) -> int:
    """Where to break a line: at the pause next to the even length that leaves room enough for what follows."""
    ends = range(max(1, len(title) - rest), min(longest, len(title)) + 1)
    near = [end for end in ends if title[end - 1] in PAUSES and abs(end - wanted) <= NEAR]
    whole = [end for end in ends if not _splits(title, end)]
    return min(near or whole or ends, key=lambda end: abs(end - wanted))


def _splits(title: str, end: int) -> bool:
    """Whether a break there would tear a number or a word apart, or part a bracket from what it holds."""
    before, after = title[end - 1], title[end : end + 1]
    return (
        (before + after).isascii()
        or (before.isdigit() and after in "年月日号")
        or before in OPENING
        or after in CLOSING
    )


def _panel(size: tuple[int, int], seed: bytes, colours: tuple[str, str], words: _Words) -> Image.Image:
    ground, accent = colours
    panel = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(panel, "RGBA")
    _shapes(draw, size, seed)
    margin = 60
    draw.rectangle((margin, margin, margin + 72, margin + 6), fill=accent)
    if words.font is not None:
        _write(draw, size, words, margin)
    return panel


def _shapes(draw: ImageDraw.ImageDraw, size: tuple[int, int], seed: bytes) -> None:
    """Draw rings round one corner, as on a survey map: their places come from the digest."""
    width, height = size
    centre_x = width - 140 + seed[1] % 120
    centre_y = height - 60 + seed[2] % 80
    for ring in range(9):
        radius = (40 + ring * 38 + seed[3 + ring] % 14) * height // BAND
        box = (centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius)
        draw.ellipse(box, outline=(255, 255, 255, 46 - ring * 3), width=2)


def _write(draw: ImageDraw.ImageDraw, size: tuple[int, int], words: _Words, margin: int) -> None:
    assert words.font is not None  # noqa: S101 - just seen
    large, small = _face(words.font, words.size), _face(words.font, 24 if size[1] == BAND else 36)
    if large is None or small is None:
        return
    for line, text in enumerate(words.lines()):
        at = (margin, margin + 32 + line * round(words.size * 1.45))
        draw.text(at, text, font=large, fill="#ffffff")
    foot = size[1] - margin - (12 if size[1] == BAND else 36)
    draw.text((margin, foot), words.bureau[:24], font=small, fill=(255, 255, 255, 215))


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _face(font: Path, size: int) -> ImageFont.FreeTypeFont | None:
    for index in (SIMPLIFIED, 0):
        try:
            return ImageFont.truetype(font, size, index=index)
        except OSError:
            continue
    return None
