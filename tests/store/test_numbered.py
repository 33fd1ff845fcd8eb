"""What is asked of one number is what is asked of several, but for its plan."""

from sqlalchemy import ColumnElement, Select, select

from hub.app import House
from hub.store import direct, tables
from hub.store.numbered import Numbered
from tests.store import stock

_T = tables.deliveries


def _named(mine: ColumnElement[bool]) -> Select[tuple[int, str]]:
    return select(_T.c.id, _T.c.channel).where(mine).order_by(_T.c.id)


async def test_one_and_several_give_the_same_rows(house: House) -> None:
    async with house.engine.begin() as connection:
        made = [await stock.delivery(connection, channel) for channel in ("a", "b", "c")]
    asked = Numbered(_T.c.id, _named)
    wanted = [one.id for one in made[:2]]
    async with direct.begin(house.engine) as connection:
        together = await asked(connection, wanted)
        alone = [row for number in wanted for row in await asked(connection, [number])]
        assert [tuple(row) for row in together] == [tuple(row) for row in alone] == [(wanted[0], "a"), (wanted[1], "b")]
        assert await asked(connection, []) == []
        assert await asked(connection, [-1]) == []


async def test_the_plan_for_one_is_kept(house: House) -> None:
    """PostgreSQL keeps a plan once it has made five that were no better."""
    async with house.engine.begin() as connection:
        one = await stock.delivery(connection, "a")
    asked = Numbered(_T.c.id, _named)
    async with house.engine.connect() as connection:
        for _ in range(8):
            await asked(connection, [one.id])
        kept = await connection.exec_driver_sql(
            "SELECT max(generic_plans) FROM pg_prepared_statements WHERE statement LIKE '%deliveries.id = $1%'"
        )
        assert kept.scalar_one() >= 2
