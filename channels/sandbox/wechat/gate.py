"""The way of every API call: counted, spoiled when ordered, read, admitted, carried out, answered."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.sandbox import wire
from channels.sandbox.wechat import drafts, faults, mass, material, press, replies
from channels.sandbox.wechat.replies import Refusal
from channels.sandbox.wechat.world import Asked, Call, World

#: path → method and call. `draft/count` is the only GET of its family.
CALLS: Mapping[str, tuple[str, Call]] = {
    "/cgi-bin/token": ("GET", material.token),
    "/cgi-bin/stable_token": ("POST", material.stable_token),
    "/cgi-bin/media/uploadimg": ("POST", material.uploadimg),
    "/cgi-bin/material/add_material": ("POST", material.add_material),
    "/cgi-bin/material/batchget_material": ("POST", material.batchget_material),
    "/cgi-bin/material/del_material": ("POST", material.del_material),
    "/cgi-bin/draft/add": ("POST", drafts.add),
    "/cgi-bin/draft/get": ("POST", drafts.get),
    "/cgi-bin/draft/update": ("POST", drafts.update),
    "/cgi-bin/draft/delete": ("POST", drafts.delete),
    "/cgi-bin/draft/batchget": ("POST", drafts.batchget),
    "/cgi-bin/draft/count": ("GET", drafts.count),
    "/cgi-bin/freepublish/submit": ("POST", press.submit),
    "/cgi-bin/freepublish/get": ("POST", press.get),
    "/cgi-bin/freepublish/getarticle": ("POST", press.getarticle),
    "/cgi-bin/freepublish/batchget": ("POST", press.batchget),
    "/cgi-bin/freepublish/delete": ("POST", press.delete),
    "/cgi-bin/message/mass/sendall": ("POST", mass.sendall),
    "/cgi-bin/message/mass/get": ("POST", mass.get),
    "/cgi-bin/message/mass/delete": ("POST", mass.delete),
    "/cgi-bin/openapi/quota/get": ("POST", material.quota_get),
}
TOKEN_CALLS = frozenset({"/cgi-bin/token", "/cgi-bin/stable_token"})
ESCAPE = re.compile(rb"\\u[0-9a-fA-F]{4}")
GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


async def serve(world: World, request: web.Request) -> web.StreamResponse:
    """Answer one call under /cgi-bin/."""
    path = request.path
    # Read first: an answer before the whole request has come would look like a broken connection.
    upload = request.content_type == "multipart/form-data"
    raw, file = (b"", await _upload(request)) if upload else (await request.read(), None)
    spoiled = await _spoiled(world, request)
    if spoiled is not None:
        return spoiled
    try:
        fields = await _carried_out(world, request, raw, file)
    except Refusal as refusal:
        fields = refusal.fields
    world.book.write("answered", path=path, errcode=fields.get("errcode", 0))
    answer = replies.encoded(fields)
    fault = world.faults.take(path, faults.AFTER)
    return await _misspoken(fault, request, answer) if fault else answer


async def _misspoken(fault: faults.Fault, request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Spoil the answer of a call that was carried out."""
    if spoil := wire.SPOILT.get(fault.fault):
        return spoil(request, answer)
    match fault.fault:
        case "late_reply":
            await asyncio.sleep(fault.seconds)
            return answer
        case "garbage":
            return web.Response(body=b'{"media_id": "\xff\xfe', content_type="application/json")
        case "endless":
            return await wire.endless(request)
        case _:
            return wire.hang_up(request)


async def _carried_out(
    world: World, request: web.Request, raw: bytes, file: tuple[str, bytes] | None
) -> Mapping[str, Any]:
    method, call = CALLS.get(request.path, ("", None))
    if call is None:
        raise Refusal(40066, "invalid url")
    if request.method != method:
        raise Refusal(43002 if method == "POST" else 43001, f"require {method} method")
    if request.path not in TOKEN_CALLS:
        world.tokens.check(request.query.get("access_token", ""))
    world.quota.spend(request.path)
    return await call(world, _asked(world, request, raw, file))


async def _spoiled(world: World, request: web.Request) -> web.StreamResponse | None:
    fault = world.faults.take(request.path, faults.BEFORE)
    if fault is None:
        return None
    world.book.write("answered", path=f"{request.path} {fault.fault}", errcode=fault.errcode)
    match fault.fault:
        case "delay":
            await asyncio.sleep(fault.seconds)
            return None
        case "http502" | "http":
            status = fault.status if fault.fault == "http" else 502
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return web.Response(status=status, text=GATEWAY, content_type="text/html", headers=headers)
        case "html200":
            return web.Response(text="<html><body>系统维护中</body></html>", content_type="text/html")
        case "errcode":
            return replies.encoded(Refusal(fault.errcode, fault.errmsg).fields)
        case _:
            return wire.hang_up(request)


def _asked(world: World, request: web.Request, raw: bytes, file: tuple[str, bytes] | None) -> Asked:
    escaped = ESCAPE.search(raw) is not None
    if escaped and world.options.escapes == "refuse":
        raise Refusal(40033, "invalid charset. please check your request, if include \\uxxxx will create fail!")
    return Asked(
        path=request.path,
        query=request.query,
        body=_json(raw) if request.method == "POST" and request.content_type != "multipart/form-data" else {},
        file=file,
        base=world.options.base_url or f"{request.scheme}://{request.host}",
        address=request.remote or "",
        escaped=escaped and world.options.escapes == "count",
    )


async def _upload(request: web.Request) -> tuple[str, bytes] | None:
    try:
        field = (await request.post()).get("media")
    except ValueError:
        return None
    if not isinstance(field, web.FileField):
        return None
    with field.file:
        return field.filename, field.file.read()


def _json(raw: bytes) -> Mapping[str, Any]:
    if not raw:
        raise Refusal(44002, "empty post data")
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal(47001, "data format error") from None
    if not isinstance(fields, dict):
        raise Refusal(47001, "data format error")
    return fields
