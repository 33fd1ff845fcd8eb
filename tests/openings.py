"""Houses as they stand once their log is opened and their people are hired: done in earnest once, kept as rows."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from hub import app, signature
from hub.app import House
from hub.commands import people
from hub.settings import Settings
from schemas.person import Duty, Person
from tests import contents
from tests.databases import Database

#: login → duties of the people that most tests need.
STAFF = {
    "editor": [Duty.EDITOR],
    "first": [Duty.FIRST_REVIEWER],
    "second": [Duty.SECOND_REVIEWER],
    "secrecy": [Duty.SECRECY_REVIEWER],
    "signer": [Duty.SIGNER],
    "publisher": [Duty.PUBLISHER],
    "receiver": [Duty.RECEIVER],
    "auditor": [Duty.AUDITOR],
}
#: Hires people into an open house: everybody by login.
Hiring = Callable[[House], Awaitable[dict[str, Person]]]


async def hired(house: House) -> dict[str, Person]:
    """One person per duty, none of whom can sign in."""
    coming = [
        people.add(house.hub, people.OPERATOR, login=login, name=login, unit="办公室", duties=duties)
        for login, duties in STAFF.items()
    ]
    return {person.login: person for person in await asyncio.gather(*coming)}


class Openings:
    """What one process has opened so far. Nothing of it lies on disk: a house makes its keys when it is entered."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Hiring | None], tuple[contents.Contents, dict[str, Person]]] = {}

    async def open(self, settings: Settings, database: Database, hiring: Hiring | None) -> dict[str, Person]:
        """Open the log in a database where nothing lies, and hire: by doing so, or by putting what came of it then.

        What comes of it depends on the log's name and on who is hired alone.
        """
        key = (signature.origin(settings), hiring)
        if key in self._kept:
            await database.put(self._kept[key][0])
        else:
            staff = await _open(settings, database, hiring)
            self._kept[key] = (await contents.of(database.session), staff)
        return dict(self._kept[key][1])


async def _open(settings: Settings, database: Database, hiring: Hiring | None) -> dict[str, Person]:
    await app.open_log(settings, database.servers)
    if hiring is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="gongbu-") as folder:
        bare = settings.model_copy(update={"data_dir": Path(folder), "channels": ()})
        async with app.opened(bare, database.servers) as house:
            return await hiring(house)
