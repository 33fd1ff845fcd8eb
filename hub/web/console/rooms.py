"""The table of the console's rooms. Each room module holds its own lines; this is the whole."""

from aiohttp import web
from pydantic_core import from_json

from hub.web.console import (
    account,
    after,
    assets,
    audit,
    audit_log,
    audit_verify,
    backfile,
    backfile_import,
    backfiles,
    beside,
    bureau,
    channels,
    compare,
    copied,
    countersign,
    covers,
    delegations,
    delivery,
    dispatches,
    door,
    handed,
    intake,
    login,
    outgoing,
    paper,
    preview_room,
    progress,
    publish,
    redact,
    relations,
    release,
    releases,
    remarks,
    reminded,
    removed,
    reports,
    review,
    second_step,
    staffing,
    submit,
    timeline,
    units,
    unsaved,
    watched,
    workbench,
    write,
)
from hub.web.console.room import Room

ROOMS: tuple[Room, ...] = (
    *login.ROOMS,
    *second_step.ROOMS,
    *account.ROOMS,
    *workbench.ROOMS,
    *review.ROOMS,
    *compare.ROOMS,
    *copied.ROOMS,
    *countersign.ROOMS,
    *covers.ROOMS,
    *remarks.ROOMS,
    *delegations.ROOMS,
    *channels.ROOMS,
    *releases.ROOMS,
    *release.ROOMS,
    *redact.ROOMS,
    *removed.ROOMS,
    *publish.ROOMS,
    *progress.ROOMS,
    *delivery.ROOMS,
    *watched.ROOMS,
    *handed.ROOMS,
    *dispatches.ROOMS,
    *backfiles.ROOMS,
    *backfile_import.ROOMS,
    *backfile.ROOMS,
    *intake.ROOMS,
    *write.ROOMS,
    *relations.ROOMS,
    *unsaved.ROOMS,
    *beside.ROOMS,
    *submit.ROOMS,
    *after.ROOMS,
    *staffing.ROOMS,
    *units.ROOMS,
    *reminded.ROOMS,
    *bureau.ROOMS,
    *reports.ROOMS,
    *audit.ROOMS,
    *audit_log.ROOMS,
    *audit_verify.ROOMS,
    *timeline.ROOMS,
    *preview_room.ROOMS,
)


def add(app: web.Application) -> None:
    """Put the rooms and their styles and scripts into the staff application."""
    app.router.add_get("/assets/{name}", assets.serve)
    for room in ROOMS:
        app.router.add_route(room.method, room.path, door.make(room))


def problem(request: web.Request, told: web.Response) -> web.Response:
    """The page that says what a problem+json answer says: for people who met it before they had reached a room."""
    said = from_json(told.body or b"{}")  # type: ignore[arg-type]
    values = {"title": said["title"], "message": said["detail"], "number": said.get("request_id", "")}
    page = paper.write("problem.html", {**door.bare(request), **values})
    headers = {**outgoing.HEADERS, **({"Retry-After": "2"} if "Retry-After" in told.headers else {})}
    return web.Response(status=told.status, text=page, content_type="text/html", headers=headers)
