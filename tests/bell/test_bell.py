"""The doorbell: its addresses, a Sentinel's failover, TLS, and a server that is not there."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from redis.asyncio import SSLConnection

from hub import bell, embedded
from hub.bell import Bell
from tests.bell import town
from workers import queue

CHANNEL = "alpha"
#: Of a failover: the Sentinel misses the master after half a second, and votes, and the ear connects anew.
FAILOVER_SECONDS = 15.0


@dataclass
class Ears:
    """Stands where a line stands, and counts."""

    channel: str = CHANNEL
    heard: int = 0
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        self.heard += 1
        self.rung.set()

    async def hears(self, doorbell: Bell, *, seconds: float) -> float:
        """Ring until it is heard; return the seconds that it took. Raises TimeoutError."""
        began = time.monotonic()
        self.rung.clear()
        async with asyncio.timeout(seconds):
            while not self.rung.is_set():
                await doorbell.ring(CHANNEL)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.rung.wait(), 0.2)
        return time.monotonic() - began


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[tuple[Bell, Ears]]:
    """A bell, and somebody who listens to it as a worker does."""
    doorbell, ears = Bell(bell.connect(url)), Ears()
    task = asyncio.create_task(queue.listen(url, cast("Any", ears)))
    try:
        yield doorbell, ears
    finally:
        task.cancel()
        await asyncio.wait([task])
        await doorbell.close()


async def test_a_ring_is_heard_at_once_and_another_channels_is_not(engines: embedded.Engines) -> None:
    async with listening(engines.redis_url) as (doorbell, ears):
        await ears.hears(doorbell, seconds=10)
        # Until the job beside the wake-up has been heard, too.
        await asyncio.sleep(1.5 * queue.FALLBACK_POLL_SECONDS)
        before = ears.heard
        await doorbell.ring("beta")
        await asyncio.sleep(0.1)
        assert ears.heard == before
        assert await doorbell.answers()


async def test_a_server_that_is_not_there_is_told_and_raises_nothing(tmp_path: Path) -> None:
    doorbell = Bell(bell.connect(f"unix://{tmp_path}/nobody.sock"))
    await doorbell.ring(CHANNEL)
    assert not await doorbell.answers()
    await doorbell.close()


async def test_rings_are_heard_again_after_a_masters_death(tmp_path: Path) -> None:
    """Real servers: the master is killed, the Sentinel makes its replica the master, both ends find it."""
    async with town.watched(tmp_path) as watched:
        url = f"sentinel://:{town.QUOTED}@{town.HERE}:{watched.sentinel}/{town.SERVICE}"
        async with listening(url) as (doorbell, ears):
            await ears.hears(doorbell, seconds=10)
            await _replica_is_known(watched.sentinel)
            watched.master.kill()
            await watched.master.wait()
            assert await ears.hears(doorbell, seconds=FAILOVER_SECONDS) < FAILOVER_SECONDS


async def _replica_is_known(port: int) -> None:
    """A failover needs a replica, which the Sentinel learns of from its master."""
    redis = bell.connect(f"redis://{town.HERE}:{port}")
    async with asyncio.timeout(20):
        while True:
            told: list[Any] = await redis.execute_command("SENTINEL", "REPLICAS", town.SERVICE)  # type: ignore[no-untyped-call]
            if told and _is_up(told[0]):
                break
            await asyncio.sleep(0.1)
    await redis.aclose(close_connection_pool=True)


def _is_up(replica: Any) -> bool:
    """Whether its link to the master stands."""
    pairs = replica if isinstance(replica, dict) else dict(zip(replica[::2], replica[1::2], strict=True))
    return any(one in {"ok", b"ok"} for one in pairs.values())


async def test_a_ring_goes_through_tls_and_never_to_a_stranger(engines: embedded.Engines, tmp_path: Path) -> None:
    """The embedded Valkey is built without TLS, so a real TLS door stands before it."""
    authority, context = town.certificate(tmp_path)
    async with town.tls_door(urlsplit(engines.redis_url).path, context) as port:
        url = f"rediss://localhost:{port}"
        async with listening(f"{url}?ssl_ca_certs={authority}") as (doorbell, ears):
            await ears.hears(doorbell, seconds=10)
        stranger = Bell(bell.connect(url))
        assert not await stranger.answers()
        await stranger.close()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://:p%40ss@cache:6380/2", {"host": "cache", "port": 6380, "db": 2, "password": "p@ss"}),
        ("rediss://u:p@cache:6380", {"host": "cache", "port": 6380, "username": "u", "password": "p"}),
        ("unix:///run/valkey.sock?db=3", {"path": "/run/valkey.sock", "db": 3}),
    ],
)
def test_an_address_says_where_the_server_is(url: str, expected: dict[str, object]) -> None:
    given = bell.connect(url).connection_pool.connection_kwargs
    assert expected.items() <= given.items()
    assert given.items() >= {"socket_timeout": 5, "socket_connect_timeout": 2}.items()


@pytest.mark.parametrize("scheme", ["sentinel", "sentinels"])
def test_a_sentinels_address_names_them_all_with_accounts_and_service(scheme: str) -> None:
    url = f"{scheme}://u:p%40ss@one:26379,[::1]:26380,10.0.0.1:1/gongbu?db=4&sentinel_password=eye"
    pool: Any = bell.connect(url).connection_pool
    assert pool.service_name == "gongbu"
    eyes = [one.connection_pool.connection_kwargs for one in pool.sentinel_manager.sentinels]
    assert [(eye["host"], eye["port"]) for eye in eyes] == [("one", 26379), ("::1", 26380), ("10.0.0.1", 1)]
    assert {eye["password"] for eye in eyes} == {"eye"}
    assert pool.connection_kwargs.items() >= {"username": "u", "password": "p@ss", "db": 4}.items()
    assert issubclass(pool.connection_class, SSLConnection) is (scheme == "sentinels")


def test_the_masters_password_is_not_told_to_the_sentinels() -> None:
    pool: Any = bell.connect("sentinel://:secret@one:26379/gongbu").connection_pool
    (eye,) = pool.sentinel_manager.sentinels
    assert eye.connection_pool.connection_kwargs.get("password") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cache:6379",
        "http://cache",
        "sentinel://one:26379",
        "sentinel://one/gongbu",
        "sentinel:///gongbu",
        "sentinel://one:x/gongbu",
        "sentinel://one:1/gongbu/2",
        "sentinel://one:1/gongbu?what=1",
        "sentinel://one:1/gongbu?db=x",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        bell.connect(url)


async def test_an_authority_for_a_connection_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        bell.connect("sentinel://one:1/gongbu?ssl_ca_certs=ca.pem")
