"""What time carries out, when a process dies in the middle of it and when several are at it: once, or still due."""

import asyncio
from datetime import date

import pytest

from hub import holding
from hub.app import House
from hub.store import relations, standings
from schemas.delivery import Action
from schemas.person import Person
from schemas.relation import RelationKind
from schemas.standing import Standing, StandingKind
from tests import making
from tests.commands.after import released, row, under_way
from workers import days
from workers.main import hire

DAY = date(2026, 11, 20)
OTHER = {"index_no": "11120000MB1909339E/2026-00002", "doc_no": None, "title": "旧的通知"}


async def both(house: House, staff: dict[str, Person], kind: RelationKind) -> tuple[int, int]:
    """An old release, and a new one that is official and does this to it; the day has come."""
    old = (await released(house, staff, **OTHER)).release
    new = await released(house, staff, relations=[{"kind": kind, "release": old}])
    async with house.engine.begin() as connection:
        await relations.declared(connection, new.release, 1, {(old, kind): DAY})
    return old, new.release


async def said(house: House, release: int) -> list[Standing]:
    async with house.engine.connect() as connection:
        return await standings.of_release(connection, release)


async def test_what_dies_half_way_is_still_due_and_then_done_once(
    house: House, staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = await both(house, staff, RelationKind.REPEALS)
    worker = hire(house)

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("the process is gone")

    with monkeypatch.context() as patch:
        patch.setattr(holding, "hold", dies)
        await days.catch_up(worker)
    assert await said(house, old) == []
    await asyncio.gather(*(days.catch_up(worker) for _ in range(4)))
    (made,) = await said(house, old)
    assert made.kind is StandingKind.REPEALED
    assert (await row(house, old)).standing == made.id
    marks = [one for one in await under_way(house, old) if one.standing == made.id]
    assert {(one.channel, one.action) for one in marks} == {(name, Action.ANNOTATE) for name in house.channels}


@pytest.mark.parametrize("whose", ["old", "new"])
async def test_what_was_withdrawn_meanwhile_is_left_alone(house: House, staff: dict[str, Person], whose: str) -> None:
    old, new = await both(house, staff, RelationKind.REPLACES)
    withdrawn = await making.said(house, staff, old if whose == "old" else new)
    await days.catch_up(hire(house))
    async with house.engine.connect() as connection:
        (one,) = await relations.of_release(connection, old)
    assert one.settled_at
    assert one.outcome
    assert await said(house, old) == ([withdrawn] if whose == "old" else [])


async def test_what_a_newer_edition_no_longer_says_is_dropped(house: House, staff: dict[str, Person]) -> None:
    old, new = await both(house, staff, RelationKind.AMENDS)
    async with house.engine.begin() as connection:
        await relations.declared(connection, new, 2, {(old, RelationKind.CLARIFIES): DAY})
        await relations.declared(connection, new, 1, {(old, RelationKind.REPEALS): DAY})  # seen late
        found = {one.kind: one for one in await relations.of_release(connection, new)}
    assert found.keys() == {RelationKind.AMENDS, RelationKind.CLARIFIES}
    assert found[RelationKind.AMENDS].outcome == relations.DROPPED
