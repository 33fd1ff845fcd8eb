"""Server-sent events over HTTP: what the store says, told when it changes, and no listener kept for ever."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from hub import serve
from hub.core import delivery as rules
from hub.store import deliveries, engine
from hub.web import api, events
from schemas import events as met
from schemas.delivery import Delivery, Reaction, Trouble
from tests import official
from tests.web.conftest import Office

EDIT = met.Troubled(trouble=Trouble(reaction=Reaction.CONTENT, code="42", detail="太长"))
Story = list[tuple[str, Any]]


@asynccontextmanager
async def listening(office: Office, release: int) -> AsyncIterator[aiohttp.StreamReader]:
    headers = {"Authorization": f"Bearer {office.tokens['auditor']}"}
    async with office.client.get(f"/api/v1/releases/{release}/events", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        assert len(response.headers["X-Request-Id"]) == 32
        assert await response.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
        yield response.content


async def heard(stream: aiohttp.StreamReader, count: int) -> Story:
    return [told(await stream.readuntil(b"\n\n")) for _ in range(count)]


def told(event: bytes) -> tuple[str, Any]:
    name, data = event.decode().strip().split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def going(office: Office) -> int:
    release = await office.approved()
    assert (await office.post("publisher", release, "publish")).status == 200
    return release


async def move(office: Office, delivery: Delivery, *happened: met.Event) -> None:
    """Have something happen to the delivery as a worker would write it."""
    async with office.house.engine.begin() as connection:
        for event in happened:
            now = await engine.now(connection)
            after = rules.decide(delivery, event, now=now, dice=0.0)
            await deliveries.save(connection, delivery, after)
            delivery = after


async def claimed(office: Office) -> met.Claimed:
    async with office.house.engine.connect() as connection:
        return met.Claimed(owner="w", until=await engine.now(connection), patience_seconds=3600)


async def of(office: Office, release: int) -> list[Delivery]:
    async with office.house.engine.connect() as connection:
        return await deliveries.of_release(connection, release)


async def test_every_change_is_told_until_nothing_moves_any_more(office: Office) -> None:
    release = await going(office)
    first, second = await of(office, release)
    async with listening(office, release) as stream:
        begun = await heard(stream, 2)
        assert [(name, data["id"], data["state"]) for name, data in begun] == [
            ("delivery", first.id, "waiting"),
            ("delivery", second.id, "waiting"),
        ]
        await move(office, first, await claimed(office))
        assert [(n, d["id"], d["state"]) for n, d in await heard(stream, 1)] == [("delivery", first.id, "working")]
        async with office.house.engine.begin() as connection:
            await official.make(connection, release, at=await engine.now(connection))
        [(name, made)] = await heard(stream, 1)
        assert (name, made["release"], made["channel"]) == ("official", release, "website")
        for delivery in await of(office, release):
            taken = [] if delivery.lease_owner else [await claimed(office)]
            await move(office, delivery, *taken, EDIT)
        rest = (await stream.read()).decode()
    held = [told(event.encode()) for event in rest.strip().split("\n\n")]
    assert [(n, d.get("state")) for n, d in held] == [("delivery", "held"), ("delivery", "held"), ("end", None)]
    assert held[0][1]["trouble"]["detail"] == "太长"


async def test_a_release_that_rests_is_told_in_one_breath(office: Office) -> None:
    release, _ = await office.draft()
    async with listening(office, release) as stream:
        assert await stream.read() == b"event: end\ndata: {}\n\n"


async def test_refusals_are_told_before_the_stream_begins(office: Office) -> None:
    assert (await office.get("auditor", "/api/v1/releases/999/events")).code == "not_found"
    assert (await office.get(None, "/api/v1/releases/999/events")).code == "unauthenticated"
    assert (await office.ask("auditor", "HEAD", "/api/v1/releases/999/events")).status == 405


async def test_a_silent_stream_shows_that_it_lives(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.0)
    async with listening(office, await going(office)) as stream:
        await heard(stream, 2)
        assert await stream.readuntil(b"\n\n") == b":\n\n"


async def test_nobody_listens_for_ever(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LISTEN_SECONDS", 0.0)
    async with listening(office, await going(office)) as stream:
        assert b"event: end" not in await stream.read()


async def test_a_store_that_is_away_for_a_moment_interrupts_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = await going(office)
    first, _ = await of(office, release)
    missed = asyncio.Event()
    real = events._look

    async def away(_ask: object) -> events.Look:
        missed.set()
        raise ConnectionRefusedError

    async with listening(office, release) as stream:
        await heard(stream, 2)
        monkeypatch.setattr(events, "_look", away)
        await missed.wait()
        monkeypatch.setattr(events, "_look", real)
        await move(office, first, await claimed(office))
        assert (await heard(stream, 1))[0][1]["state"] == "working"


async def test_only_so_many_listen_and_a_seat_is_given_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.0)
    release = await going(office)
    path = f"/api/v1/releases/{release}/events"
    seats = office.desk.listeners
    while not seats.locked():
        await seats.acquire()
    refused = await office.get("auditor", path)
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "unavailable", "2")
    seats.release()
    async with listening(office, release) as stream:
        await heard(stream, 2)
        assert (await office.get("auditor", path)).code == "unavailable"
    # The next heartbeat finds nobody.
    await seats.acquire()


async def test_listeners_are_let_go_when_the_program_stops(office: Office) -> None:
    release = await going(office)
    house = office.house
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    bound = serve.bind("[::1]:0")
    headers = {"Authorization": f"Bearer {office.tokens['auditor']}"}
    url = f"http://[::1]:{bound.getsockname()[1]}/api/v1/releases/{release}/events"
    async with aiohttp.ClientSession() as session:
        async with serve.listening(app, bound):
            response = await session.get(url, headers=headers)
            await response.content.readuntil(b"\n\n")
        # Whole, not broken off: the last chunk came, so that the listener connects again by itself.
        assert b"event: end" not in await response.content.read()
