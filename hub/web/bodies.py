"""Reads request bodies, bounded in size and time, before anything looks into them."""

import asyncio
from email.message import Message
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage
from pydantic import BaseModel, ValidationError

from hub.web.route import Route, Upload
from schemas import text
from schemas.errors import ErrorCode, HubError

MAX_JSON = 2_000_000
MAX_UPLOAD = 20_000_000
#: A multipart body is its file and a little more.
_ENVELOPE = 10_000
READ_SECONDS = 60.0
#: Of a name only ending and stem are looked at.
MAX_FILENAME = 255


async def read(request: web.Request, route: Route) -> BaseModel | Upload | None:
    """Return the body as the route takes it.

    Raises HubError: TOO_LARGE, UNREADABLE; pydantic's ValidationError for fields. JSON is read strictly: nothing is
    coerced, unknown fields are refused, and the parser itself bounds the depth.
    """
    if route.takes is None and not route.upload:
        return None
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        # A kilobyte can unpack to a gigabyte; nothing that we take needs it.
        raise HubError(ErrorCode.UNREADABLE, detail="不接受压缩传输（Content-Encoding）")
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await _read(request, route)
    except TimeoutError:
        raise HubError(ErrorCode.UNREADABLE, detail="内容没有在规定时间内传完") from None
    except ValidationError:
        raise  # a ValueError too, but one that names the fields
    except (web.RequestPayloadError, BadHttpMessage, ValueError, RuntimeError, AssertionError) as error:
        raise HubError(ErrorCode.UNREADABLE, detail="传输的内容不完整，或格式不正确") from error


async def _read(request: web.Request, route: Route) -> BaseModel | Upload:
    media, takes = request.content_type, route.takes
    if takes is None:
        return await _part(request) if media == "multipart/form-data" else await _file(request)
    if media == "application/json" or (not request.can_read_body and not route.upload):
        data = await _whole(request, MAX_JSON)
        empty = not data and not any(field.is_required() for field in takes.model_fields.values())
        form = takes.model_validate_json(b"{}" if empty else data, strict=True)
        _refuse_odd(form.model_dump(mode="json"))
        return form
    if not route.upload:
        raise HubError(ErrorCode.UNREADABLE, detail="Content-Type 须为 application/json")
    if media == "multipart/form-data":
        return await _part(request)
    return await _file(request)


async def _file(request: web.Request) -> Upload:
    """The body is the file itself."""
    return Upload(_filename(request.headers.get("Content-Disposition", "")), await _whole(request, MAX_UPLOAD))


def _refuse_odd(value: Any) -> None:
    """Raise HubError(INVALID) for text that could not be stored or digested: not NFC, or with control characters."""
    match value:
        case dict():
            for item in value.values():
                _refuse_odd(item)
        case list():
            for item in value:
                _refuse_odd(item)
        case str() if text.nfc(value) != value:
            raise HubError(ErrorCode.INVALID, detail="文字中有控制字符，或不是 NFC 形式")


async def _whole(request: web.Request, limit: int) -> bytes:
    _fits(request, limit)
    data = bytearray()
    async for chunk in request.content.iter_any():
        data += chunk
        _bounded(len(data), limit)
    return bytes(data)


async def _part(request: web.Request) -> Upload:
    """The one file of a form. Anything beside it is refused, so that nobody thinks it was taken."""
    _fits(request, MAX_UPLOAD + _ENVELOPE)
    reader = await request.multipart()
    part = await reader.next()
    if not isinstance(part, BodyPartReader):
        raise HubError(ErrorCode.UNREADABLE, detail="表单中没有文件")
    filename = _filename(part.headers.get("Content-Disposition", ""))
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        _bounded(len(data), MAX_UPLOAD)
    await _last(reader)
    return Upload(filename, bytes(data))


async def _last(reader: MultipartReader) -> None:
    if await reader.next() is not None:
        raise HubError(ErrorCode.UNREADABLE, detail="表单中只能有一个文件")


def _filename(disposition: str) -> str:
    """RFC 6266 `filename` or `filename*`."""
    header = Message()
    # Whatever a header cannot hold would make the parser complain about us instead of the sender.
    header["Content-Disposition"] = disposition.encode("utf-8", "replace").decode()
    name = header.get_filename()
    if not name or len(name) > MAX_FILENAME or "\x00" in name:
        raise HubError(ErrorCode.UNREADABLE, detail="须在 Content-Disposition 中注明文件名")
    return name


def _fits(request: web.Request, limit: int) -> None:
    _bounded(request.content_length or 0, limit)


def _bounded(size: int, limit: int) -> None:
    if size > limit:
        raise HubError(ErrorCode.TOO_LARGE, limit=f"{limit // 1_000_000} MB")
