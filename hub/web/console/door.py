"""Between HTTP and a room: who comes, and whether the form is this person's own. `outgoing.py` sends the answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from hub import remote
from hub.commands import signing_in
from hub.store import delegations, sessions
from hub.web import endpoint, walls
from hub.web.console import cookies, outgoing, posted, ways
from hub.web.console.places import safe
from hub.web.console.room import Moved, Page, Room, Visit
from hub.web.route import Desk
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.session import Session
from schemas.words import word

#: The hidden field that shows that a form came from a page of this session.
TOKEN = "_token"  # noqa: S105 - a name
#: Fields that are never written into a page again, whatever becomes of their form.
SECRETS = frozenset({"old", "password", "again", "code", "credential", "ticket"})
PART = "HX-Request"
#: What a person reaches who must first choose a password or a second factor; lending a duty away is not among it.
OWN = ("/me", "/logout", "/login")
NOT_OWN = ("/me/delegations", "/me/unit", "/me/reminders")


def make(room: Room) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the aiohttp handler of a room."""

    async def serve(request: web.Request) -> web.StreamResponse:
        desk = request.app[endpoint.DESK]
        found = await _session(request, desk, is_quiet=room.is_quiet)
        if found is None and not room.is_open:
            return await _sign_in_first(request, room, desk)
        visit = _visit(request, desk, found)
        try:
            if visit.session and not _is_account(room) and signing_in.confined(desk.hub, visit.session):
                return await outgoing.send(request, visit, Moved("/me"))
            return await _enter(request, room, visit)
        except HubError as error:
            if error.code is ErrorCode.PROVE_AGAIN and not room.is_quiet:
                return await outgoing.send(request, visit, _prove_first(request, error))
            return outgoing.refuse(request, visit, error)

    return serve


async def _enter(request: web.Request, room: Room, visit: Visit) -> web.StreamResponse:
    if room.duties and not visit.has(*room.duties):
        raise HubError(ErrorCode.FORBIDDEN, duty="”或“".join(sorted(word(duty) for duty in room.duties)))
    await walls.check(visit.hub, visit.person, visit.release, visit.names.get("delivery"))
    if not room.is_act:
        return await outgoing.send(request, visit, await room.handler(visit))
    visit = replace(visit, posted=await posted.read(request, takes_files=room.takes_files))
    # Whoever signs in where somebody is signed in already says by the proof itself that the form is theirs.
    if visit.session and not room.is_open and not _is_own(visit, visit.session):
        if SECRETS.intersection(visit.posted.fields):
            return await outgoing.send(request, visit, Moved(_whence(request), said="页面打开的时间较久，请重新填写。"))
        return await outgoing.send(request, visit, _again(request, visit, "页面打开的时间较久，请核对内容后再次提交。"))
    try:
        answer = await room.handler(visit)
    except HubError as error:
        if room.again is None or error.code in {ErrorCode.NOT_FOUND, ErrorCode.PROVE_AGAIN}:
            raise
        visit = replace(visit, refusal=error)
        answer = await room.again(visit)
        if isinstance(answer, Page):
            answer = replace(answer, status=error.status)
    return await outgoing.send(request, visit, answer)


def _prove_first(request: web.Request, error: HubError) -> Moved:
    """Have the person prove once more who they are, then back to the page that they came from."""
    return Moved(f"/me/prove?next={quote(_whence(request), safe='')}", said=error.message)


def _whence(request: web.Request) -> str:
    """The page on which the person is."""
    back = request.path if request.method == "GET" else urlsplit(request.headers.get("Referer", "")).path
    return safe(back or "/me")


def _is_account(room: Room) -> bool:
    return room.path.startswith(OWN) and not room.path.startswith(NOT_OWN)


def _is_own(visit: Visit, session: Session) -> bool:
    try:
        signing_in.check(visit.hub, session, visit.posted.get(TOKEN))
    except HubError:
        return False
    return True


async def _session(request: web.Request, desk: Desk, *, is_quiet: bool) -> tuple[Session, Person] | None:
    token = cookies.read(request, cookies.SESSION, is_tls=desk.is_tls)
    if not token:
        return None
    async with desk.hub.engine.connect() as connection:
        found = await sessions.find(connection, token)
        found = found and (found[0], await delegations.effective(connection, found[1]))
    if found and not is_quiet:
        await signing_in.touch(desk.hub, found[0])
    return found


def _visit(request: web.Request, desk: Desk, found: tuple[Session, Person] | None) -> Visit:
    session, person = found or (None, endpoint.NOBODY)
    names = dict(request.match_info)
    return Visit(
        desk=desk,
        person=person,
        session=session,
        csrf=signing_in.csrf(desk.hub, session) if session else "",
        release=int(names.pop("release", "0")),
        names=names,
        query=dict(request.query),
        address=remote.address(
            request.remote or "", request.headers.getall("X-Forwarded-For", []), desk.hub.trust.proxies
        )[:60],
        agent=request.headers.get("User-Agent", "")[:200],
        cookies={base: cookies.read(request, base, is_tls=desk.is_tls) for base in cookies.READ},
    )


async def _sign_in_first(request: web.Request, room: Room, desk: Desk) -> web.StreamResponse:
    """Ask who it is. What was filled in is kept in the page: nothing is lost because a session ended."""
    visit = _visit(request, desk, None)
    if PART in request.headers or room.is_quiet:
        return web.Response(status=401, text="登录已过期", headers={"HX-Trigger": "signed-out"})
    if not room.is_act:
        return await outgoing.send(request, visit, Moved(f"/login?next={quote(request.path_qs, safe='')}"))
    visit = replace(visit, posted=await posted.read(request, takes_files=room.takes_files))
    if SECRETS.intersection(visit.posted.fields):
        to = Moved(f"/login?next={quote(_whence(request), safe='')}", said="登录已过期，请登录后重新填写。")
        return await outgoing.send(request, visit, to)
    page = Page(
        "login.html", {"next": "", "again": _again_values(request, visit), "ways": ways.open_to(desk.hub)}, status=401
    )
    return await outgoing.send(request, visit, page)


def _again(request: web.Request, visit: Visit, why: str) -> Page:
    return Page("again.html", {"why": why, **_again_values(request, visit)}, status=409)


def _again_values(request: web.Request, visit: Visit) -> dict[str, Any]:
    fields = [(name, value) for name, values in visit.posted.fields.items() if name != TOKEN for value in values]
    return {"action": request.path_qs, "fields": fields, "lost_files": bool(visit.posted.files)}


def bare(request: web.Request) -> Mapping[str, Any]:
    """What a page knows before anybody has said who they are."""
    return {**outgoing.frame(_visit(request, request.app[endpoint.DESK], None), request.path), "said": ""}
