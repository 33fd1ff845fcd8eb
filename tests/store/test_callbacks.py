"""When a channel called back, as the clock of this moment tells it."""

from datetime import timedelta

from sqlalchemy import update

from hub.app import House
from hub.store import callbacks, engine, tables


async def test_a_call_that_lies_ahead_of_the_clock_says_nothing(house: House) -> None:
    """It came before the clock was set back: taken for one of this moment, each look would be followed by another."""
    t = tables.callbacks
    async with house.engine.begin() as connection:
        assert await callbacks.last(connection, "wechat") is None
        await callbacks.keep(connection, "wechat", {"a": {}, "b": {}})
        await callbacks.keep(connection, "other", {"a": {}})
    async with house.engine.begin() as connection:
        now = await engine.now(connection)
        ahead = update(t).where(t.c.channel == "wechat", t.c.key == "b")
        await connection.execute(ahead.values(received_at=now + timedelta(seconds=3)))
        assert await callbacks.last(connection, "other") is not None
        before = await callbacks.last(connection, "wechat")
    assert before is not None
    assert before <= now
