"""Units, set phrases and templates, as the administrator keeps them."""

from typing import Any

from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.office import Phrase, Unit, UnitKind

_NOW = text("clock_timestamp()")


async def units(connection: AsyncConnection) -> list[Unit]:
    """All units in their order, closed ones last."""
    t = tables.units
    rows = await connection.execute(select(t).order_by(t.c.closed_at.is_not(None), t.c.position, t.c.name))
    return [_unit(row) for row in rows]


async def unit(connection: AsyncConnection, name: str) -> Unit | None:
    t = tables.units
    row = (await connection.execute(select(t).where(t.c.name == name))).one_or_none()
    return _unit(row) if row else None


async def put_unit(connection: AsyncConnection, unit: Unit) -> None:
    """Add the unit, or change it; closing one, having it told or apart, keeps the time of the first time."""
    t = tables.units
    first = {"closed_at": unit.is_closed, "told_since": unit.is_told, "tenant_since": unit.is_tenant}
    plain = {"position": unit.position, "kind": unit.kind, "parent": unit.parent or None}
    values = {name: _NOW if is_so else None for name, is_so in first.items()}
    statement = upsert(t).values(name=unit.name, **plain, **values)
    kept = {name: func.coalesce(t.c[name], _NOW) if is_so else None for name, is_so in first.items()}
    changed = {**plain, **kept}
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


async def phrases(connection: AsyncConnection) -> list[Phrase]:
    t = tables.phrases
    return [Phrase.model_validate(row._asdict()) for row in await connection.execute(select(t).order_by(t.c.wrong))]


async def put_phrase(connection: AsyncConnection, phrase: Phrase) -> None:
    """Add the phrase, or change what is right in its place."""
    statement = upsert(tables.phrases).values(phrase.model_dump())
    changed = {"correct": phrase.correct, "note": phrase.note}
    await connection.execute(statement.on_conflict_do_update(index_elements=["wrong"], set_=changed))


async def remove_phrase(connection: AsyncConnection, wrong: str) -> None:
    await connection.execute(delete(tables.phrases).where(tables.phrases.c.wrong == wrong))


async def template(connection: AsyncConnection, name: str) -> str | None:
    """The administrator's own text of a template, or None where the built-in one stands."""
    t = tables.templates
    return (await connection.execute(select(t.c.body).where(t.c.name == name))).scalar_one_or_none()


async def put_template(connection: AsyncConnection, name: str, body: str) -> None:
    statement = upsert(tables.templates).values(name=name, body=body)
    changed = {"body": body, "changed_at": _NOW}
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


async def remove_template(connection: AsyncConnection, name: str) -> None:
    """Let the built-in text stand again."""
    await connection.execute(delete(tables.templates).where(tables.templates.c.name == name))


def _unit(row: Row[Any]) -> Unit:
    return Unit(
        name=row.name,
        position=row.position,
        is_closed=row.closed_at is not None,
        is_told=row.told_since is not None,
        kind=UnitKind(row.kind),
        parent=row.parent or "",
        is_tenant=row.tenant_since is not None,
    )
