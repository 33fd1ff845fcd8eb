"""Between HTTP and a handler: who asks, what for, and how the answer is written."""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from hub.store import delegations, tokens
from hub.web import bodies, faults, replays, streams, walls
from hub.web.route import Ask, Desk, Match, Raw, Route, Stream, Upload
from hub.web.seats import seat
from schemas.errors import ErrorCode, HubError
from schemas.person import APPROVING, Person
from schemas.release import Release

DESK = web.AppKey("desk", Desk)
#: Whom an open route is asked by.
NOBODY = Person(id="", login="nobody", name="", unit="", duties=frozenset())

_TOKEN = re.compile(r"(?i:bearer) +(gb_[A-Za-z0-9_-]{20,100})")
_VERSION = re.compile(r'"([1-9][0-9]{0,14})"')


def make(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the aiohttp handler of a route."""

    async def serve(request: web.Request) -> web.StreamResponse:
        desk = request.app[DESK]
        person = NOBODY if route.is_open else await _person(request, desk)
        if not route.upload:
            return await _serve(request, route, desk, person)
        # From the first byte to the end of the import, because the file stays in memory as long.
        async with seat(desk.uploads, "同时上传的文件过多"):
            return await _serve(request, route, desk, person)

    return serve


async def _serve(request: web.Request, route: Route, desk: Desk, person: Person) -> web.StreamResponse:
    try:
        ask = await _ask(request, route, desk, person)
    except ValidationError as error:
        # Only here is it the sender's: one that a handler meets later is a fault of ours.
        raise faults.translate(error) from None
    await walls.check(desk.hub, person, ask.release, ask.names.get("delivery"))
    if route.is_write:
        return await _write(request, route, ask)
    answer = await route.handler(ask)
    return await streams.send(request, answer) if isinstance(answer, Stream) else _response(route, answer)


async def _person(request: web.Request, desk: Desk) -> Person:
    """Whose token this is. Raises HubError(UNAUTHENTICATED) without saying what is wrong with it."""
    given = request.headers.getall("Authorization", [])
    token = _TOKEN.fullmatch(given[0].strip()) if len(given) == 1 else None
    if token is None:
        raise HubError(ErrorCode.UNAUTHENTICATED)
    async with desk.hub.engine.connect() as connection:
        shown = await tokens.bearer(connection, token[1])
        if shown is None:
            raise HubError(ErrorCode.UNAUTHENTICATED)
        barred = frozenset() if shown.approves else APPROVING
        person = await delegations.effective(connection, shown.person.model_copy(update={"barred": barred}))
    if not shown.is_noted:
        async with desk.hub.engine.begin() as connection:
            await tokens.used(connection, token[1])
    return person


async def _ask(request: web.Request, route: Route, desk: Desk, person: Person) -> Ask:
    names = dict(request.match_info)
    version = _version(request, route)
    if key := request.headers.get(replays.HEADER):
        replays.check(key)
    return Ask(
        desk=desk,
        person=person,
        release=int(names.pop("release", "0")),
        names=names,
        page=route.page.model_validate(dict(request.query)) if route.page else None,
        version=version,
        form=await bodies.read(request, route),
    )


def _version(request: web.Request, route: Route) -> int | None:
    """The version of If-Match. Raises HubError: PRECONDITION where it is needed and missing, INVALID."""
    given = request.headers.get("If-Match")
    if not route.is_write or given is None:
        if route.if_match is Match.NEEDED:
            raise HubError(ErrorCode.PRECONDITION, header="If-Match")
        return None
    if route.if_match is Match.REFUSED:
        fields = {"If-Match": "此操作不核对版本"}
        raise HubError(ErrorCode.INVALID, detail="此操作不核对版本，不能带 If-Match", fields=fields)
    version = _VERSION.fullmatch(given.strip())
    if version is None:
        fields = {"If-Match": "应为读取时得到的 ETag"}
        raise HubError(ErrorCode.INVALID, detail="If-Match 应为读取时得到的 ETag", fields=fields)
    return int(version[1])


async def _write(request: web.Request, route: Route, ask: Ask) -> web.Response:
    async def write() -> tuple[int, bytes]:
        answer = await route.handler(ask)
        assert isinstance(answer, BaseModel)  # noqa: S101 - writes answer with models
        return route.status, answer.model_dump_json().encode()

    key = request.headers.get(replays.HEADER)
    if key is None:
        return _json(route, *await write())
    asked = replays.fingerprint(request.method, request.path, request.headers.get("If-Match"), *_content(ask.form))
    return _json(route, *await replays.once(ask.desk, ask.person.id, key, asked, write))


def _content(form: BaseModel | Upload | None) -> tuple[str | bytes, ...]:
    """What was asked, whatever the form's boundary or the order of its fields."""
    if isinstance(form, Upload):
        return ("upload", form.filename, form.data)
    return ("json", form.model_dump_json(exclude_unset=True) if form else "")


def _response(route: Route, answer: BaseModel | Raw) -> web.Response:
    if isinstance(answer, Raw):
        headers = {**answer.headers, "Content-Type": answer.media}
        return web.Response(status=answer.status, body=answer.body, headers=headers)
    return _json(route, route.status, answer.model_dump_json().encode())


def _json(route: Route, status: int, body: bytes) -> web.Response:
    response = web.Response(status=status, body=body, content_type="application/json")
    if not isinstance(route.gives, str) and issubclass(route.gives, Release):
        # Read from the bytes, because a kept answer has nothing else.
        response.headers["ETag"] = f'"{from_json(body)["version"]}"'
    return response
