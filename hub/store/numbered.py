"""Statements about rows that are named by their numbers.

What a list costs depends on its length, so PostgreSQL plans anew for each, which takes longer than to find one row.
What is asked of one number alone is planned once, and the plan is kept.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, bindparam, func
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ClauseElement

from hub.store.direct import Direct


class Numbered:
    """A statement in two forms; `build` makes either of them from the condition that a row is one of those named."""

    def __init__(self, column: ColumnElement[int], build: Callable[[ColumnElement[bool]], ClauseElement]) -> None:
        self._one = Direct(build(column == bindparam("number", type_=BigInteger)))
        self._many = Direct(build(column == func.any(bindparam("numbers", type_=ARRAY(BigInteger)))))

    async def __call__(self, connection: AsyncConnection, numbers: Sequence[int]) -> Sequence[Any]:
        """Return the rows, as `Direct` does. Raises SQLAlchemyError."""
        if len(numbers) == 1:
            return await self._one(connection, {"number": numbers[0]})
        return await self._many(connection, {"numbers": list(numbers)})
