"""审计·核验: the whole log is verified while the auditor looks on, and how to do it again without us."""

from hub import verification
from hub.store import verifications
from hub.web.console import audit
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas.errors import ErrorCode, HubError
from schemas.verification import Verification

#: Past runs that are listed.
LAST = 20
_ONE = "/audit/verify/{number:[1-9][0-9]{0,14}}"


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        last = await verifications.newest(connection, LAST)
    running = next((one for one in last if one.is_running), None)
    values = {"last": last, "running": running, "vkey": visit.desk.vkey, "public_url": visit.desk.public_url}
    return Page("audit_verify.html", values)


async def start(visit: Visit) -> Answer:
    number = await verification.start(
        visit.hub.engine,
        visit.person,
        vkey=visit.desk.vkey,
        since=visit.posted.get("since"),
        closing=visit.desk.closing,
    )
    return Moved(f"/audit/verify/{number}")


async def show_one(visit: Visit) -> Page:
    return Page("audit_run.html", {"run": await _found(visit)})


async def show_progress(visit: Visit) -> Page:
    """The part of the page that a script asks for again and again."""
    return Page("audit_progress.html", {"run": await _found(visit)})


async def _found(visit: Visit) -> Verification:
    async with visit.hub.engine.connect() as connection:
        found = await verifications.find(connection, int(visit.names["number"]))
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这次核验")
    return found


ROOMS = (
    Room("GET", "/audit/verify", show, audit.READERS),
    # Reading the log is all that it does: it changes nothing that anybody publishes.
    Room("POST", "/audit/verify", start, audit.READERS, again=show),
    Room("GET", _ONE, show_one, audit.READERS),
    Room("GET", _ONE + "/progress", show_progress, audit.READERS, is_quiet=True),
)
