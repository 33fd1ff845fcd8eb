"""Pictures out of a document: bounded and written anew, so that no EXIF, no place and no payload goes out."""

import hashlib
import io
import warnings

from PIL import Image, ImageOps

from hub.intake.notices import Notice, NoticeCode, notice
from schemas.release import Attachment

MAX_COUNT = 100
MAX_PIXELS = 40_000_000
MAX_SIDE = 2560  #: twice the width of a page's text: sharp on every screen
MAX_BYTES = 5_000_000
MAX_TOTAL = 20_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_QUALITY = 88

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
Stored = tuple[Attachment, bytes]
#: Media type, bytes, and how wide and high it is.
_Clean = tuple[str, bytes, tuple[int, int]]


class Gallery:
    """Collects a document's pictures; equal ones once."""

    def __init__(self) -> None:
        self._stored: dict[str, Stored] = {}
        self._total = 0
        self._refused = 0

    def add(self, data: bytes) -> str | None:
        """Keep one picture; return its `blob:<sha256>` address, or None when it cannot be shown."""
        picture = _reencode(data) if len(self._stored) < MAX_COUNT else None
        if picture is None or self._total + len(picture[1]) > MAX_TOTAL:
            self._refused += 1
            return None
        media, clean, extent = picture
        digest = hashlib.sha256(clean).hexdigest()
        if digest not in self._stored:
            self._total += len(clean)
            name = f"image-{len(self._stored) + 1}.{'jpg' if media == 'image/jpeg' else 'png'}"
            kept = Attachment(name=name, media=media, size=len(clean), sha256=digest, extent=extent)
            self._stored[digest] = (kept, clean)
        return f"blob:{digest}"

    @property
    def images(self) -> tuple[Stored, ...]:
        """What was kept, in the order of the text."""
        return tuple(self._stored.values())

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the editor must know about the rest."""
        if not self._refused:
            return ()
        words = (
            f"有{self._refused}幅图片无法转换（格式不支持、已损坏或超出限制），已略去。请改用PNG或JPEG图片后重新插入。"
        )
        return (notice(NoticeCode.LOST_PICTURES, words, count=self._refused),)


def _reencode(data: bytes) -> _Clean | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
                return _write(_plain(source), photograph=source.format == "JPEG")
    except Exception:  # noqa: BLE001 - decoders of six formats raise what they like on a hostile file; the answer is the same
        return None


def _plain(source: Image.Image) -> Image.Image:
    """Turn it upright, fit it into the bound, and leave only pixels."""
    upright = ImageOps.exif_transpose(source)
    see_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean


def _write(picture: Image.Image, *, photograph: bool) -> _Clean | None:
    if not photograph:
        written = io.BytesIO()
        picture.save(written, "PNG", optimize=False)
        if written.tell() <= MAX_BYTES:
            return "image/png", written.getvalue(), picture.size
        # A screen photograph saved as PNG: white shows through where nothing was.
        picture = _on_white(picture)
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=_QUALITY)
    return ("image/jpeg", written.getvalue(), picture.size) if written.tell() <= MAX_BYTES else None


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground
