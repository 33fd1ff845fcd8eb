"""Statements on the way of every delivery, run by the driver itself.

SQLAlchemy puts each together once and says what its values are on the wire; after that, its layers would cost four
times what the statement does, and as much again for each transaction (measured).
"""

import asyncio
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any, cast

import asyncpg
from sqlalchemy import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.elements import ClauseElement

_DIALECT: Any = dialect.dialect()  # type: ignore[no-untyped-call]
Processor = Callable[[Any], Any]


class StoreError(SQLAlchemyError):
    """The driver's trouble, as everybody here expects the store's."""


@asynccontextmanager
async def begin(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction, begun and committed by the driver; SQLAlchemy's own statements may run in it too.

    Durable when the block has ended. Raises StoreError for what the driver raises.
    """
    async with engine.connect() as connection:
        # So that SQLAlchemy leaves the beginning to us.
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        driver = _driver(connection)
        try:
            async with driver.transaction():
                yield connection
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StoreError(str(error)) from error
        except asyncio.CancelledError:
            # The driver has asked the server to stop, which may come late and stop what the next one asks for.
            await connection.invalidate()
            raise
        finally:
            if driver.is_closed():
                # Else the pool would hand it out once more.
                await connection.invalidate()


class Direct:
    """One statement. Outside a transaction of the driver's it runs the long way, and begins one as ever."""

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement

    async def __call__(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return the rows: tuples whose fields have the columns' names. Raises SQLAlchemyError."""
        driver = _driver(connection)
        if not driver.is_in_transaction():
            result = await connection.execute(self.statement, values)  # type: ignore[call-overload]
            return result.all() if result.returns_rows else []
        whole = {**self._fixed, **values}
        given = [write(whole[name]) for name, write in self._binds]
        try:
            rows = await driver.fetch(self._text, *given)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StoreError(str(error)) from error
        return [self._row._make(read(value) for read, value in zip(self._reads, row, strict=True)) for row in rows]

    @cached_property
    def _compiled(self) -> Any:
        """What SQLAlchemy knows of the statement. Its own execution asks the same, each time."""
        return self.statement.compile(dialect=_DIALECT)

    @cached_property
    def _text(self) -> str:
        return str(self._compiled)

    @cached_property
    def _binds(self) -> list[tuple[str, Processor]]:
        """The parameters in the order of the text, and how each is written."""
        return [(name, _writer(self._compiled.binds[name].type)) for name in self._compiled.positiontup]

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        """The values that stand in the statement itself."""
        return {name: one.effective_value for name, one in self._compiled.binds.items() if not one.required}

    @cached_property
    def _reads(self) -> list[Processor]:
        columns = self._compiled._result_columns  # noqa: SLF001
        return [one.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) or _as_it_is for one in columns]

    @cached_property
    def _row(self) -> Any:
        names = [one.keyname for one in self._compiled._result_columns]  # noqa: SLF001
        return namedtuple("Row", names)  # noqa: PYI024 - known when it is compiled


def _writer(kind: Any) -> Processor:
    """How a value of the type is written. SQLAlchemy would ask of every value in an array whether it is one, too."""
    is_array = isinstance(kind, ARRAY)
    one = (kind.item_type if is_array else kind).dialect_impl(_DIALECT).bind_processor(_DIALECT)
    if one is None:
        return _as_it_is
    return (lambda values: [one(value) for value in values]) if is_array else cast("Processor", one)


def _driver(connection: AsyncConnection) -> Any:
    """The asyncpg connection below."""
    return cast("Any", connection.sync_connection).connection.driver_connection


def _as_it_is(value: Any) -> Any:
    return value
