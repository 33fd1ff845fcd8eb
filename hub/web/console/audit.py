"""审计: where the log stands, the way to a release's timeline, and everything that can be taken away."""

import asyncio
from collections.abc import AsyncGenerator

from sqlalchemy.ext.asyncio import AsyncConnection

from hub import archives, evidence
from hub.core import urgency
from hub.log import checkpoint, note
from hub.store import calendars, desks, engine, log, urgencies, verifications
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from hub.web.route import Raw, Stream
from hub.web.seats import seat
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty

#: Who may look into the log. Nobody acts here.
READERS = frozenset({Duty.AUDITOR, Duty.SIGNER, Duty.ADMINISTRATOR})
#: Archives that are made at once; each keeps a core busy.
_MAKING = asyncio.Semaphore(2)
_FULL = "同时导出的人过多"
#: Verifications that the front page names.
LAST = 3


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        signed, size = await log.checkpoint(connection), await log.size(connection)
        last = await verifications.newest(connection, LAST)
        urgent = await _urgent(connection, visit)
    root = _root(signed.note, visit.desk.vkey) if signed else ""
    values = {"signed": signed, "size": size, "root": root, "last": last, "vkey": visit.desk.vkey}
    return Page("audit.html", values | {"public_url": visit.desk.public_url, "urgent": urgent})


async def _urgent(connection: AsyncConnection, visit: Visit) -> dict[str, object]:
    """This year's 应急发布, and what of all is not countersigned yet: title, levels and deadline."""
    now, calendar = await engine.now(connection), await calendars.every(connection)
    year = now.astimezone(BEIJING).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    owed = await urgencies.owed(connection)
    items = await desks.some(connection, {one.urgency.release for one in owed})
    lines = [
        (
            items[one.urgency.release],
            urgency.owing(one.urgency, one.signs),
            urgency.due(one.urgency.published_at, now, calendar, visit.hub.rules.countersign_days),
        )
        for one in owed
        if one.urgency.published_at
    ]
    return {"count": len(await urgencies.between(connection, year, now, limit=1_000)), "owed": lines}


def _root(signed: str, vkey: str) -> str:
    return checkpoint.open_checkpoint(signed.encode(), note.Verifier.parse(vkey)).root.hex()


async def find(visit: Visit) -> Answer:
    """From the number that was typed to the release's timeline."""
    number = visit.query.get("release", "").strip()
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 10**15):
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为“{number[:20]}”的政策发布")
    return Moved(f"/audit/releases/{int(number)}")


async def give_checkpoint(visit: Visit) -> Raw:
    async with visit.hub.engine.connect() as connection:
        newest = await evidence.newest_checkpoint(connection)
    return Raw(newest, "text/plain; charset=utf-8", headers=attached("checkpoint"))


async def give_log(visit: Visit) -> Stream:
    return archive(archives.whole_log(visit.hub.engine, visit.desk.vkey), "gongbu-log.zip")


async def give_release(visit: Visit) -> Stream:
    made = archives.of_release(visit.hub.engine, visit.desk.vkey, visit.release)
    return archive(made, f"gongbu-{visit.release}.zip")


async def give_certificate(visit: Visit) -> Raw:
    async with visit.hub.engine.connect() as connection:
        proof = await evidence.certificate(connection, visit.release)
    return Raw(proof, "text/plain; charset=utf-8", headers=attached(f"{visit.release}.tlog-proof"))


def attached(name: str) -> dict[str, str]:
    """The header that makes a browser keep an answer as a file. `name` is ours and plain."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def archive(source: AsyncGenerator[bytes], name: str, media: str = "application/zip") -> Stream:
    """A file that is made while it is sent, a bounded number of them at once."""
    return Stream(_seated(source), media, attached(name))


async def _seated(source: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with seat(_MAKING, _FULL):
        async for piece in source:
            yield piece


ROOMS = (
    Room("GET", "/audit", show, READERS),
    Room("GET", "/audit/find", find, READERS),
    Room("GET", "/audit/checkpoint", give_checkpoint, READERS),
    Room("GET", "/audit/log.zip", give_log, READERS),
    Room("GET", "/audit/releases/{release:[1-9][0-9]{0,14}}/dossier.zip", give_release, READERS),
    Room("GET", "/audit/releases/{release:[1-9][0-9]{0,14}}/certificate", give_certificate, READERS),
)
