"""Verifies the whole log in front of an auditor: exports it to a temporary folder and lets the verifier read that.

The verifier is a child process that shares no tree code with us and knows neither our database nor our key's file.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import structlog
from pydantic_core import from_json
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

import hub
from hub import evidence
from hub.log import checkpoint, note, watched
from hub.store import log, verifications
from hub.store.verifications import BusyError
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.verification import Phase

_log = structlog.get_logger()

#: A million entries take a quarter of a minute to some minutes, by how busy the cores are; nobody looks on for longer.
LIMIT_SECONDS = 1800.0
BEAT_SECONDS = 0.5
#: What an entry takes on the disk as it is exported, file ends and tiles included, generously.
BYTES_PER_ENTRY = 2_000
#: Runs that go on while nobody waits for them.
_RUNNING: set[asyncio.Task[None]] = set()


async def start(engine: AsyncEngine, person: Person, *, vkey: str, since: str, closing: asyncio.Event) -> int:
    """Start a verification and return its number; it goes on by itself until `closing` is set.

    `since` is a checkpoint that the person kept, or empty. Raises HubError: INVALID for one that this log never
    signed, STATE while another verification runs, UNSIGNED, UNAVAILABLE when the disk has no room for the export.
    """
    kept = _checkpoint(since, vkey) if since.strip() else None
    async with engine.connect() as connection:
        if await log.checkpoint(connection) is None:
            raise HubError(ErrorCode.UNSIGNED)
        _has_room(await log.size(connection))
    try:
        async with engine.begin() as connection:
            number = await verifications.begin(connection, person.id, kept)
    except BusyError:
        advice = "请打开正在进行的那一次查看，结束后再开始。"
        raise HubError(ErrorCode.STATE, state="另一次核验正在进行", advice=advice) from None
    task = asyncio.create_task(_Run(engine, vkey, number, kept, closing).run())
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    return number


def _checkpoint(since: str, vkey: str) -> str:
    kept = since.strip() + "\n"
    try:
        checkpoint.open_checkpoint(kept.encode(), note.Verifier.parse(vkey))
    except ValueError:
        fields = {"since": "不是本日志签过名的检查点，请核对是否完整粘贴（含空行和最后一行签名）"}
        raise HubError(ErrorCode.INVALID, detail="旧检查点无法识别", fields=fields) from None
    return kept


def _has_room(size: int) -> None:
    if shutil.disk_usage(tempfile.gettempdir()).free < size * BYTES_PER_ENTRY:
        raise HubError(ErrorCode.UNAVAILABLE, detail="服务器临时目录的空间不足以导出日志")


class _Run:
    """One verification. Whatever happens to it, its row says how it ended and its folder is gone."""

    def __init__(self, engine: AsyncEngine, vkey: str, number: int, since: str | None, closing: asyncio.Event) -> None:
        self._engine, self._vkey, self._number, self._since = engine, vkey, number, since
        self._closing = closing
        self._phase, self._done, self._size = Phase.EXPORT, 0, 0
        self._is_stopped = False

    async def run(self) -> None:
        beating = asyncio.create_task(self._beat())
        closing = asyncio.create_task(self._closing.wait())
        working = asyncio.create_task(self._report())
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                await asyncio.wait({working, closing}, return_when=asyncio.FIRST_COMPLETED)
            report = working.result() if working.done() else None
        except Exception as error:  # noqa: BLE001 - nobody waits for it; the row is what people see
            _log.error("verification.failed", number=self._number, reason=f"{type(error).__name__}: {error}"[:300])
            report = None
        for task in (beating, closing, working):
            task.cancel()
        await asyncio.gather(beating, closing, working, return_exceptions=True)
        await self._end(report)

    async def _report(self) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="gongbu-verification-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            if self._since:
                (folder / watched.SINCE).write_text(self._since)
            async with self._engine.connect() as connection:
                self._size = await log.size(connection)
            signed = await self._exported(folder / "log")
            self._phase, self._done, self._size = Phase.VERIFY, 0, signed.size
            return await self._verified(folder / "log")

    async def _exported(self, folder: Path) -> checkpoint.Checkpoint:
        writing = asyncio.ensure_future(
            evidence.write_export(self._engine, self._vkey, folder, with_certificates=False, watch=self._hear)
        )
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            # A thread writes into the folder: it must have stopped before the folder goes.
            self._is_stopped = True
            await asyncio.wait({writing})
            raise

    def _hear(self, done: int) -> None:
        if self._is_stopped:
            raise RuntimeError("stopped")
        self._done = done

    async def _verified(self, folder: Path) -> dict[str, Any]:
        child = await asyncio.create_subprocess_exec(
            # Without -P it would look for modules in the working directory first.
            *(sys.executable, "-P", "-m", watched.__name__, os.fspath(folder)),
            env={**os.environ, "PYTHONPATH": os.fspath(Path(hub.__file__).parents[1])},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 20,
        )
        assert child.stdout is not None  # noqa: S101 - asked for above
        try:
            async for line in child.stdout:
                told = from_json(line)
                if "report" in told:
                    return dict(told["report"])
                self._done = told["done"]
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()
        raise RuntimeError(f"the verifier ended with {child.returncode} and no report")

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                async with self._engine.begin() as connection:
                    await verifications.beat(connection, self._number, self._phase, done=self._done, size=self._size)
            except (SQLAlchemyError, OSError):
                continue  # The next beat may reach the store again; if none does, the run counts as lost.

    async def _end(self, report: dict[str, Any] | None) -> None:
        phase = Phase.DONE if report else Phase.FAILED
        try:
            async with self._engine.begin() as connection:
                await verifications.beat(connection, self._number, phase, done=self._done, size=self._size)
                await verifications.end(connection, self._number, phase, report)
        except (SQLAlchemyError, OSError):
            _log.error("verification.untold", number=self._number)
