"""What somebody hands in to be verified: a form with a text or a file, bounded in size and time, and kept nowhere."""

import asyncio
from dataclasses import dataclass
from pathlib import PurePath

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage

#: Of a file, and of a whole form.
MAX_FILE = 10_000_000
_ENVELOPE = 20_000
#: Of a pasted text, in bytes: what a document may hold.
MAX_TEXT = 6_000_000
READ_SECONDS = 60.0
_MAX_PARTS = 8
_MAX_NAME = 255


class RefusedError(Exception):
    """What was handed in cannot be looked at. `field` is the part of the form, `words` what its sender can do."""

    def __init__(self, field: str, words: str, *, status: int = 422) -> None:
        self.field, self.words, self.status = field, words, status
        super().__init__(words)


@dataclass(frozen=True)
class Asked:
    """One of the two; `name` is the file's own and only its ending is looked at."""

    text: str = ""
    name: str = ""
    data: bytes = b""


async def read(request: web.Request) -> Asked:
    """Return what the form holds. Raises RefusedError."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RefusedError("text", "不接受压缩传输的内容。", status=415)
    if request.content_type != "multipart/form-data":
        raise RefusedError("text", "请用本页的表单提交（multipart/form-data）。", status=415)
    if (request.content_length or 0) > MAX_FILE + MAX_TEXT + _ENVELOPE:
        raise _too_large("file", MAX_FILE)
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await _read(request)
    except TimeoutError:
        raise RefusedError("file", "内容没有在规定时间内传完，请重试。", status=408) from None
    except (web.RequestPayloadError, BadHttpMessage, ValueError, TypeError, RuntimeError, AssertionError):
        raise RefusedError("text", "传输的内容不完整，或格式不正确，请重试。", status=400) from None


async def _read(request: web.Request) -> Asked:
    reader = await request.multipart()
    text, name, data = "", "", b""
    for _ in range(_MAX_PARTS):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise TypeError("a form within a form")
        if part.name == "file":
            name = PurePath(part.filename or "").name[-_MAX_NAME:]
            data = await _whole(part, "file", MAX_FILE)
        else:
            text = (await _whole(part, "text", MAX_TEXT)).decode("utf-8", "replace")
    return Asked(text=text.replace("\r\n", "\n").replace("\r", "\n"), name=name, data=data)


async def _whole(part: BodyPartReader, field: str, limit: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > limit:
            raise _too_large(field, limit)
    return bytes(data)


def _too_large(field: str, limit: int) -> RefusedError:
    return RefusedError(field, f"超过上限（{limit // 1_000_000} MB）。请只提交要核对的文件或文字。", status=413)
