"""Thousands of subscribers at once, and a worker that mails to them from a process of its own."""

import asyncio
import logging
import sys

import structlog
from sqlalchemy import text

from channels.fate import PostError
from channels.message import Signature
from hub import app
from hub.app import House, Servers
from hub.settings import Settings
from tests.mail.subscribers import follow, official, sender, slips


async def crowd(house: House, count: int) -> None:
    """So many confirmed subscribers, and one piece of news that is due for all of them."""
    keep = slips(house)
    query = text(
        "WITH made AS (INSERT INTO subscribers (digest, sealed) SELECT * FROM unnest(:d ::bytea[], :s ::bytea[]) "
        "RETURNING id) INSERT INTO subscriptions "
        "(subscriber_id, column_code, issuer, theme, keyword, frequency, confirmed_at, since) "
        "SELECT id, '', '', '', '', 'at_once', clock_timestamp(), 0 FROM made"
    )
    everybody = [f"reader{number}@home.cn" for number in range(count)]
    values = {"d": [keep.digest(one) for one in everybody], "s": [keep.seal(one) for one in everybody]}
    async with house.engine.begin() as connection:
        await connection.execute(query, values)
    await official(house)
    await follow(house)


def send(settings: Settings, servers: Servers, port: int, signature: Signature | None = None) -> None:
    """Send everything that is due, as fast as the mail server takes it; where it cannot be reached, try again."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

    async def run() -> None:
        async with app.opened(settings, servers) as house:
            one = sender(house, port, pace=1_000_000, signature=signature)
            while True:
                try:
                    if not await one.drain():
                        break
                except PostError as error:
                    sys.stderr.write(f"{error}\n")
            await one._post.close()

    asyncio.run(run())
