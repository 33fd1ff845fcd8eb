"""Who signs the log: any number of processes, one tree, and never a store that is older than what was signed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from hub import signature
from hub.app import House, Servers
from hub.log import checkpoint, tree
from hub.settings import Settings
from hub.store import engine, log
from schemas.entry import Act, EntryType
from tests.workers import dying_worker
from workers import checkpoint as signing
from workers.checkpoint import Checkpointer, ForkError

#: Entries that each of two processes adds, one act each, while both sign.
EACH = 40


def checkpointer(house: House, guard: Path) -> Checkpointer:
    return Checkpointer(house.engine, house.signer, guard)


async def add(house: House, count: int) -> int:
    """Append so many entries; return the log's size."""
    async with house.engine.begin() as connection:
        acts = [Act(type=EntryType.CHANNEL_CHANGED, who="test", channel=str(number)) for number in range(count)]
        return (await log.append(connection, acts)).size


async def everything(house: House) -> tuple[list[bytes], list[checkpoint.Checkpoint]]:
    """The leaves, and every checkpoint that was signed."""
    async with house.engine.connect() as connection:
        leaves = await log.leaves(connection, 0, await log.size(connection))
        notes = (await connection.execute(text("SELECT note FROM log_checkpoints ORDER BY size"))).scalars()
        signed = [checkpoint.open_checkpoint(one.encode(), house.signer.verifier) for one in notes]
    return leaves, signed


async def test_two_processes_that_sign_at_once_sign_one_tree(house: House, tmp_path: Path) -> None:
    """Each has its own guard, as on two machines."""
    processes = [
        dying_worker.FORKS.Process(
            target=_sign,
            args=(house.settings, house.servers, tmp_path / f"guard-{number}"),
            daemon=True,
        )
        for number in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join, 30)
    assert [process.exitcode for process in processes] == [0, 0]
    leaves, signed = await everything(house)
    assert len(leaves) == signed[-1].size == 2 * EACH + 1
    assert len(signed) > 2
    for one in signed:
        assert tree.Frontier().extend(leaves[: one.size]).root() == one.root
    for number in range(2):
        guard = checkpoint.open_checkpoint((tmp_path / f"guard-{number}").read_bytes(), house.signer.verifier)
        assert guard.root in {one.root for one in signed}


def _sign(settings: Settings, servers: Servers, guard: Path) -> None:
    asyncio.run(_add_and_sign(settings, servers, guard))


async def _add_and_sign(settings: Settings, servers: Servers, guard: Path) -> None:
    store = engine.make(servers.database_url, pool=2)
    mine = Checkpointer(store, await signature.signer(settings, store), guard)
    for number in range(EACH):
        async with store.begin() as connection:
            act = Act(type=EntryType.CHANNEL_CHANGED, who=guard.name, channel=str(number))
            appended = await log.append(connection, [act])
        await mine.cover(appended.size)
        async with store.connect() as connection:
            newest = await log.checkpoint(connection)
        assert newest is not None
        assert newest.size >= appended.size
    await store.dispose()


async def test_a_store_that_is_older_than_what_was_signed_is_refused(house: House, tmp_path: Path) -> None:
    guard = tmp_path / "guard"
    old = await add(house, 3)
    await checkpointer(house, guard).cover(old)
    before = guard.read_bytes()
    await checkpointer(house, guard).cover(await add(house, 2))
    newer = guard.read_bytes()
    # A restored backup: the store of back then beside the guard of now.
    guard.write_bytes(newer)
    await _forget(house, old)
    with pytest.raises(ForkError, match="old backup"):
        await checkpointer(house, guard).cover(old + 1)
    # It goes on differently, and grows past the guard's size: still refused, as its tree is another one.
    size = await add(house, 5)
    with pytest.raises(ForkError, match="is not the one"):
        await checkpointer(house, guard).cover(size)
    assert guard.read_bytes() == newer
    _, signed = await everything(house)
    assert signed[-1].size == old
    guard.write_bytes(before)
    await checkpointer(house, guard).cover(size)


async def _forget(house: House, size: int) -> None:
    """Make the store what it was at this size, as only somebody who holds all its keys can."""
    owner = engine.make(house.servers.owner_url, pool=1)
    async with owner.begin() as connection:
        for table, column in (("log_checkpoints", "size"), ("log_entries", "seq")):
            await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            test = ">" if column == "size" else ">="
            await connection.execute(text(f"DELETE FROM {table} WHERE {column} {test} {size}"))  # noqa: S608
            await connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        await connection.execute(text("ALTER TABLE log_head DISABLE TRIGGER USER"))
        await connection.execute(text(f"UPDATE log_head SET size = {size}"))  # noqa: S608
        await connection.execute(text("ALTER TABLE log_head ENABLE TRIGGER USER"))
    await owner.dispose()


async def test_a_crash_between_guard_and_store_is_no_fork(house: House, tmp_path: Path) -> None:
    """The guard is a checkpoint ahead that nobody has seen; its entries are there, so the same tree is signed."""
    guard = tmp_path / "guard"
    size = await add(house, 3)
    await checkpointer(house, guard).cover(size)
    owner = engine.make(house.servers.owner_url, pool=1)
    async with owner.begin() as connection:
        await connection.execute(text("ALTER TABLE log_checkpoints DISABLE TRIGGER USER"))
        await connection.execute(text("DELETE FROM log_checkpoints"))
        await connection.execute(text("ALTER TABLE log_checkpoints ENABLE TRIGGER USER"))
    await owner.dispose()
    await checkpointer(house, guard).cover(await add(house, 1))
    leaves, signed = await everything(house)
    assert [one.size for one in signed] == [size + 1]
    assert tree.Frontier().extend(leaves).root() == signed[0].root


@contextlib.asynccontextmanager
async def running(mine: Checkpointer) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(mine.run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


async def test_it_outlives_a_store_that_goes_away(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restarted server ends its connections: here, the one that waits for its turn to sign."""
    monkeypatch.setattr(signing, "INTERVAL_SECONDS", 0.05)
    owner = engine.make(_superuser(house), pool=2)
    async with owner.begin() as other:
        await log.lock_signing(other)
        async with running(checkpointer(house, tmp_path / "guard")) as task:
            ended = 0
            async with asyncio.timeout(5):
                while not ended:
                    await asyncio.sleep(0.02)
                    ended = len((await other.execute(text(END_WAITING))).all())
            _, pending = await asyncio.wait([task], timeout=0.5)
            assert pending == {task}
    await owner.dispose()


def _superuser(house: House) -> str:
    return make_url(house.servers.owner_url).set(username="postgres").render_as_string(hide_password=False)


END_WAITING = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'"
)


@pytest.mark.parametrize("rubbish", [b"", b"\xff\x00", b"not a checkpoint\n"])
async def test_a_guard_that_cannot_be_read_signs_nothing(house: House, tmp_path: Path, rubbish: bytes) -> None:
    """A power cut may leave an empty file. Nothing is signed until a person has looked."""
    guard = tmp_path / "guard"
    guard.write_bytes(rubbish)
    size = await add(house, 1)
    with pytest.raises((ForkError, ValueError)):
        await checkpointer(house, guard).cover(size)
    assert (await everything(house))[1] == []


async def test_a_guard_that_cannot_be_read_is_told_and_does_not_end_the_worker(house: House, tmp_path: Path) -> None:
    guard = tmp_path / "guard"
    guard.write_bytes(b"")
    async with running(checkpointer(house, guard)) as task:
        _, pending = await asyncio.wait([task], timeout=0.5)
        assert pending == {task}
