"""Signs the log: at most a second behind by itself, and at once for an intent that is about to be carried out."""

import asyncio
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.log import checkpoint, note, tiles, tree
from hub.store import direct, log
from workers.guard import Guard
from workers.seals import Seal, Sealed

_log = structlog.get_logger()

INTERVAL_SECONDS = 1.0


class ForkError(Exception):
    """Signing would contradict a checkpoint that was signed before. Nothing is signed until a person has looked."""


class Checkpointer:
    """The one who signs. Any number may run: an advisory lock in the store lets one sign at a time.

    `guard` is a file outside the store that holds the newest checkpoint signed here. A database restored from a backup
    is older than the guard, and is refused instead of being signed into a fork.
    """

    def __init__(self, engine: AsyncEngine, signer: note.Signer, guard: Path) -> None:
        self._engine = engine
        self._signer = signer
        self._guard = Guard(guard, signer.verifier)
        self._sealed = Sealed()
        self._noting: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()

    async def cover(self, size: int) -> None:
        """Return once a signed checkpoint contains the first `size` entries. Raises ForkError."""
        if self._sealed.size >= size:
            return
        async with self._busy:
            if self._sealed.size < size:
                await self._sign()

    async def seal(self, connection: AsyncConnection, taken: log.Appended) -> Seal | None:
        """Sign the log as this transaction leaves it; the caller writes the row, commits, and calls `keep`.

        None where `cover` has to do it afterwards: somebody else signs this moment, a tile becomes full, or a person
        has to look. What is signed has been committed before, or is with this row: whoever holds the log's head is
        alone behind it.
        """
        if not taken.may_sign:
            return None
        try:
            last, size, leaves = await log.newest(connection)
            before = self._last_signed(last)
            await self._compare_guard(connection, before, size)
        except (ForkError, ValueError, OSError):
            return None
        if size // tiles.WIDTH > before.size // tiles.WIDTH:
            return None
        frontier = before.extend([*leaves, *(one["leaf"] for one in taken.rows)])
        return self._seal(frontier) if frontier.size == taken.size else None

    def keep(self, seal: Seal) -> None:
        """Know what the store has, and note it in the guard beside what comes next; call after the commit.

        If the process dies before that is done, the guard is behind by what it did not note, until the next signature
        that is made beside it. Never ahead: a transaction that did not commit has signed nothing. What leaves while it
        is found that the guard cannot be written has left; then `cover` lets nothing leave until it can.
        """
        if self._sealed.is_guarded:
            self._sealed = self._sealed.signed(seal)
            if self._sealed.unnoted and (self._noting is None or self._noting.done()):
                self._noting = asyncio.create_task(self._note())

    async def noted(self) -> None:
        """Return once the guard is as new as it becomes without another signature."""
        if self._noting:
            await self._noting

    async def run(self) -> None:
        """Keep the newest entry at most `INTERVAL_SECONDS` from a checkpoint. Ends by cancellation only."""
        while True:
            try:
                async with self._busy:
                    await self._sign()
            except (ForkError, ValueError) as fork:
                # A guard that cannot be read is as bad as one that disagrees: a person has to look before we sign.
                _log.error("log.fork", detail=str(fork))
            except (SQLAlchemyError, OSError) as error:
                _log.warning("log.unsigned", reason=type(error).__name__)
            await asyncio.sleep(INTERVAL_SECONDS)

    async def _note(self) -> None:
        """Bring the guard up to what is signed, and to what is signed meanwhile."""
        async with self._busy:
            while seal := self._sealed.unnoted:
                try:
                    await self._write(seal.row)
                except OSError as error:
                    _log.warning("log.unguarded", reason=type(error).__name__)
                    self._sealed = self._sealed.unguarded()
                    return
                self._sealed = self._sealed.guarded(seal.row.size)

    async def _sign(self) -> None:
        async with direct.begin(self._engine) as connection:
            await log.lock_signing(connection)
            last, size, leaves = await log.newest(connection)
            before = self._last_signed(last)
            await self._compare_guard(connection, before, size)
            newest = Seal(last, before) if last else None
            if size > before.size:
                frontier = before.extend(leaves)
                if frontier.size != size:
                    raise ForkError(f"the log says {size} entries and has {frontier.size}")
                await _fill_tiles(connection, before.size, size)
                newest = self._seal(frontier)
                # If the process dies before the commit, the guard is ahead of the store by a checkpoint that nobody has
                # seen. Its entries are committed, so the next signature is over the same tree.
                await asyncio.gather(log.add_checkpoint(connection, newest.row), self._write(newest.row))
            elif last and self._is_behind(last):
                await self._write(last)
        if newest:
            self._sealed = self._sealed.signed(newest).guarded(size)

    def _seal(self, frontier: tree.Frontier) -> Seal:
        signed = checkpoint.Checkpoint(self._signer.name, frontier.size, frontier.root()).sign(self._signer)
        row = log.Checkpoint(size=frontier.size, frontier=frontier.to_bytes(), note=signed.decode())
        return Seal(row, frontier)

    async def _write(self, row: log.Checkpoint) -> None:
        await asyncio.to_thread(self._guard.write, row.note.encode())

    def _is_behind(self, last: log.Checkpoint) -> bool:
        """Whether another machine has signed since, or a process died before it could note what it had signed."""
        guarded = self._guard.read()
        return guarded is None or guarded.size < last.size

    def _last_signed(self, last: log.Checkpoint | None) -> tree.Frontier:
        """The tree as last signed, after checking that it is the one that was."""
        if last is None:
            return tree.Frontier()
        if (known := self._sealed.newest) and known.row == last:
            return known.frontier
        frontier = tree.Frontier.from_bytes(last.size, last.frontier)
        if frontier.root() != checkpoint.open_checkpoint(last.note.encode(), self._signer.verifier).root:
            raise ForkError(f"the tree of size {last.size} is not the one that was signed")
        return frontier

    async def _compare_guard(self, connection: AsyncConnection, before: tree.Frontier, size: int) -> None:
        guarded = self._guard.read()
        if guarded is None or guarded.size < before.size:
            return
        if guarded.size > size:
            raise ForkError(f"the store has {size} entries, {self._guard.name} signed {guarded.size}: an old backup?")
        then = before
        if guarded.size > before.size:
            then = before.extend(await log.leaves(connection, before.size, guarded.size))
        if then.root() != guarded.root:
            raise ForkError(f"the tree of size {guarded.size} is not the one that {self._guard.name} signed")


async def _fill_tiles(connection: AsyncConnection, old: int, new: int) -> None:
    """Keep the tiles that became full between two sizes, the lower levels first: each row stands on the one below."""
    level, old, new = 0, old // tiles.WIDTH, new // tiles.WIDTH
    while new > old:
        for index in range(old, new):
            row = await log.row(connection, level, index * tiles.WIDTH, (index + 1) * tiles.WIDTH)
            await log.add_tile(connection, level, index, tiles.tile_bytes(row), tree.fold(row))
        level, old, new = level + 1, old // tiles.WIDTH, new // tiles.WIDTH
