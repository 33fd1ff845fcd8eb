"""Taking a backup while everything runs.

The store comes first and the public tree after it. What was published in between stands on the site and not yet in the
store, as after a crash: channels look before they write, so that nothing doubles. The other way round pages would lack.
"""

import asyncio
import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from hub.app import Servers, site_dir
from hub.backup import programs
from hub.backup.manifest import KEYS, MANIFEST, SITE, STORE, Manifest
from hub.log import durable
from hub.settings import Settings
from hub.store import engine, log
from schemas.errors import ErrorCode, HubError

_PRIVATE = 0o600


async def write(settings: Settings, where: Servers, target: Path, *, with_keys: bool) -> Manifest:
    """Write one file, mode 0600, durable and whole on return; until then it has another name.

    Raises HubError: BACKUP for a target that exists and for a dump that fails, STORE; OSError for a full disk.
    """
    await asyncio.to_thread(_refuse_taken, target)
    with tempfile.TemporaryDirectory(prefix="gongbu-backup-", dir=target.parent) as folder:
        dumped, draft = Path(folder) / STORE, Path(folder) / target.name
        async with _snapshot(where.owner_url) as seen:
            facts = await _facts(seen.connection, where, with_keys=with_keys)
            await programs.dump(where.owner_url, seen.name, dumped)
        made = await asyncio.to_thread(_pack, settings, dumped, draft, facts)
        await asyncio.to_thread(_publish, draft, target)
    return made


def _refuse_taken(target: Path) -> None:
    if target.exists():
        raise HubError(ErrorCode.BACKUP, detail=f"{target} 已经存在", advice="请另取一个文件名，旧备份不会被覆盖。")


@dataclass(frozen=True)
class _Snapshot:
    """One moment of the store, held open for another connection to see."""

    connection: AsyncConnection
    name: str


@asynccontextmanager
async def _snapshot(owner_url: str) -> AsyncIterator[_Snapshot]:
    # An engine of its own: the house's ends a transaction that idles for half a minute, and a dump takes longer.
    store = create_async_engine(owner_url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    try:
        async with store.connect() as connection:
            name = (await connection.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
            yield _Snapshot(connection, name)
    finally:
        await store.dispose()


async def _facts(connection: AsyncConnection, where: Servers, *, with_keys: bool) -> Manifest:
    signed = await log.checkpoint(connection)
    revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
    return Manifest(
        made_at=await engine.now(connection),
        app_role=make_url(where.database_url).username or "",
        schema_revision=revision,
        entries=await log.size(connection),
        checkpoint=signed.note if signed else "",
        has_keys=with_keys,
        members={},
    )


def _pack(settings: Settings, dumped: Path, draft: Path, facts: Manifest) -> Manifest:
    members: dict[str, str] = {}
    keys = (settings.log_key_path, settings.secret_key_path, settings.data_dir / "log.guard")
    # The folder around it is private already; the file keeps its mode under its own name.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, STORE, dumped, members)
            for path in keys if facts.has_keys else ():
                _add(tar, KEYS + path.name, path, members)
            root = site_dir(settings)
            for path in sorted(root.rglob("*")):
                _add(tar, SITE + path.relative_to(root).as_posix(), path, members)
            made = facts.model_copy(update={"members": members})
            told = made.model_dump_json(indent=1).encode()
            name = MANIFEST.format(sha256=hashlib.sha256(told).hexdigest())
            tar.addfile(_header(name, len(told)), io.BytesIO(told))
        file.flush()
        os.fsync(file.fileno())
    return made


def _add(tar: tarfile.TarFile, name: str, path: Path, members: dict[str, str]) -> None:
    """Add a file as it is when it is opened: the tree's files are replaced whole, and may vanish at any moment."""
    try:
        if path.is_symlink() or not path.is_file():
            return
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            reader = _Digesting(source)
            tar.addfile(_header(name, size), reader)
    except FileNotFoundError:
        return
    members[name] = reader.digest.hexdigest()


def _header(name: str, size: int) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, _PRIVATE
    return made


class _Digesting(io.RawIOBase):
    """Reads on, and knows the digest of what was read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self._source.read(size)
        self.digest.update(found)
        return found


def _publish(draft: Path, target: Path) -> None:
    """Give the file its name, which another may have taken meanwhile."""
    try:
        os.link(draft, target)
    except FileExistsError:
        _refuse_taken(target)
        raise
    durable.sync(target.parent)
