"""Listens to the doorbell through arq, one queue per channel, and is trusted with nothing else.

arq keeps no result, retries nothing and schedules nothing here: a ring that it loses is found by the sweep.
"""

import asyncio
from typing import Any, cast

import structlog
from arq.connections import ArqRedis
from arq.worker import Worker as ArqWorker
from arq.worker import func
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from hub import bell
from workers.line import Line

_log = structlog.get_logger()

#: How long a ring may go unheard when the wake-up beside it was lost.
FALLBACK_POLL_SECONDS = 1.0
RECONNECT_SECONDS = 1.0


class Ear(ArqWorker):
    """arq's worker, woken by pub/sub instead of sleeping out its poll (measured: 2.7 ms instead of 250 ms)."""

    def __init__(self, redis: ArqRedis, line: Line) -> None:
        async def drain(_ctx: dict[Any, Any], _channel: str) -> None:
            line.ring()

        super().__init__(
            functions=[func(cast("Any", drain), name=bell.JOB)],
            queue_name=bell.queue(line.channel),
            redis_pool=redis,
            handle_signals=False,
            max_jobs=10,
            queue_read_limit=1000,
            job_timeout=5,
            keep_result=0,
            # A start that was cut short is no reason to drop a ring; expiry is.
            max_tries=1000,
            job_serializer=redis.job_serializer,
            job_deserializer=redis.job_deserializer,
            log_results=False,
        )
        self._line = line

    async def main(self) -> None:
        """Ring whenever woken; look into the queue every second, in case that a wake-up was lost.

        The job beside a wake-up says nothing new: polled for at once, it would have the line look twice while a
        delivery is on its way.
        """
        async with self.pool.pubsub() as wakes:
            await wakes.subscribe(bell.wake(self._line.channel))
            while True:
                await self._poll()
                await self._hear(wakes, FALLBACK_POLL_SECONDS)

    async def _hear(self, wakes: PubSub, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if await wakes.get_message(ignore_subscribe_messages=True, timeout=left):
                self._line.ring()

    async def _poll(self) -> None:
        """One look into the queue, which a cancellation does not cut short: arq would leave its pipeline open."""
        poll = asyncio.create_task(self._poll_iteration())
        try:
            await asyncio.shield(poll)
        except asyncio.CancelledError:
            await asyncio.wait([poll], timeout=2)
            raise


async def listen(redis_url: str, line: Line) -> None:
    """Listen for ever, whatever becomes of the queue's server. Ends by cancellation only."""
    while True:
        redis = bell.connect(redis_url)
        ear = Ear(redis, line)
        try:
            await ear.main()
        except (RedisError, OSError, TimeoutError) as error:
            # arq's worker ends with its connection; ours starts a new one. Meanwhile the sweep rings.
            _log.warning("queue.deaf", channel=line.channel, reason=type(error).__name__)
        finally:
            # Rings take no time; cutting one short would leave arq's clean-up running on a closed connection.
            if ear.tasks:
                await asyncio.wait(ear.tasks.values(), timeout=2)
            await bell.close(redis)
        await asyncio.sleep(RECONNECT_SECONDS)
