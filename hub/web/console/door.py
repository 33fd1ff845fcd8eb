"""Between HTTP and a room: who comes, whether the form is this person's own, and how the answer is put on paper."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from hub import remote
from hub.commands import signing_in
from hub.store import delegations, sessions
from hub.web import endpoint, problems, streams, walls
from hub.web.console import cookies, paper, posted, ways
from hub.web.console.places import PLACES, safe
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from hub.web.middleware import NUMBER
from hub.web.route import Desk, Raw, Stream
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.session import Session
from schemas.words import word

#: Scripts and styles are ours alone; frames show previews, which bring a stricter policy of their own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # With "no-referrer" browsers would hide the origin of our own forms from us.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}
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
                return await _answered(request, visit, Moved("/me"))
            return await _enter(request, room, visit)
        except HubError as error:
            if error.code is ErrorCode.PROVE_AGAIN and not room.is_quiet:
                return await _answered(request, visit, _prove_first(request, error))
            return _told(request, visit, error)

    return serve


async def _enter(request: web.Request, room: Room, visit: Visit) -> web.StreamResponse:
    if room.duties and not visit.has(*room.duties):
        raise HubError(ErrorCode.FORBIDDEN, duty="”或“".join(sorted(word(duty) for duty in room.duties)))
    await walls.check(visit.hub, visit.person, visit.release, visit.names.get("delivery"))
    if not room.is_act:
        return await _answered(request, visit, await room.handler(visit))
    visit = replace(visit, posted=await posted.read(request, takes_files=room.takes_files))
    # Whoever signs in where somebody is signed in already says by the proof itself that the form is theirs.
    if visit.session and not room.is_open and not _is_own(visit, visit.session):
        if SECRETS.intersection(visit.posted.fields):
            return await _answered(request, visit, Moved(_whence(request), said="页面打开的时间较久，请重新填写。"))
        return await _answered(request, visit, _again(request, visit, "页面打开的时间较久，请核对内容后再次提交。"))
    try:
        answer = await room.handler(visit)
    except HubError as error:
        if room.again is None or error.code in {ErrorCode.NOT_FOUND, ErrorCode.PROVE_AGAIN}:
            raise
        visit = replace(visit, refusal=error)
        answer = await room.again(visit)
        if isinstance(answer, Page):
            answer = replace(answer, status=error.status)
    return await _answered(request, visit, answer)


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
        return await _answered(request, visit, Moved(f"/login?next={quote(request.path_qs, safe='')}"))
    visit = replace(visit, posted=await posted.read(request, takes_files=room.takes_files))
    if SECRETS.intersection(visit.posted.fields):
        to = Moved(f"/login?next={quote(_whence(request), safe='')}", said="登录已过期，请登录后重新填写。")
        return await _answered(request, visit, to)
    page = Page(
        "login.html", {"next": "", "again": _again_values(request, visit), "ways": ways.open_to(desk.hub)}, status=401
    )
    return await _answered(request, visit, page)


def _again(request: web.Request, visit: Visit, why: str) -> Page:
    return Page("again.html", {"why": why, **_again_values(request, visit)}, status=409)


def _again_values(request: web.Request, visit: Visit) -> dict[str, Any]:
    fields = [(name, value) for name, values in visit.posted.fields.items() if name != TOKEN for value in values]
    return {"action": request.path_qs, "fields": fields, "lost_files": bool(visit.posted.files)}


async def _answered(request: web.Request, visit: Visit, answer: Answer) -> web.StreamResponse:
    match answer:
        case Stream():
            return await streams.send(request, answer)
        case Raw():
            headers = {**HEADERS, **answer.headers, "Content-Type": answer.media}
            return web.Response(status=answer.status, body=answer.body, headers=headers)
        case Moved():
            moved = {**answer.cookies, **({cookies.SAID: cookies.saying(answer.said)} if answer.said else {})}
            response = web.Response(status=303, headers={**HEADERS, "Location": answer.to})
            cookies.put(response, moved, is_tls=visit.desk.is_tls)
            return response
        case Page():
            return _paper(request, visit, answer)


def _paper(request: web.Request, visit: Visit, page: Page) -> web.Response:
    said = cookies.said(request, is_tls=visit.desk.is_tls)
    values = {**frame(visit, request.path), "said": said, **page.values}
    response = web.Response(
        status=page.status, text=paper.write(page.template, values), content_type="text/html", headers=HEADERS
    )
    cookies.put(response, {**({cookies.SAID: None} if said else {}), **page.cookies}, is_tls=visit.desk.is_tls)
    return response


def frame(visit: Visit, path: str) -> Mapping[str, Any]:
    """What every page knows."""
    refusal = visit.refusal
    return {
        "visit": visit,
        "person": visit.person,
        "csrf": visit.csrf,
        "places": [place for place in PLACES if visit.session and (not place.duties or visit.has(*place.duties))],
        "here": path,
        "refusal": refusal,
        "wrong": refusal.fields if refusal else {},
        "posted": visit.posted,
    }


def bare(request: web.Request) -> Mapping[str, Any]:
    """What a page knows before anybody has said who they are."""
    return {**frame(_visit(request, request.app[endpoint.DESK], None), request.path), "said": ""}


def _told(request: web.Request, visit: Visit, error: HubError) -> web.Response:
    values = {"title": problems.TITLES[error.code], "message": error.message, "number": request.get(NUMBER, "")}
    return _paper(request, visit, Page("problem.html", values, status=error.status))
