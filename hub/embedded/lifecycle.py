"""When the embedded engines start and stop: the first user starts them, the last one to leave stops them.

Two locks tell: the gate is held by whoever is starting or stopping; the register is shared by every user while it
uses the engines. Both are the kernel's, so a killed user leaves both by dying, and never blocks the next one.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hub.embedded import binaries, locks, places, postgres, supervise, valkey

#: Longer than one start, since a second user waits for the first one's.
GATE_SECONDS = 180.0
WATCH_SECONDS = 0.5
#: After a restart that failed, so that a full disk fills no log besides.
RETRY_SECONDS = 5.0
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Engines:
    """Addresses of the running engines, over unix sockets that only this system user can reach."""

    #: For SQLAlchemy's create_async_engine, as `gongbu_app`: may connect, and use what migrations grant.
    database_url: str
    #: The same as `gongbu_owner`: owns the database, for migrations only.
    owner_url: str
    #: For redis-py's `from_url` and arq's `RedisSettings.from_dsn`.
    redis_url: str


@contextlib.asynccontextmanager
async def engines(data_dir: Path) -> AsyncIterator[Engines]:
    """Start or adopt PostgreSQL and Valkey under `data_dir`; stop them on exit if nobody else uses them.

    An engine that dies meanwhile is started again within about a second. A user killed by SIGKILL, or by a SIGTERM
    that it does not handle, leaves live engines, which the next user adopts. Durable on entry: roles and database.

    Raises:
        EmbeddedError: no such engine for this platform, it does not start, or the data directory is unusable.
    """
    with _plain_words(data_dir):
        root = places.found(data_dir)
        register = locks.private(root / "users.lock")
    with register:
        with _plain_words(data_dir):
            here, kinds = await _open(root, register)
        watch = asyncio.create_task(_watch(root, kinds), name="embedded-watch")
        try:
            yield Engines(postgres.url(here, postgres.APP), postgres.url(here, postgres.OWNER), valkey.url(here))
        finally:
            watch.cancel()
            await asyncio.wait([watch])
            async with _gate(root):
                await _leave(register, kinds)


async def _open(root: Path, register: IO[bytes]) -> tuple[places.Places, tuple[supervise.Engine, ...]]:
    async with _gate(root):
        here = await asyncio.to_thread(places.settle, root)
        kinds = (postgres.engine(here), valkey.engine(here))
        # Free at once: only a leaver behind this same gate ever holds it alone.
        locks.take(register, shared=True)
        try:
            await _ensure(kinds)
            await postgres.furnish(here)
        except BaseException:
            await _leave(register, kinds)
            raise
    return here, kinds


async def _ensure(kinds: tuple[supervise.Engine, ...]) -> None:
    # Both are seen through before either's trouble is raised, so that nothing goes on starting behind a stop.
    outcomes = await asyncio.gather(*map(supervise.ensure, kinds), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _leave(register: IO[bytes], kinds: tuple[supervise.Engine, ...]) -> None:
    """Strike this user from the register, and stop the engines if it was the last. Run it behind the gate.

    If this process dies on any line, the engines live on or are half stopped; the next user adopts or starts them.
    """
    locks.release(register)
    if not locks.take(register):
        return
    gone = await asyncio.gather(*map(supervise.stop, kinds))
    for engine, is_gone in zip(kinds, gone, strict=True):
        if not is_gone:
            _logger.error("the embedded %s did not stop (pid %s)", engine.name, supervise.pid(engine))


async def _watch(root: Path, kinds: tuple[supervise.Engine, ...]) -> None:
    """Start again whatever died, and keep the logs bounded, until cancelled."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        supervise.reap()
        try:
            for engine in kinds:
                supervise.bound_log(engine)
            if not all(map(supervise.is_alive, kinds)):
                _logger.warning("an embedded engine has died and is being started again")
                async with _gate(root):
                    # For root: another program may have closed the folders above to the engines' account meanwhile.
                    await asyncio.to_thread(places.settle, root)
                    await _ensure(kinds)
        except (binaries.EmbeddedError, OSError):
            _logger.exception("an embedded engine could not be started again; trying on")
            await asyncio.sleep(RETRY_SECONDS)


@contextlib.asynccontextmanager
async def _gate(root: Path) -> AsyncIterator[None]:
    """Be the only one, of all processes, who starts or stops engines of this data directory."""
    with locks.private(root / "gate.lock") as gate:
        deadline = time.monotonic() + GATE_SECONDS
        while not locks.take(gate):
            if time.monotonic() > deadline:
                raise binaries.EmbeddedError(f"另一个进程正在启动或停止 {root} 中的服务，等待超时。请稍后重试。")
            await asyncio.sleep(supervise.POLL_SECONDS)
        yield


@contextlib.contextmanager
def _plain_words(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise binaries.EmbeddedError(
            f"无法使用数据目录 {data_dir}：{error.strerror or error}。请检查目录的属主、权限和磁盘空间。"
        ) from error
