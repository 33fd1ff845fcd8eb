"""Start, adopt and stop one engine process. It never decides when: the lifecycle does, behind its gate.

Whether an engine lives is told by a lock that its process inherits and the kernel drops with its last child: no process
id can be stale, recycled or forged in it.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from hub.embedded import account, binaries, locks

POLL_SECONDS = 0.02
#: Long enough for crash recovery of a large store; an engine that dies ends the wait at once.
START_SECONDS = 120.0
LOG_BYTES = 8 * 2**20
_TAIL_BYTES = 2000
#: The engines get nothing of the hub's environment, where secrets may be.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
#: Kept for reaping: an engine that ends while its starter lives must not stay behind as a zombie.
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Engine:
    """One engine, described: how it is prepared, started, asked and stopped."""

    name: str
    command: tuple[str, ...]
    folder: Path
    log: Path
    #: Locked by every process of the engine, from before its start until its last one has ended.
    life: Path
    #: Written by the engine itself; its first line is the process id. Trusted only while the engine lives.
    pid_file: Path
    account: account.Account
    #: Bring the folder into a state to start from. Runs only while no process of the engine lives.
    prepare: Callable[["Engine"], Awaitable[None]]
    #: Whether the engine serves; never raises for one that is not up yet.
    answers: Callable[[], Awaitable[bool]]
    #: Signals to stop with, mildest first, each with the seconds given to it.
    farewell: tuple[tuple[signal.Signals, float], ...] = field(default=((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)))


async def ensure(engine: Engine) -> None:
    """Return when the engine serves, started or adopted. May run twice; run it behind the gate.

    If this process dies on any line, what it started lives on and the next `ensure` adopts it.

    Raises:
        EmbeddedError: the engine died or did not serve in time; the message ends with its own last words.
    """
    deadline, started = time.monotonic() + START_SECONDS, False
    while time.monotonic() < deadline:
        if is_alive(engine):
            if await engine.answers():
                return
        elif started:
            raise _failed(engine, "启动后随即退出")
        else:
            # A watcher may be looking at the lock at this very moment; then the next round starts.
            with contextlib.suppress(BlockingIOError):
                await engine.prepare(engine)
                launch(engine, engine.command)
                started = True
        await asyncio.sleep(POLL_SECONDS)
    raise _failed(engine, f"在 {START_SECONDS:.0f} 秒内没有就绪")


async def stop(engine: Engine) -> bool:
    """Stop the engine, mildly first, and say whether it is gone. May run twice; run it behind the gate."""
    for number, seconds in engine.farewell:
        deadline, is_sent = time.monotonic() + seconds, False
        while is_alive(engine) and time.monotonic() < deadline:
            # One that is only just starting has not written its id yet, so asking goes on until it has.
            is_sent = is_sent or _send(engine, number)
            await asyncio.sleep(POLL_SECONDS)
            reap()
    return not is_alive(engine)


async def run(engine: Engine, command: tuple[str, ...]) -> None:
    """Run a short program under the engine's life lock and account, and wait for it.

    Raises:
        EmbeddedError: it failed; the message ends with its last words.
    """
    child = launch(engine, command)
    try:
        code = await asyncio.to_thread(child.wait)
    finally:
        child.kill()
    if code:
        raise _failed(engine, "初始化失败")


def launch(engine: Engine, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, out of reach of the terminal's Ctrl-C: the hub drains before it stops.

    If the hub dies on the next line, the life lock is the child's alone and tells of it.

    Raises:
        BlockingIOError: somebody holds or looks at the life lock.
    """
    bound_log(engine)
    who = engine.account
    with locks.private(engine.life) as life, locks.private(engine.log) as log:
        if not locks.take(life):
            raise BlockingIOError
        child = subprocess.Popen(  # noqa: S603 (fixed programs of the wheels, no shell)
            command,
            cwd=engine.folder,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(life.fileno(),),
            start_new_session=True,
            umask=0o077,
            user=who.uid if who.is_dropped else None,
            group=who.gid if who.is_dropped else None,
            extra_groups=[] if who.is_dropped else None,
        )
    _children.append(child)
    return child


def is_alive(engine: Engine) -> bool:
    """Tell whether any process of the engine lives. A moment's false yes is possible, a false no is not."""
    # Shared, so that two who look at once do not take each other for the engine.
    with locks.private(engine.life) as life:
        return not locks.take(life, shared=True)


def pid(engine: Engine) -> int | None:
    """Return the engine's process id as it wrote it, or None when it has not (yet)."""
    try:
        return int(engine.pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def bound_log(engine: Engine) -> None:
    """Keep the log and one older copy near `LOG_BYTES` each; the engine appends, so it may go on writing meanwhile."""
    if engine.log.exists() and engine.log.stat().st_size > LOG_BYTES:
        shutil.copy(engine.log, engine.log.with_suffix(".log.1"))
        os.truncate(engine.log, 0)


def reap() -> None:
    """Collect the children that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]


def _send(engine: Engine, number: signal.Signals) -> bool:
    target = pid(engine)
    if target is None or target <= 1:
        return False
    try:
        os.kill(target, number)
    except ProcessLookupError:
        # A killed PostgreSQL parent leaves children that see it and end by themselves.
        return False
    return True


def _failed(engine: Engine, what: str) -> binaries.EmbeddedError:
    words = engine.log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip() if engine.log.exists() else ""
    last = "\n".join(words.splitlines()[-12:]) or "（无）"
    return binaries.EmbeddedError(
        f"内嵌的 {engine.name} {what}。请检查磁盘空间和目录 {engine.folder} 的权限；完整日志见 {engine.log}。"
        f"也可以在设置 GONGBU_DATABASE_URL 和 GONGBU_REDIS_URL 中填写自建服务的地址。日志的最后几行：\n{last}"
    )
