"""Duty × act × state: who may do what when, done on a real store, and held against the table in docs/duties.md.

Every cell is really tried, in transactions that are rolled back, so that the next one finds the same rows.
"""

import inspect
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import hub.commands
from hub.app import House
from hub.commands.act import Hub
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import ReleaseState
from schemas.session import Session
from schemas.words import word
from tests.commands.act import Act, Scene
from tests.commands.acts import ACTS, OWN
from tests.commands.staging import hired, staged
from tests.docs.tables import ROOT, table

pytestmark = pytest.mark.usefixtures("quick_hashes")

S = ReleaseState
DONE = "done"
_HELD = re.compile(r"<!-- held by tests/commands/test_duties_matrix.py -->\n(.*?)<!-- end held -->", re.DOTALL)


class Rehearsal:
    """The store as an engine of which nothing stays."""

    def __init__(self, store: AsyncEngine) -> None:
        self._store = store
        self.connect = store.connect

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self._store.connect() as connection:
            transaction = await connection.begin()
            try:
                yield connection
            finally:
                await transaction.rollback()


async def test_the_matrix_of_duty_and_act_and_state(house: House, staff: dict[str, Person]) -> None:
    triers = await hired(house)
    scene = await staged(house, staff, triers[Duty.EDITOR])
    rehearsal = replace(house.hub, engine=cast("AsyncEngine", Rehearsal(house.engine)))
    rows, wrong = [], []
    for act in ACTS:
        cells = {}
        for state in S if act.by_state else (None,):
            release = scene.releases[state] if state else 0
            told = {name: await outcome(rehearsal, act, person, scene, release) for name, person in triers.items()}
            cells[state] = ", ".join(sorted({told[duty] for duty in act.duties})) or "—"
            wrong += [f"{act.name} {state} {who}: {what}" for who, what in faults(act, told)]
        rows.append(row(act, cells))
    assert wrong == []
    written = _HELD.search((ROOT / "docs" / "duties.md").read_text("utf-8"))
    assert written
    right = table(["act", "who may", *[f"`{state}`" for state in S], "otherwise"], rows)
    assert written[1] == right, f"docs/duties.md should hold\n{right}"


def faults(act: Act, told: dict[Duty | str, str]) -> Iterator[tuple[str, str]]:
    """Who may do what they must not, or may not do what they must."""
    right = {told[duty] for duty in act.duties}
    for who, what in told.items():
        is_told_no = what == act.others or (act.looks_first and what in right - {DONE})
        if who in act.duties and what == ErrorCode.FORBIDDEN:
            yield who, what
        if who not in act.duties and not is_told_no:
            yield who, what


async def outcome(hub: Hub, act: Act, person: Person, scene: Scene, release: int) -> str:
    try:
        await act.do(hub, person, scene, release)
    except HubError as refused:
        return refused.code
    return DONE


def row(act: Act, cells: dict[ReleaseState | None, str]) -> list[str]:
    who = "、".join(word(duty) for duty in Duty if duty in act.duties) or "nobody"
    shown = [cells.get(state, "") for state in S]
    return [f"`{act.name}`", who, *shown, cells.get(None, "")]


def test_no_act_of_a_person_is_missing_from_the_matrix() -> None:
    listed = {act.name.partition(" ")[0] for act in ACTS}
    assert set(found()) == listed | OWN
    assert not listed & OWN


def found() -> Iterator[str]:
    """Every public act: what takes the hub and a person. What takes a session is about one's own account, what takes a
    connection is a part of an act."""
    for module in iter_modules(hub.commands.__path__):
        for name, function in inspect.getmembers(
            import_module(f"hub.commands.{module.name}"), inspect.iscoroutinefunction
        ):
            is_ours = function.__module__ == f"hub.commands.{module.name}" and not name.startswith("_")
            kinds = [one.annotation for one in inspect.signature(function).parameters.values()]
            if (
                is_ours
                and kinds[:1] == [Hub]
                and Person in kinds
                and not {Session, AsyncConnection}.intersection(kinds)
            ):
                yield f"{module.name}.{name}"
