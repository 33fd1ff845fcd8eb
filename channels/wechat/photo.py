"""A cover made of one of the edition's own pictures: cut to both shapes, as `cover` lays them out. Pure."""

import io

from PIL import Image, ImageOps

from channels import contract
from channels.wechat.cover import BAND, HEIGHT, SQUARE, WIDTH
from channels.wechat.picture import MAX_PIXELS, READABLE
from schemas.delivery import Reaction

#: Of the shorter side, in pixels: less would be a blur.
LEAST = 300
#: Where the middle of what is kept lies: people and signs stand above the middle of a picture.
CENTRE = (0.5, 0.4)


def cover(data: bytes) -> bytes:
    """Return the cover's file, the same for the same picture. Raises ChannelError(CONTENT)."""
    try:
        with Image.open(io.BytesIO(data), formats=READABLE) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise _unfit(f"{width}×{height} 像素，过大")
            if min(width, height) < LEAST:
                raise _unfit(f"{width}×{height} 像素，过小，宽和高都应不少于 {LEAST} 像素")
            return _laid_out(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _unfit("无法读取") from None


def _laid_out(picture: Image.Image) -> bytes:
    whole = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    clear = ImageOps.exif_transpose(picture).convert("RGBA")
    for size, top in (((WIDTH, BAND), 0), ((SQUARE, SQUARE), BAND)):
        part = ImageOps.fit(clear, size, centering=CENTRE)
        whole.paste(part, (0, top), part.getchannel("A"))
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=88)
    return out.getvalue()


def _unfit(why: str) -> contract.ChannelError:
    return contract.ChannelError(Reaction.CONTENT, "40009", f"这张图片{why}，不能作封面，请换一张或用系统绘制的封面")
