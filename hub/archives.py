"""What auditors take away as ZIP files: the whole log, and the dossier of a release. Streamed; nothing touches a disk.

Memory holds one page of entries or one file at a time, whatever the size of the log.
"""

import asyncio
import json
import zipfile
from collections.abc import AsyncGenerator, Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub import evidence, readme
from hub.commands import opening
from hub.log import checkpoint, note, rows, tiles
from hub.store import (
    attempts,
    catalogue,
    deliveries,
    dossier,
    editions,
    journal,
    log,
    publications,
    standings,
)
from hub.store.dossier import Kept
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError

#: Entries of one page: full bundles only.
PAGE = 16 * tiles.WIDTH
#: Entries of one release in its dossier.
MAX_ENTRIES = 10_000
#: Names inside a ZIP carry no time of their own: the same content is the same file.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Sink:
    """Where the archive is written to: taken away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class Archive:
    """A ZIP that is read while it is written."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=5)  # type: ignore[call-overload]

    def put(self, name: str, data: bytes, *, is_dense: bool = False) -> None:
        """Add a file. What is dense, as hashes are, is not compressed."""
        info = zipfile.ZipInfo(name, _EPOCH)
        info.external_attr = 0o644 << 16
        self._zip.writestr(info, data, zipfile.ZIP_STORED if is_dense else zipfile.ZIP_DEFLATED)

    def put_all(self, files: Iterable[tuple[str, bytes]], *, is_dense: bool = False) -> None:
        for name, data in files:
            self.put(name, data, is_dense=is_dense)

    def take(self) -> bytes:
        """What was written since it was last asked for."""
        return self._sink.take()

    def close(self) -> bytes:
        """End the archive and return its last bytes."""
        self._zip.close()
        return self.take()


async def whole_log(engine: AsyncEngine, vkey: str) -> AsyncGenerator[bytes]:
    """The log as the public can fetch it, under `log/`, with a README beside it.

    Certificates are left out: each follows from the log, and they would be as many as releases. Raises
    HubError(UNSIGNED) before the first piece; breaks off when the entries do not have the root that is signed.
    """
    async with engine.connect() as connection:
        signed = await log.checkpoint(connection)
    if signed is None:
        raise HubError(ErrorCode.UNSIGNED)
    root = checkpoint.open_checkpoint(signed.note.encode(), note.Verifier.parse(vkey)).root
    archive, grown = Archive(), rows.Rows()
    archive.put("README.txt", readme.of_log(signed.size, vkey))
    archive.put_all(_trust(vkey))
    yield archive.take()
    for first in range(0, signed.size, PAGE):
        async with engine.connect() as connection:
            page = [entry async for entry in log.entries(connection, first, min(signed.size, first + PAGE))]
        await asyncio.to_thread(_pack, archive, grown, first // tiles.WIDTH, page)
        yield archive.take()
    archive.put_all(((f"log/{tile.path}", data) for tile, data in grown.partial(signed.size)), is_dense=True)
    if grown.root() != root:
        raise RuntimeError("the entries do not have the root that the checkpoint signs")
    archive.put("log/checkpoint", signed.note.encode())
    yield archive.close()


def _trust(vkey: str) -> Iterable[tuple[str, bytes]]:
    yield "log/log.vkey", f"{vkey}\n".encode()
    yield "log/policy.txt", f"log {vkey}\nquorum none\n".encode()


def _pack(archive: Archive, grown: rows.Rows, index: int, page: list[bytes]) -> None:
    for number, entries in enumerate(rows.in_bundles(page), start=index):
        archive.put(f"log/{tiles.Tile(None, number, len(entries)).path}", tiles.bundle(entries))
        archive.put_all(((f"log/{tile.path}", data) for tile, data in grown.add(entries)), is_dense=True)


async def of_release(engine: AsyncEngine, vkey: str, release: int) -> AsyncGenerator[bytes]:
    """The dossier of a release: editions byte for byte, files, reviews, deliveries, log entries each with its proof.

    Raises HubError(NOT_FOUND) before the first piece.
    """
    async with engine.connect() as connection:
        found = await opening.release(connection, release)
        archive = Archive()
        archive.put("README.txt", readme.of_release(found, vkey))
        archive.put_all(_trust(vkey))
        kept = await dossier.editions(connection, release)
        archive.put_all((f"editions/{one.number}.json", one.content) for one in kept)
        archive.put_all([(f"{name}.json", _plain(value)) for name, value in await _rows(connection, release, kept)])
        yield archive.take()
        async for data in _entries(connection, archive, release):
            yield data
        async for digest, data in dossier.files(connection, _digests(kept)):
            archive.put(f"files/{digest}", data, is_dense=True)
            yield archive.take()
    yield archive.close()


async def _entries(connection: AsyncConnection, archive: Archive, release: int) -> AsyncGenerator[bytes]:
    for one in await journal.of_release(connection, release, limit=MAX_ENTRIES):
        archive.put(f"log/entries/{one.seq:09}.json", one.body)
        proof = await evidence.prove(connection, one.seq, one.body)
        if proof:
            archive.put(f"log/proofs/{one.seq:09}.tlog-proof", proof.to_bytes())
        yield archive.take()
    signed = await log.checkpoint(connection)
    if signed:
        archive.put("log/checkpoint", signed.note.encode())
    try:
        archive.put("certificate.tlog-proof", await evidence.certificate(connection, release))
    except HubError:
        return  # Not released yet: there is nothing to certify, and the README says so.


async def _rows(connection: AsyncConnection, release: int, kept: list[Kept]) -> list[tuple[str, Any]]:
    """What only the database says, by the name of its file."""
    reviews = [one for k in kept for one in await editions.reviews(connection, release, k.number)]
    going = await deliveries.of_release(connection, release)
    entries = [json.loads(one.body)["who"] for one in await journal.of_release(connection, release, limit=MAX_ENTRIES)]
    people = {*entries, *(one.reviewer for one in reviews), *(author for k in kept for author in k.authors)}
    return [
        ("reviews", [one.model_dump(mode="json") for one in reviews]),
        ("authors", [{"edition": k.number, "authors": k.authors, "frozen_at": k.frozen_at.isoformat()} for k in kept]),
        ("deliveries", [one.model_dump(mode="json", exclude={"notes"}) for one in going]),
        ("attempts", [line for one in going for line in await attempts.of_delivery(connection, one.id)]),
        ("publications", [p.model_dump(mode="json") for p in await publications.of_release(connection, release)]),
        ("standings", [s.model_dump(mode="json") for s in await standings.of_release(connection, release)]),
        ("people", await catalogue.names(connection, people)),
    ]


def _digests(kept: list[Kept]) -> set[str]:
    documents = [document for one in kept for document in Edition.thaw(one.content).documents]
    return {file.sha256 for document in documents for file in (*document.attachments, *document.images)}


def _plain(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode() + b"\n"
