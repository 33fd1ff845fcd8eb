"""Statements that SQLAlchemy put together for one house, known to the next: a real house opens once in a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hub.store import engine
from tests.connections import Driver, Stock

#: All that any test asks; the engine's own measure would forget some and put them together anew.
STATEMENTS = 5_000


async def model(url: str) -> AsyncEngine:
    """An engine that has asked the server for its ways, and holds no connection any more."""
    one = engine.make(url, pool=1)
    await engine.ping(one)
    await one.dispose()
    return one


@contextmanager
def once(model: AsyncEngine, stock: Stock) -> Iterator[None]:
    """Let every engine that is made in the block know what the model knows: the server's ways and the statements.

    Its connections come from the stock and go there.
    """
    known: Any = model.sync_engine
    driver = Driver(stock)
    # There is no open way for engines that come and go.
    known._compiled_cache.capacity = STATEMENTS

    def make(url: str, **options: Any) -> AsyncEngine:
        one = create_async_engine(url, module=driver, **options)
        new: Any = one.sync_engine
        # What is put together is kept by the dialect that it is for, so they share that too; it has asked already.
        new.dialect.initialize = lambda _connection: None
        new.dialect, new._compiled_cache = known.dialect, known._compiled_cache
        return one

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "create_async_engine", make)
        yield
