"""What the driver runs itself reads and writes the same, in the same transactions."""

from typing import Any

import pytest
from sqlalchemy import ARRAY, BigInteger, Integer, bindparam, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.app import House
from hub.store import direct, tables
from hub.store.direct import Direct
from tests.store import stock

_T = tables.deliveries
WANTED = select(_T).where(_T.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))).order_by(_T.c.id)
TROUBLE = {"reaction": "retry", "code": "甲", "detail": ""}
SIZE = select(tables.log_head.c.size)
GROW = Direct(text("UPDATE log_head SET size = size + :by RETURNING size").columns(size=Integer))
LINE: dict[str, Any] = {
    "delivery_id": 7,
    "fence": 1,
    "step": "commit",
    "worker": "w",
    "outcome": "Seen",
    "detail": {"甲": [1, None]},
}
KEEP = Direct(insert(tables.attempts).values({name: bindparam(name) for name in (*LINE, "at")}))


async def size(house: House) -> int:
    async with house.engine.connect() as connection:
        return int((await connection.execute(SIZE)).scalar_one())


async def test_rows_are_the_same_as_sqlalchemys(house: House) -> None:
    async with house.engine.begin() as connection:
        one = await stock.delivery(connection, "a", trouble=TROUBLE)
        expected = (await connection.execute(WANTED, {"ids": [one.id]})).all()
    async with direct.begin(house.engine) as connection:
        found = await Direct(WANTED)(connection, {"ids": [one.id]})
    assert [row._asdict() for row in found] == [row._asdict() for row in expected]
    assert found[0].trouble == TROUBLE


async def test_documents_are_written_as_documents(house: House) -> None:
    async with direct.begin(house.engine) as connection:
        at = await connection.scalar(select(func.clock_timestamp()))
        await KEEP(connection, {**LINE, "at": at})
    async with house.engine.connect() as connection:
        kept = (await connection.execute(select(tables.attempts).where(tables.attempts.c.delivery_id == 7))).one()
    assert (kept.detail, kept.at) == (LINE["detail"], at)


async def test_a_transaction_ends_whole_or_not_at_all(house: House) -> None:
    before = await size(house)
    with pytest.raises(RuntimeError):
        await _grow_and_fail(house)
    assert await size(house) == before
    async with direct.begin(house.engine) as connection:
        await GROW(connection, {"by": 1})
        # SQLAlchemy's own statements are in it too.
        assert (await connection.execute(SIZE)).scalar_one() == before + 1
        assert await size(house) == before
    assert await size(house) == before + 1


async def _grow_and_fail(house: House) -> None:
    async with direct.begin(house.engine) as connection:
        await GROW(connection, {"by": 1})
        await connection.execute(text("UPDATE log_head SET size = size + 1"))
        raise RuntimeError


async def test_first_in_a_transaction_of_sqlalchemys_it_does_not_commit_by_itself(house: House) -> None:
    before = await size(house)
    async with house.engine.connect() as connection:
        await GROW(connection, {"by": 1})
        await connection.rollback()
    assert await size(house) == before


async def test_the_drivers_trouble_is_the_stores(house: House) -> None:
    async def divide(connection: AsyncConnection) -> None:
        await Direct(text("SELECT 1 / :by").columns(one=Integer))(connection, {"by": 0})

    with pytest.raises(SQLAlchemyError):
        async with direct.begin(house.engine) as connection:
            await divide(connection)


async def test_a_connection_that_broke_is_not_handed_out_again(house: House) -> None:
    with pytest.raises(SQLAlchemyError):
        await _break(house)
    async with direct.begin(house.engine) as connection:
        assert await GROW(connection, {"by": 0})


async def _break(house: House) -> None:
    async with direct.begin(house.engine) as connection:
        await GROW(connection, {"by": 0})
        await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
