"""Whose hand it was, for the pages of an account: its tokens and who issued them, and what others did to it."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import tokens
from hub.commands.people import OPERATOR
from hub.core import chronicle
from hub.core.chronicle import Entry
from hub.store import catalogue, engine, people
from hub.web.console.room import Visit
from schemas.entry import EntryType
from schemas.person import Person, Reset

#: For so long whoever begins work is told that somebody else set the password.
RECENT = timedelta(days=30)
#: Entries of all accounts that are looked through, and those of one that are shown.
LOOKED, SHOWN = 2_000, 10


class Deed(NamedTuple):
    """What somebody else did to an account."""

    at: datetime
    sentence: str


async def told(visit: Visit, one: Person) -> dict[str, Any]:
    """What templates show: `tokens`, live ones first; `makers`, id → name; `deeds`; `reset`, None for nobody."""
    found = await tokens.listed(visit.hub, one)
    async with visit.hub.engine.connect() as connection:
        now = await engine.now(connection)
        names = await catalogue.names(connection, {token.made_by for token in found if token.made_by})
        reset = await people.reset(connection, one.id)
        deeds = await _deeds(connection, one)
    live = [token for token in found if token.is_live(now)]
    over = [token for token in found if not token.is_live(now)]
    makers = {OPERATOR.id: OPERATOR.name, **names}
    return {"tokens": [*live, *over], "live_tokens": live, "makers": makers, "reset": reset, "deeds": deeds}


async def recent_reset(visit: Visit) -> Reset | None:
    """Who set this person's password not long ago, for the page that everybody begins with."""
    async with visit.hub.engine.connect() as connection:
        found = await people.reset(connection, visit.person.id)
        return found if found and await engine.now(connection) - found.at < RECENT else None


async def _deeds(connection: AsyncConnection, one: Person) -> list[Deed]:
    """What others did to the account, the newest first: from the log, which nobody can take it out of."""
    bodies = [body for _, body in await catalogue.entries(connection, EntryType.PERSON_CHANGED, limit=LOOKED)]
    entries = [Entry.read(body) for body in bodies if one.id.encode() in body]
    others = [entry for entry in entries if entry.get("person") == one.id and entry.who != one.id][:SHOWN]
    names = await catalogue.names(connection, {person for entry in others for person in entry.people})
    return [Deed(entry.at, chronicle.sentence(entry, names)) for entry in others]
