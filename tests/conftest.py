"""What every test may ask for: real engines, started once, and a house of its own on a fresh database."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hub import app, embedded
from hub.app import House, Servers
from hub.commands import people
from hub.settings import Settings
from hub.store import migrate
from schemas.person import Duty, Person
from tests import databases

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


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GONGBU_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
async def engines() -> AsyncIterator[embedded.Engines]:
    """Real PostgreSQL and Valkey for the whole session, and none left after it."""
    # Not below pytest's own folder: a second pytest takes other users' way into that folder away, and as root
    # PostgreSQL is another user.
    with tempfile.TemporaryDirectory(prefix="gongbu-") as folder:
        async with embedded.engines(Path(folder)) as running:
            yield running


@pytest.fixture(scope="session")
async def migrated(engines: embedded.Engines) -> AsyncIterator[str]:
    """The name of a database that is migrated once, for the others to be copied from."""
    async with databases.made(engines) as made:
        await migrate.upgrade(made.owner_url, made.database_url)
        yield str(make_url(made.owner_url).database)


@pytest.fixture
async def servers(engines: embedded.Engines, migrated: str) -> AsyncIterator[Servers]:
    """A fresh, migrated database in the running engines."""
    async with databases.made(engines, like=migrated) as made:
        yield made


@pytest.fixture
async def unmigrated(engines: embedded.Engines) -> AsyncIterator[Servers]:
    """A fresh database without a table."""
    async with databases.made(engines) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a house with a website and feeds; tests that want other channels make their own."""
    return Settings(
        data_dir=tmp_path / "data",
        public_url="http://localhost:1",
        channels=(
            {"name": "website", "kind": "website", "authoritative": True},
            {"name": "rss", "kind": "rss"},
        ),
    )


@pytest.fixture
async def house(settings: Settings, servers: Servers) -> AsyncIterator[House]:
    """A house, open, with nobody in it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # The store is a copy of one that was migrated.
    await app.open_log(settings, servers)
    async with app.opened(settings, servers) as opened:
        yield opened


@pytest.fixture
async def staff(house: House) -> dict[str, Person]:
    """One person per duty, by login."""
    hired = [
        people.add(house.hub, people.OPERATOR, login=login, name=login, unit="办公室", duties=duties)
        for login, duties in STAFF.items()
    ]
    return {person.login: person for person in await asyncio.gather(*hired)}
