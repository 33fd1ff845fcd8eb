"""What the store promises of sessions, ceremonies and throttles, whoever comes at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import literal_column, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.app import House
from hub.core import lockout
from hub.store import ceremonies, engine, factors, people, sessions, tables, throttles
from schemas.person import Duty, Person
from schemas.session import How, Session

T = TypeVar("T")
WHO = Person(id="1", login="wang.fang", name="王芳", unit="办公室", duties=frozenset({Duty.EDITOR}))


@pytest.fixture
async def store(house: House) -> House:
    async with house.engine.begin() as connection:
        await people.add(connection, WHO, None)
    return house


async def alone(store: House, act: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    async with store.engine.begin() as connection:
        return await act(connection)


async def begin(connection: AsyncConnection, agent: str = "Chromium") -> str:
    lives = {"idle": timedelta(minutes=30), "longest": timedelta(hours=10)}
    return await sessions.create(connection, WHO.id, how=How.PASSWORD, address="192.0.2.1", agent=agent, **lives)


async def found(store: House, token: str) -> Session:
    answer = await alone(store, lambda c: sessions.find(c, token))
    assert answer is not None
    return answer[0]


async def test_a_visit_is_one_query_over_keys(store: House) -> None:
    query = sessions._live().where(tables.sessions.c.digest == literal_column("sha256('x')"))
    async with store.engine.connect() as connection:
        await connection.execute(text("SET enable_seqscan = off"))
        said = str(query.compile(connection.engine.sync_engine, compile_kwargs={"literal_binds": True}))
        plan = "\n".join((await connection.execute(text(f"EXPLAIN {said}"))).scalars())
    assert "pk_sessions" in plan
    assert "Seq Scan" not in plan


async def test_what_is_over_is_cleared_away_and_rubbish_finds_nothing(store: House) -> None:
    old = await alone(store, begin)
    await alone(store, lambda c: c.execute(text("UPDATE sessions SET expires_at = clock_timestamp()")))
    await alone(store, begin)
    async with store.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM sessions"))).scalar_one() == 1
    for token in (old, "", "\x00", "\ud800", "x" * 100_000):
        assert await alone(store, lambda c, token=token: sessions.find(c, token)) is None  # type: ignore[misc]


async def test_what_a_browser_says_of_itself_is_bounded(store: House) -> None:
    session = await found(store, await alone(store, lambda c: begin(c, "x\x00\ud800\u202e" + "y" * 1_000)))
    assert session.agent == "x" + "y" * (sessions.MAX_AGENT - 1)


async def test_a_session_that_ended_meanwhile_is_not_renewed(store: House) -> None:
    token = await alone(store, begin)
    session = await found(store, token)
    renewed = await asyncio.gather(*[alone(store, lambda c: sessions.renew(c, session)) for _ in range(4)])
    assert sum(one is not None for one in renewed) == 1, "a token is exchanged once"
    await alone(store, lambda c: sessions.end_all(c, WHO.id))
    assert await alone(store, lambda c: sessions.renew(c, session)) is None


async def test_of_all_who_bring_one_ticket_one_gets_the_ceremony(store: House) -> None:
    ticket = await alone(store, lambda c: ceremonies.begin(c, "x", challenge="1"))
    assert await alone(store, lambda c: ceremonies.take(c, "other", ticket)) is None
    taken = await asyncio.gather(*[alone(store, lambda c: ceremonies.take(c, "x", ticket)) for _ in range(8)])
    assert [one.data for one in taken if one] == [{"challenge": "1"}]


async def test_of_all_who_bring_one_recovery_code_one_is_let_in(store: House) -> None:
    await alone(store, lambda c: factors.set_codes(c, WHO.id, ["A", "B"]))
    used = await asyncio.gather(*[alone(store, lambda c: factors.use_code(c, WHO.id, "A")) for _ in range(8)])
    assert used.count(True) == 1
    assert await alone(store, lambda c: factors.codes_left(c, WHO.id)) == 1


async def test_counts_made_at_once_all_count(store: House) -> None:
    async def count(connection: AsyncConnection) -> None:
        one = await throttles.lock(connection, "k")
        await throttles.save(connection, lockout.counted(one, lockout.ADDRESS, await engine.now(connection)))

    await asyncio.gather(*[alone(store, count) for _ in range(8)])
    assert (await alone(store, lambda c: throttles.lock(c, "k"))).failures == 8
