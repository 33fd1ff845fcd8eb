"""登录: password first, then the second step where the person has one."""

from typing import Any

from hub.commands import sessions, signing_in
from hub.commands.signing_in import Entered, Halfway
from hub.web.console import cookies, ways
from hub.web.console.places import safe
from hub.web.console.room import Answer, Moved, Page, Room, Visit

#: Fields that were filled in when a session had ended carry this prefix through the sign-in page.
KEPT = "again:"


async def show(visit: Visit) -> Answer:
    if visit.session:
        return Moved(safe(visit.query.get("next", "/")))
    return Page("login.html", values(visit, visit.query.get("next", "") or visit.posted.get("next")))


async def enter(visit: Visit) -> Answer:
    got = await signing_in.sign_in(
        visit.hub,
        visit.posted.get("login"),
        visit.posted.get("password"),
        address=visit.address,
        agent=visit.agent,
    )
    return after_proof(visit, got)


def after_proof(visit: Visit, got: Entered | Halfway) -> Answer:
    """Where a person goes who has given one proof: the second step, what they were doing, or the workbench."""
    if isinstance(got, Halfway):
        told = values(visit, visit.posted.get("next")) | {"second": got.ways}
        return Page("second.html", told, cookies={cookies.TICKET: got.ticket})
    signed_in: dict[str, str | None] = {cookies.SESSION: got.token, cookies.TICKET: None, cookies.ERRAND: None}
    kept = _kept(visit)
    if kept:
        fresh = signing_in.csrf(visit.hub, got.session)
        told = {"why": "您已重新登录。", "csrf": fresh, **kept}
        return Page("again.html", told, cookies=signed_in)
    return Moved(safe(visit.posted.get("next", "/")), cookies=signed_in)


async def leave(visit: Visit) -> Answer:
    if visit.session:
        await sessions.sign_out(visit.hub, visit.session)
    return Moved("/login", said="已退出登录。", cookies={cookies.SESSION: None})


def values(visit: Visit, following: str) -> dict[str, Any]:
    return {"next": safe(following), "again": _kept(visit), "ways": ways.open_to(visit.hub)}


def _kept(visit: Visit) -> dict[str, Any] | None:
    """What was filled in before the session had ended, carried along."""
    action = visit.posted.get("again-action")
    if not action:
        return None
    fields = [
        (name.removeprefix(KEPT), value)
        for name, values in visit.posted.fields.items()
        if name.startswith(KEPT)
        for value in values
    ]
    return {"action": safe(action), "fields": fields, "lost_files": False}


ROOMS = (
    Room("GET", "/login", show, is_open=True),
    Room("POST", "/login", enter, again=show, is_open=True),
    Room("POST", "/logout", leave),
)
