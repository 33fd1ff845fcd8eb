"""The way back: everything is checked before anything is touched, and only an empty place is filled."""

import asyncio
import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, cast

from pydantic import ValidationError
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from hub.app import Servers, site_dir
from hub.backup import programs
from hub.backup.manifest import KEYS, MANIFEST, MAX_MANIFEST, SITE, STORE, Manifest
from hub.settings import Settings
from schemas.errors import ErrorCode, HubError

_CHUNK = 1 << 20
_MANIFEST = MANIFEST.partition("{")[0]
_PRIVATE = 0o600
_AGAIN = "请恢复到新的数据目录和空的数据库；上次恢复中断的，删去那个目录后重来。"
_TABLES = text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")


async def read(source: Path) -> Manifest:
    """What a backup says of itself, after every byte of it was checked. Raises HubError(BACKUP)."""
    return await asyncio.to_thread(_checked, source)


async def restore(settings: Settings, where: Servers, source: Path, told: Manifest) -> None:
    """Fill an empty store and an empty public tree with what `read` has checked.

    The store comes last and in one transaction: whoever dies before leaves an empty one, and files that a second run
    refuses until a person has removed them. Raises HubError(BACKUP), for a place that is not empty as well.
    """
    await _refuse_unready(settings, where, told)
    with tempfile.TemporaryDirectory(prefix="gongbu-restore-", dir=settings.data_dir) as folder:
        dumped = Path(folder) / STORE
        await asyncio.to_thread(_unpack, settings, source, dumped)
        await programs.load(where.owner_url, dumped)


def _checked(source: Path) -> Manifest:
    found: dict[str, str] = {}
    told: bytes | None = None
    with _opened(source) as tar:
        for member in tar:
            if told is not None or not member.isfile() or not _is_plain(member.name) or member.name in found:
                raise _damaged(f"其中的 {member.name[:100]} 不应在那里")
            if member.name.startswith(_MANIFEST):
                told = _bytes(tar, member)
            else:
                found[member.name] = _digest(tar, member)
    try:
        manifest = Manifest.model_validate_json(told or b"")
    except ValidationError as error:
        raise _damaged("没有完整的清单，可能没有写完或没有传完") from error
    wrong = sorted(name for name in found.keys() | manifest.members if found.get(name) != manifest.members.get(name))
    if wrong or STORE not in found:
        raise _damaged(f"{(wrong or [STORE])[0]} 与清单不符")
    return manifest


async def _refuse_unready(settings: Settings, where: Servers, told: Manifest) -> None:
    role = make_url(where.database_url).username or ""
    if role != told.app_role:
        advice = f"请在数据库中建立名为 {told.app_role} 的应用角色，并用它连接（GONGBU_DATABASE_URL）。"
        raise HubError(ErrorCode.BACKUP, detail=f"其中的权限属于角色 {told.app_role}，这里是 {role}", advice=advice)
    lacking = [path for path in (settings.log_key_path, settings.secret_key_path) if not path.exists()]
    if told.checkpoint and not told.has_keys and lacking:
        advice = f"请先把 {'、'.join(map(str, lacking))} 放好（权限 0600），再来恢复。"
        raise HubError(ErrorCode.BACKUP, detail="这份备份不含密钥文件", advice=advice)
    if await _has_tables(where.owner_url):
        raise HubError(ErrorCode.BACKUP, detail="数据库里已有内容，不能覆盖", advice=_AGAIN)
    site = site_dir(settings)
    if site.exists() and any(site.iterdir()):
        raise HubError(ErrorCode.BACKUP, detail=f"网站目录 {site} 里已有内容，不能覆盖", advice=_AGAIN)


async def _has_tables(owner_url: str) -> bool:
    store = create_async_engine(owner_url, poolclass=NullPool)
    try:
        async with store.connect() as connection:
            return bool((await connection.execute(_TABLES)).scalar_one())
    finally:
        await store.dispose()


def _unpack(settings: Settings, source: Path, dumped: Path) -> None:
    keys = {
        settings.log_key_path.name: settings.log_key_path,
        settings.secret_key_path.name: settings.secret_key_path,
        "log.guard": settings.data_dir / "log.guard",
    }
    with _opened(source) as tar:
        for member in tar:
            if member.name == STORE:
                _place(tar, member, dumped)
            elif member.name.startswith(KEYS) and (target := keys.get(member.name.removeprefix(KEYS))):
                _place(tar, member, target, mode=_PRIVATE)
            elif member.name.startswith(SITE):
                _place(tar, member, site_dir(settings) / member.name.removeprefix(SITE), mode=0o644)


def _place(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, mode: int = _PRIVATE) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError as error:
        raise HubError(ErrorCode.BACKUP, detail=f"{target} 已经存在，不能覆盖", advice=_AGAIN) from error
    with os.fdopen(handle, "wb") as file, _held(tar, member) as held:
        shutil.copyfileobj(held, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, mode="r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise _damaged("不是公布的备份，或者没有传完") from error


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    places = name == STORE or name.startswith((SITE, KEYS, _MANIFEST))
    return places and path.as_posix() == name and not path.is_absolute() and ".." not in path.parts


def _bytes(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > MAX_MANIFEST:
        raise _damaged("清单过长")
    with _held(tar, member) as held:
        told = held.read()
    if member.name != MANIFEST.format(sha256=hashlib.sha256(told).hexdigest()):
        raise _damaged("清单本身有改动")
    return told


def _digest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    digest = hashlib.sha256()
    with _held(tar, member) as held:
        while chunk := held.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _held(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """The bytes of a member that is known to be a plain file: only those have any."""
    return cast("IO[bytes]", tar.extractfile(member))


def _damaged(detail: str) -> HubError:
    return HubError(ErrorCode.BACKUP, detail=detail, advice="没有改动任何数据；请换用另一份备份。")
