"""Circuits: one row per channel, shared by every worker and every web process."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.direct import Direct
from schemas.circuit import Circuit
from schemas.delivery import Step, Trouble

_T = tables.circuits


def _find() -> Select[Any]:
    here = select(func.clock_timestamp().label("now")).subquery()
    return select(here.c.now, _T).outerjoin(_T, _T.c.channel == bindparam("named"))


# Built once: putting a statement together costs more than running it.
_FIND = Direct(_find())


async def find(connection: AsyncConnection, channel: str) -> tuple[Circuit, datetime]:
    """The channel's circuit, closed for one that never had any trouble, and the store's time."""
    (row,) = await _FIND(connection, {"named": channel})
    return (_circuit(row) if row.channel else Circuit(channel=channel)), row.now


async def lock(connection: AsyncConnection, channel: str) -> Circuit:
    """The channel's circuit, locked until the end of the transaction. Take it before the log's head, never after."""
    await connection.execute(insert(_T).values(channel=channel).on_conflict_do_nothing())
    return _circuit((await connection.execute(select(_T).where(_T.c.channel == channel).with_for_update())).one())


async def save(connection: AsyncConnection, circuit: Circuit) -> None:
    """Write a circuit that was locked in this transaction."""
    values = circuit.model_dump(mode="json", include={"trouble", "step"})
    values |= circuit.model_dump(exclude={"channel", "trouble", "step"})
    await connection.execute(_T.update().where(_T.c.channel == circuit.channel).values(values))


async def every(connection: AsyncConnection) -> dict[str, Circuit]:
    """Channel → circuit, for those that ever had trouble."""
    return {row.channel: _circuit(row) for row in await connection.execute(select(_T))}


def _circuit(row: Row[Any]) -> Circuit:
    values = {name: getattr(row, name) for name in Circuit.model_fields}
    values["trouble"] = Trouble.model_validate(row.trouble) if row.trouble else None
    values["step"] = Step(row.step) if row.step else None
    return Circuit.model_construct(**values)
