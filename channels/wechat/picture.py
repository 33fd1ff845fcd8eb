"""A body image as `uploadimg` takes it: JPEG or PNG below one megabyte. Pure; the bytes may be anybody's."""

import io

from PIL import Image

from channels import contract
from schemas.delivery import Reaction

MAX_BYTES = 1_000_000
MAX_PIXELS = 40_000_000
#: WeChat's column is 677 pixels wide; twice that is sharp on every screen.
WIDTHS = (1_354, 1_000, 677)
QUALITIES = (88, 75, 60)
READABLE = ("JPEG", "PNG", "GIF", "WEBP", "BMP")


def fitted(data: bytes) -> tuple[bytes, str]:
    """Return the image's bytes and media type, the same for the same input. Raises ChannelError(CONTENT)."""
    try:
        with Image.open(io.BytesIO(data), formats=READABLE) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _unusable(f"{picture.width}×{picture.height} 像素过大")
            if picture.format in {"JPEG", "PNG"} and len(data) < MAX_BYTES and picture.width <= WIDTHS[0]:
                picture.verify()
                return data, f"image/{picture.format.lower()}"
            return _smaller(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _unusable("无法读取") from None


def _smaller(picture: Image.Image) -> tuple[bytes, str]:
    flat = Image.new("RGB", picture.size, "#ffffff")
    clear = picture.convert("RGBA")
    flat.paste(clear, mask=clear.getchannel("A"))
    for width in WIDTHS:
        scaled = flat.resize((width, max(1, flat.height * width // flat.width))) if flat.width > width else flat
        for quality in QUALITIES:
            out = io.BytesIO()
            scaled.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() < MAX_BYTES:
                return out.getvalue(), "image/jpeg"
    raise _unusable("压缩后仍大于 1 MB")


def _unusable(why: str) -> contract.ChannelError:
    return contract.ChannelError(Reaction.CONTENT, "40009", f"正文图片{why}，请更换")
