"""From a room's answer to HTTP: what is put on paper, with the headers and cookies that every answer of ours has."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hub.web import problems, streams
from hub.web.console import cookies, paper
from hub.web.console.places import PLACES
from hub.web.console.room import Answer, Moved, Page, Visit
from hub.web.middleware import NUMBER
from hub.web.route import Raw, Stream
from schemas.errors import HubError

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


async def send(request: web.Request, visit: Visit, answer: Answer) -> web.StreamResponse:
    """Send what a room has answered."""
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


def refuse(request: web.Request, visit: Visit, error: HubError) -> web.Response:
    """Say on a page of its own what could not be done."""
    values = {"title": problems.TITLES[error.code], "message": error.message, "number": request.get(NUMBER, "")}
    return _paper(request, visit, Page("problem.html", values, status=error.status))
