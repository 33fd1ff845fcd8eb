"""What every test may ask for: real engines, started once, and a house of its own on a fresh database."""

import gc
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import make_url

from hub import app, embedded
from hub.app import House, Servers
from hub.settings import Settings
from hub.store import migrate
from schemas.person import Person
from tests import compiled, databases
from tests.connections import Stock
from tests.databases import Database, Shelf
from tests.openings import Hiring, Openings, hired

#: Whatever profile the place calls for, but no example fails because the machine was busy.
hypothesis.settings.register_profile("gongbu", hypothesis.settings(deadline=None))
hypothesis.settings.load_profile("gongbu")


def pytest_collection() -> None:
    """What is imported now stays: nobody needs to look through it for what could go."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    # Houses come and go by the hundred, and little of theirs lives on: looking as often as ever is a twentieth of all.
    gc.set_threshold(5_000, 20)
    gc.enable()


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
            await databases.leave_in_peace(running)
            yield running


@pytest.fixture(scope="session")
async def stock() -> Stock:
    """The connections that wait for the next house."""
    return Stock()


@pytest.fixture(scope="session")
async def migrated(engines: embedded.Engines, stock: Stock) -> AsyncIterator[str]:
    """The name of a database that is migrated once, for the others to be copied from."""
    async with databases.made(engines) as made:
        await migrate.upgrade(made.owner_url, made.database_url)
        model = await compiled.model(made.database_url)
        with compiled.once(model, stock):
            yield str(make_url(made.owner_url).database)


@pytest.fixture(scope="session")
async def shelf(engines: embedded.Engines, migrated: str, stock: Stock) -> AsyncIterator[Shelf]:
    """Migrated databases that lie ready."""
    one = Shelf(engines, migrated, stock)
    yield one
    await one.clear()


@pytest.fixture
async def database(shelf: Shelf) -> AsyncIterator[Database]:
    """A migrated database that nobody has used, or that is again as if nobody had."""
    async with shelf.lent() as lent:
        yield lent


@pytest.fixture
def servers(database: Database) -> Servers:
    """A fresh, migrated database in the running engines."""
    return database.servers


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


@pytest.fixture(scope="session")
def openings() -> Openings:
    """The houses that were opened so far."""
    return Openings()


@pytest.fixture
def hiring() -> Hiring:
    """How `staff` comes to be; rooms that want other people override it."""
    return hired


@pytest.fixture
async def opening(
    request: pytest.FixtureRequest, settings: Settings, database: Database, openings: Openings, hiring: Hiring
) -> dict[str, Person]:
    """The log is opened, and everybody hired where the test asks for `staff`: by login."""
    return await openings.open(settings, database, hiring if "staff" in request.fixturenames else None)


@pytest.fixture
async def house(settings: Settings, servers: Servers, opening: dict[str, Person]) -> AsyncIterator[House]:  # noqa: ARG001
    """A house, open, with nobody in it but those whom `staff` hires."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with app.opened(settings, servers) as opened:
        yield opened


@pytest.fixture
async def staff(request: pytest.FixtureRequest, house: House, hiring: Hiring) -> dict[str, Person]:
    """One person per duty, by login."""
    # A house of a room's own is entered empty.
    there = request.getfixturevalue("opening") if "opening" in request.fixturenames else None
    return there or await hiring(house)
