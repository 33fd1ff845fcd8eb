"""Every room for everybody: whoever a room does not name stays out, and a forged form does nothing anywhere."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from sqlalchemy import func, select

from hub import app
from hub.app import House
from hub.commands import publishing
from hub.settings import Settings
from hub.store import log, tables
from hub.web import api
from hub.web.console.room import Room
from hub.web.console.rooms import ROOMS
from schemas.person import Person
from tests import hashing, making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import PEOPLE, hired
from tests.databases import Shelf
from tests.openings import Openings

PART = re.compile(r"\{(\w+):?((?:[^{}]|\{[^{}]*\})*)\}")
#: Who is acted upon where an address names a person or an act: nobody whom the walk needs.
VICTIM = {"login": "editor2", "what": "unlock", "kind": "withdrawn", "year": "2031"}
FILLED = VICTIM | {"channel": "website", "document": "interpretation-1", "edition": "1", "seq": "0"}
FILLED |= {"report": "normative", "form": "csv", "cover": "own", "shape": "cover.jpg"}
HEX = {"arrival": "0" * 32, "sha256": "0" * 64}
#: A press that takes a session away is the last one of its session.
LEAVING = "/logout"
#: Nobody has signed the log yet: these are to be had later, and say so.
SIGNED = re.compile("checkpoint|certificate|proof|zip")
#: Guesses at a password are counted, and so is what somebody has read: both are wanted, and neither is an act.
COUNTED = {"throttles", "sessions", "readings"}
ACTS = [room for room in ROOMS if room.is_act and not room.is_open]


@dataclass
class World:
    """One house for all: a draft, an approved release, and one that was given to its channels."""

    house: House
    client: TestClient[Request, Application]
    staff: dict[str, Person]
    draft: int
    approved: int
    going: int
    delivery: int
    file: str
    clerks: dict[str, Clerk] = field(default_factory=dict)

    async def clerk(self, login: str) -> Clerk:
        """Somebody who has signed in once for all tests."""
        if login not in self.clerks:
            clerk = Clerk(self.client, login)
            assert (await clerk.enter()).path == "/"
            self.clerks[login] = clerk
        return self.clerks[login]

    def address(self, room: Room, release: int) -> str:
        """The room's address with something in each of its places."""
        filled = FILLED | HEX | {"release": str(release), "delivery": str(self.delivery), "file": self.file}
        return PART.sub(lambda part: filled.get(part[1], "1"), room.path)

    def shown(self, room: Room, login: str) -> tuple[int, ...]:
        """The releases under which a room is looked into: the draft too, by those who look the most."""
        if "{release" not in room.path:
            return (0,)
        return (self.draft, self.going) if login in {"editor", "admin"} else (self.going,)

    async def held(self) -> dict[str, int]:
        """How many rows each table has, and the log."""
        async with self.house.engine.connect() as connection:
            counted = {
                table.name: int(await connection.scalar(select(func.count()).select_from(table)) or 0)
                for table in tables.metadata.sorted_tables
                if table.name not in COUNTED
            }
            return counted | {"the log": await log.size(connection)}


@pytest.fixture(scope="module")
async def world(shelf: Shelf, openings: Openings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("matrix")
    channels: tuple[dict[str, Any], ...] = (
        {"name": "website", "kind": "website", "authoritative": True},
        {"name": "rss", "kind": "rss"},
    )
    settings = Settings(data_dir=folder, public_url="http://localhost:1", channels=channels)
    with hashing.quick():
        async with shelf.lent() as database:
            staff = await openings.open(settings, database, hired)
            async with app.opened(settings, database.servers) as house:
                served = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
                async with TestClient(TestServer(served), cookie_jar=DummyCookieJar()) as client:
                    yield await settled(house, client, staff)


async def settled(house: House, client: TestClient[Request, Application], staff: dict[str, Person]) -> World:
    draft = await making.draft(house, staff)
    approved, going = [await making.approved(house, staff) for _ in range(2)]
    await publishing.publish(house.hub, staff["publisher"], going.release, channels=["website", "rss"])
    async with house.engine.connect() as connection:
        found = tables.deliveries
        delivery = await connection.scalar(select(func.min(found.c.id)))
    file = f"zcwj/{going.release}.html"
    return World(house, client, staff, draft.id, approved.release, going.release, int(delivery or 0), file)


def may_enter(room: Room, login: str) -> bool:
    return not room.duties or bool(room.duties.intersection(PEOPLE[login]))


def token(sheet: Sheet) -> str:
    found = sheet.form("/logout").find("input")
    assert found is not None
    return str(found["value"])


@pytest.mark.parametrize("login", PEOPLE)
async def test_a_room_is_seen_by_those_whom_it_names(world: World, login: str) -> None:
    clerk, seen = await world.clerk(login), 0
    for room in (room for room in ROOMS if not room.is_act and not room.is_open):
        for release in world.shown(room, login):
            path = world.address(room, release)
            # Following a delivery to its end is another test's matter.
            if path.endswith("/events"):
                continue
            sheet = await clerk.get(path)
            answers = {200, 403, 404, 409, 422} | (
                {503} if path.startswith("/audit") and SIGNED.search(path) else set()
            )
            assert sheet.status in answers, (path, sheet.status, sheet.words[:200])
            assert (sheet.status == 403) == (not may_enter(room, login)), (path, sheet.status)
            seen += sheet.status == 200
    assert seen >= 20


async def test_a_stranger_sees_nothing(world: World) -> None:
    stranger = Clerk(world.client, "nobody")
    for room in (room for room in ROOMS if not room.is_act and not room.is_open):
        sheet = await stranger.get(world.address(room, world.going))
        if room.is_quiet:
            assert (sheet.status, sheet.text) == (401, "登录已过期"), room.path
        else:
            assert sheet.path == "/login", room.path
        assert "关于测试的通知" not in sheet.text, room.path


def forged(mine: str, others: str) -> Iterator[tuple[str, Mapping[str, list[str]], dict[str, Any]]]:
    """A form that nobody filled in on a page of ours: what it carries, and its headers."""
    yield "no token", {}, {}
    yield "an empty token", {"_token": [""]}, {}
    yield "another session's token", {"_token": [others]}, {}
    yield "another site", {"_token": [mine]}, {"Origin": "https://evil.example"}
    yield "no site", {"_token": [mine]}, {"Origin": "null"}


async def test_a_forged_form_does_nothing(world: World) -> None:
    clerks = {login: await world.clerk(login) for login in PEOPLE}
    tokens = {login: token(await clerk.get("/")) for login, clerk in clerks.items()}
    before, tried = await world.held(), 0
    for room in ACTS:
        login = next(login for login in PEOPLE if may_enter(room, login))
        path = world.address(room, world.draft if "/write" in room.path else world.going)
        for what, fields, headers in forged(tokens[login], tokens["second"]):
            sheet = await clerks[login].post(path, {**CARRIED, **fields}, **headers)
            assert sheet.status == (403 if headers else 409), (what, path, sheet.status)
            tried += 1
        stranger = Clerk(world.client, "nobody")
        sheet = await stranger.post(path, {**CARRIED, "_token": [tokens[login]]})
        assert sheet.status == 401, path
    assert await world.held() == before
    assert tried == 5 * len(ACTS)


#: What most acts want, so that a forged form would have done something.
CARRIED = {
    "why": ["x"],
    "reason": ["x"],
    "note": ["x"],
    "name": ["x"],
    "wrong": ["x"],
    "correct": ["y"],
    "words": ["x"],
    "start": ["empty"],
    "title": ["x"],
    "body": ["<p>x</p>"],
    "duties": ["auditor"],
    "label": ["x"],
    "settled": ["1"],
}


@pytest.mark.parametrize("login", [*(one for one in PEOPLE if one != "auditor"), "auditor"])
async def test_an_act_is_refused_to_those_whom_it_does_not_name(world: World, login: str) -> None:
    clerk = await world.clerk(login)
    mine = {"_token": [token(await clerk.get("/"))]}
    before = await world.held()
    for room in (room for room in ACTS if not may_enter(room, login)):
        path = world.address(room, world.draft if "/write" in room.path else world.going)
        sheet = await clerk.post(path, CARRIED | mine)
        assert sheet.status == 403, (path, sheet.status)
    assert await world.held() == before


@pytest.mark.parametrize("login", PEOPLE)
async def test_an_empty_form_never_breaks_a_room(world: World, login: str) -> None:
    clerk = Clerk(world.client, login)
    await clerk.enter()
    mine = {"_token": [token(await clerk.get("/"))]}
    for room in (room for room in ACTS if may_enter(room, login) and room.path != LEAVING):
        for release in (world.draft, world.going) if "{release" in room.path else (0,):
            path = world.address(room, release)
            sheet = await clerk.post(path, mine)
            assert sheet.status < 500, (path, sheet.status, sheet.words[:200])


async def test_an_auditor_changes_nothing_but_their_own_account(world: World) -> None:
    clerk = await world.clerk("auditor")
    mine = {"_token": [token(await clerk.get("/"))]}
    before = await world.held()
    for room in ACTS:
        if room.path.startswith(("/me", "/logout", "/audit/verify")):
            continue
        for release in (world.draft, world.approved, world.going) if "{release" in room.path else (0,):
            sheet = await clerk.post(world.address(room, release), CARRIED | mine)
            assert sheet.status in {403, 404, 409, 422}, (room.path, sheet.status, sheet.words[:200])
    assert await world.held() == before
