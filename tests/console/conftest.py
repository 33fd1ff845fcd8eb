"""The console on a real house: everybody has a password, and comes with a browser of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from hub.app import House
from hub.commands import people
from hub.web import api
from schemas.person import Duty, Person
from tests import hashing
from tests.console.clerk import PASSWORD, Clerk
from tests.openings import STAFF, Hiring

PEOPLE = {**STAFF, "editor2": [Duty.EDITOR], "signer2": [Duty.SIGNER], "admin": [Duty.ADMINISTRATOR]}
#: Signs a person in and gives their clerk.
Enter = Callable[[str], Awaitable[Clerk]]


@pytest.fixture(autouse=True)
def quick_hashes() -> Iterator[None]:
    """A dozen people sign in for every test, and what a hash costs is told elsewhere."""
    with hashing.quick():
        yield


@pytest.fixture
def hiring() -> Hiring:
    return hired


async def hired(house: House) -> dict[str, Person]:
    """One person per duty, by login, all with the same password."""
    coming = [
        people.add(
            house.hub,
            people.OPERATOR,
            login=login,
            name=f"{login}先生",
            unit="办公室",
            duties=duties,
            password=PASSWORD,
            must_change=False,
        )
        for login, duties in PEOPLE.items()
    ]
    return {person.login: person for person in await asyncio.gather(*coming)}


@pytest.fixture
async def console(house: House) -> AsyncIterator[TestClient[Request, Application]]:
    """The staff application, served."""
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    # Each clerk keeps their own cookies.
    async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as client:
        yield client


@pytest.fixture
def enter(console: TestClient[Request, Application], staff: dict[str, Person]) -> Enter:  # noqa: ARG001
    async def entering(login: str) -> Clerk:
        clerk = Clerk(console, login)
        sheet = await clerk.enter()
        assert sheet.status == 200, sheet.words
        assert sheet.path == "/", sheet.words
        return clerk

    return entering
