"""What an auditor takes away: tiles, a release's certificate, the whole log as files. Reads only."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub import told
from hub.log import checkpoint, export, proof, proving, tiles, tree
from hub.store import direct, log, wholesale
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError

#: Entries that are read at once for an export: about 2 MB.
PAGE = 4096
PAGE_SECONDS = 60


async def tile(connection: AsyncConnection, wanted: tiles.Tile) -> bytes | None:
    """Return a tile of hashes or a bundle of entries as it is served, or None while the log is not that large."""
    start = wanted.index * tiles.WIDTH
    stop = start + wanted.width
    if wanted.level is None:
        found = [entry async for entry in log.entries(connection, start, stop)]
        return tiles.bundle(found) if len(found) == wanted.width else None
    row = await log.row(connection, wanted.level, start, stop)
    return tiles.tile_bytes(row) if len(row) == wanted.width else None


async def newest_checkpoint(connection: AsyncConnection) -> bytes:
    """The newest signed checkpoint. Raises HubError(UNAVAILABLE) in the second before the first one is signed."""
    newest = await log.checkpoint(connection)
    if newest is None:
        raise HubError(ErrorCode.UNAVAILABLE, detail="发布日志尚未签名")
    return newest.note.encode()


async def certificate(connection: AsyncConnection, release: int) -> bytes:
    """The proof (C2SP tlog-proof) that the release's official time is in the log. Raises as `certified` does."""
    return (await certified(connection, release)).to_bytes()


async def certified(connection: AsyncConnection, release: int) -> proof.Proof:
    """The same, with its parts. It never changes: its checkpoint is the first one that contains the entry.

    Raises HubError: NOT_FOUND without an official time; UNAVAILABLE in the second before its entry is in a checkpoint.
    """
    place, entry = await _official(connection, release)
    signed = await log.checkpoint_covering(connection, place)
    if signed is None:
        raise HubError(ErrorCode.UNAVAILABLE, detail="该条目尚未进入签名检查点")
    hashes = await _path(connection, place, signed.size)
    return proof.Proof(entry, place, hashes, signed.note.encode())


async def prove(connection: AsyncConnection, place: int, entry: bytes) -> proof.Proof | None:
    """The proof that the entry is in the newest signed checkpoint; None until one contains it."""
    signed = await log.checkpoint(connection)
    if signed is None or signed.size <= place:
        return None
    hashes = await _path(connection, place, signed.size)
    return proof.Proof(entry, place, hashes, signed.note.encode())


async def _official(connection: AsyncConnection, release: int) -> tuple[int, bytes]:
    for place, body in await log.of_release(connection, release):
        if json.loads(body)["t"] == EntryType.RELEASE_OFFICIAL:
            return place, body
    raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {release} 的正式发布记录")


class _MissingTileError(Exception):
    def __init__(self, wanted: tiles.Tile) -> None:
        self.tile = wanted


async def _path(connection: AsyncConnection, place: int, size: int) -> tuple[bytes, ...]:
    """The inclusion path, reading only the few tiles that it crosses."""
    have: dict[tiles.Tile, bytes] = {}

    def read(wanted: tiles.Tile) -> bytes:
        if wanted not in have:
            raise _MissingTileError(wanted)
        return have[wanted]

    while True:
        try:
            return tree.inclusion(place, size, tiles.TileHashes(size, read))
        except _MissingTileError as missing:
            data = await tile(connection, missing.tile)
            if data is None:
                raise HubError(ErrorCode.UNAVAILABLE, detail="发布日志不完整") from None
            have[missing.tile] = data


@dataclass(frozen=True)
class _Source:
    """The log as it stood at one checkpoint, for `hub.log.export`, which runs in a thread beside our loop."""

    loop: asyncio.AbstractEventLoop
    engine: AsyncEngine
    size: int
    checkpoint: bytes
    vkey: str
    certificates: export.Certificates
    watch: Callable[[int], None]
    stopped: threading.Event = field(default_factory=threading.Event)

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Read one page ahead: the store works on it while the last one is hashed and written."""
        coming = self._ask(start, stop)
        try:
            for first in range(start, stop, PAGE):
                page = coming.result(PAGE_SECONDS)
                coming = self._ask(first + PAGE, stop)
                if self.stopped.is_set():
                    raise RuntimeError("stopped")
                yield from page
                self.watch(min(stop, first + PAGE))
        finally:
            # Whoever stops before the end leaves no page under way.
            futures.wait([coming], PAGE_SECONDS)

    def _ask(self, first: int, stop: int) -> futures.Future[list[bytes]]:
        return asyncio.run_coroutine_threadsafe(self._page(first, min(stop, first + PAGE)), self.loop)

    async def _page(self, start: int, stop: int) -> list[bytes]:
        if start >= stop:
            return []
        async with direct.begin(self.engine) as connection:
            return await wholesale.bodies(connection, start, stop)


async def write_export(
    engine: AsyncEngine,
    vkey: str,
    directory: Path,
    *,
    with_certificates: bool = True,
    watch: Callable[[int], None] = lambda done: None,  # noqa: ARG005 - whoever does not want to know
) -> checkpoint.Checkpoint:
    """Write the served layout, the key, a policy and every certificate to the directory; durable on return.

    `watch` hears, from another thread, how many entries are read. Certificates say nothing that the entries do not say.
    Raises HubError: UNSIGNED before any worker has signed, FOLDER for a directory that no export may be written to.
    """
    async with engine.connect() as connection:
        signed = await log.checkpoint(connection)
        if signed is None:
            raise HubError(ErrorCode.UNSIGNED)
        official: tuple[Iterable[int], Iterable[int]] = ((), ())
        if with_certificates:
            official = await wholesale.places(connection, EntryType.RELEASE_OFFICIAL, signed.size)
    note = signed.note.encode()
    certificates = proving.Certificates(directory, signed.size, note, *official)
    source = _Source(asyncio.get_running_loop(), engine, signed.size, note, vkey, certificates, watch)
    try:
        return await asyncio.to_thread(export.write, source, directory)
    except export.ExportError as error:
        raise told.of_export(error, directory) from error
    finally:
        # Cancelled, we leave a thread behind; it ends with the page that it has.
        source.stopped.set()
