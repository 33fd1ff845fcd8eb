"""Tokens, images and the material library, as API calls."""

import base64
import io
import secrets
import time
from collections.abc import Mapping
from typing import Any

from PIL import Image

from channels.sandbox.wechat.replies import OK, Refusal
from channels.sandbox.wechat.world import Asked, World

MAX_BODY_IMAGE = 1_000_000
MAX_MATERIAL = 10_000_000
MAX_THUMB = 64_000
PAGE = 20


async def token(world: World, asked: Asked) -> Mapping[str, Any]:
    world.tokens.admit(asked.query.get("appid"), asked.query.get("secret"), asked.address)
    return world.tokens.fetch_plain()


async def stable_token(world: World, asked: Asked) -> Mapping[str, Any]:
    world.tokens.admit(asked.body.get("appid"), asked.body.get("secret"), asked.address)
    if asked.body.get("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    return world.tokens.fetch_stable(force=asked.body.get("force_refresh") is True)


async def uploadimg(world: World, asked: Asked) -> Mapping[str, Any]:
    _, data = _file(asked)
    if len(data) >= MAX_BODY_IMAGE:
        raise Refusal(40009, "invalid image size")
    return {"url": _store(world, asked, data, ("JPEG", "PNG")), **OK}


async def add_material(world: World, asked: Asked) -> Mapping[str, Any]:
    name, data = _file(asked)
    thumb = asked.query.get("type") == "thumb"
    if asked.query.get("type") not in {"image", "thumb"}:
        raise Refusal(40004, "invalid media type")
    if len(data) > (MAX_THUMB if thumb else MAX_MATERIAL):
        raise Refusal(40009, "invalid image size")
    url = _store(world, asked, data, ("JPEG",) if thumb else ("JPEG", "PNG", "GIF", "BMP"))
    media_id = secrets.token_urlsafe(48)
    world.book.write("material", media_id=media_id, name=name, url=url, at=int(time.time()))
    return {"media_id": media_id, "url": url, "item": []}


async def batchget_material(world: World, asked: Asked) -> Mapping[str, Any]:
    offset, count = asked.number("offset", 0, 10**9), asked.number("count", 1, PAGE)
    everything = list(reversed(world.book.state.materials.values()))
    items = everything[offset : offset + count]
    return {"item": items, "total_count": len(everything), "item_count": len(items)}


async def del_material(world: World, asked: Asked) -> Mapping[str, Any]:
    if asked.text("media_id") not in world.book.state.materials:
        raise Refusal(40007, "invalid media_id")
    world.book.write("material_deleted", media_id=asked.text("media_id"))
    return OK


async def quota_get(world: World, asked: Asked) -> Mapping[str, Any]:
    path = asked.text("cgi_path")
    limit, used = world.quota.limit(path), world.quota.used(path)
    quota = {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}
    rate = {"call_count": world.options.calls_per_minute, "refresh_second": 60}
    return {**OK, "quota": quota, "rate_limit": rate}


def _file(asked: Asked) -> tuple[str, bytes]:
    if asked.file is None or not asked.file[1]:
        raise Refusal(41005, "media data missing")
    return asked.file


def _store(world: World, asked: Asked, data: bytes, formats: tuple[str, ...]) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=formats) as picture:
            ending = str(picture.format).lower()
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refusal(40005, "invalid file type") from None
    name = f"{secrets.token_hex(16)}.{ending}"
    world.book.write("image", name=name, data=base64.b64encode(data).decode())
    return f"{asked.base}/mmbiz/{name}"
