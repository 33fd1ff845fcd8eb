"""Reads what a form sends, bounded in size, count and time, and turns it into forms of the vocabulary."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage
from pydantic import BaseModel, ValidationError

from hub.web.route import Upload
from schemas import faults, text
from schemas.errors import ErrorCode, HubError

MAX_FORM = 8_000_000
MAX_FILES = 20_000_000
MAX_FIELDS = 1000
READ_SECONDS = 60.0
MAX_NAME = 255

Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True)
class Posted:
    """The fields and files of one form, as they came: NFC text with plain line ends, nothing else done to them."""

    # Passwords are among them: no trace may show a form.
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """The field's first value."""
        return (self.fields.get(name) or (default,))[0]

    def every(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def file(self, name: str) -> Upload | None:
        """The field's first file, None where no file was chosen."""
        return next(iter(self.files.get(name, ())), None)

    def filled(self, form: type[Form], **more: object) -> Form:
        """Return the form with these fields; an empty field is one that was not filled in.

        Raises HubError(INVALID) that names every wrong field. A field whose model takes several values gets all of
        them; boxes that are not ticked send nothing and keep the model's default.
        """
        values: dict[str, object] = {}
        for name, info in form.model_fields.items():
            given = tuple(value for value in self.every(name) if value.strip())
            if given:
                values[name] = given if _is_many(info.annotation) else given[0]
        try:
            return form.model_validate(values | more)
        except ValidationError as error:
            wrong = faults.fields(error)
            named = {place.split(".")[0]: words for place, words in wrong.items()}
            raise HubError(ErrorCode.INVALID, detail="有内容需要改正，见各栏目旁的说明", fields=named) from None


NOTHING = Posted(MappingProxyType({}), MappingProxyType({}))


def _is_many(annotation: object) -> bool:
    return any(f"{kind}[" in str(annotation) for kind in ("tuple", "list", "frozenset"))


async def read(request: web.Request, *, takes_files: bool) -> Posted:
    """Return the form of a POST. Raises HubError: TOO_LARGE, UNREADABLE."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise HubError(ErrorCode.UNREADABLE, detail="不接受压缩传输（Content-Encoding）")
    try:
        async with asyncio.timeout(READ_SECONDS):
            if request.content_type == "multipart/form-data":
                return await _parts(request, MAX_FILES if takes_files else MAX_FORM)
            return _plain(await _whole(request))
    except TimeoutError:
        raise HubError(ErrorCode.UNREADABLE, detail="内容没有在规定时间内传完") from None
    except (web.RequestPayloadError, BadHttpMessage, ValueError, RuntimeError, AssertionError) as error:
        raise HubError(ErrorCode.UNREADABLE, detail="传输的内容不完整，或格式不正确") from error


async def _whole(request: web.Request) -> bytes:
    _bound(request.content_length or 0, MAX_FORM)
    data = bytearray()
    async for chunk in request.content.iter_any():
        data += chunk
        _bound(len(data), MAX_FORM)
    return bytes(data)


def _plain(data: bytes) -> Posted:
    pairs = parse_qsl(data.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), _clean(value))
    return Posted(fields)


async def _parts(request: web.Request, limit: int) -> Posted:
    _bound(request.content_length or 0, limit)
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[Upload, ...]] = {}
    size = count = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name or (count := count + 1) > MAX_FIELDS:
            raise HubError(ErrorCode.UNREADABLE, detail="表单格式不正确")
        data = bytearray()
        while chunk := await part.read_chunk(1 << 16):
            size += len(chunk)
            _bound(size, limit)
            data += chunk
        if part.filename is None:
            fields[part.name] = (*fields.get(part.name, ()), _clean(data.decode("utf-8")))
        elif part.filename:
            files[part.name] = (*files.get(part.name, ()), Upload(_named(part.filename), bytes(data)))
    return Posted(fields, files)


def _clean(value: str) -> str:
    # Browsers end lines with CR LF; a digest must not depend on who typed the text.
    return text.nfc(value.replace("\r\n", "\n"))


def _named(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2]
    if not name or len(name) > MAX_NAME or "\x00" in name:
        raise HubError(ErrorCode.UNREADABLE, detail="文件名为空或过长，请改名后再选择")
    return name


def _bound(size: int, limit: int) -> None:
    if size > limit:
        raise HubError(ErrorCode.TOO_LARGE, limit=f"{limit // 1_000_000} MB")
