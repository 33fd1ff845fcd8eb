"""The log's name and key: made once in a log's life, and never quietly replaced."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ed25519
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import listen, told
from hub.log import checkpoint, keys, note
from hub.settings import Settings
from hub.store import log
from schemas.errors import ErrorCode, HubError

RESTORE = "请从备份恢复原来的密钥文件（权限 0600）后重新运行；没有备份的，请保留现场，报告审计单位。"
_IN_A_NAME = str.maketrans({":": "-", "[": None, "]": None})


def public_url(settings: Settings) -> str:
    """The public base address: the configured one, or this machine's own for trying out."""
    return settings.public_url or listen.url(settings.public_listen)


def origin(settings: Settings) -> str:
    """The name (C2SP origin) that a new log gets: the configured one, or a scheme-less address under the public one."""
    parts = urlsplit(public_url(settings))
    return settings.log_origin or f"{parts.netloc.translate(_IN_A_NAME)}{parts.path}/log"


async def signer(settings: Settings, store: AsyncEngine) -> note.Signer:
    """The log's name and key; the key is made on the first use of a log that nobody has signed yet.

    Without a configured name the log keeps the one that it was opened under, wherever it is served today. Raises
    HubError(LOG_KEY) for a file that must not be trusted, and for one that is missing although the log is signed: a new
    key in its place could never continue the log.
    """
    path = settings.log_key_path
    there = await asyncio.to_thread(path.exists)
    if not there and await _newest(store) is not None:
        detail = f"找不到 {path}，而发布日志已经用它签过名"
        raise HubError(ErrorCode.LOG_KEY, detail=detail, advice=RESTORE)
    name = settings.log_origin or await _opened_as(store) or origin(settings)
    return note.Signer(name, await asyncio.to_thread(_key, path, there=there))


async def attest(signer: note.Signer, store: AsyncEngine) -> None:
    """Raise HubError(LOG_KEY) unless this name and key signed the newest checkpoint. Fine when there is none."""
    signed = await _newest(store)
    if signed is None:
        return
    try:
        checkpoint.open_checkpoint(signed.encode(), signer.verifier)
    except ValueError as error:
        then = signed.partition("\n")[0]
        if then != signer.name:
            detail = f"日志名称现在是 {signer.name}，此前签名用的是 {then}"
            advice = f"日志名称不能改，请设置 log_origin = “{then}”后重新运行。"
        else:
            detail, advice = "现有的密钥不是此前给日志签名的那一把", RESTORE
        raise HubError(ErrorCode.LOG_KEY, detail=detail, advice=advice) from error


async def _opened_as(store: AsyncEngine) -> str | None:
    async with store.connect() as connection:
        first = [json.loads(body) async for body in log.entries(connection, 0, 1)]
    return str(first[0]["data"]["origin"]) if first and "origin" in first[0].get("data", {}) else None


async def _newest(store: AsyncEngine) -> str | None:
    async with store.connect() as connection:
        signed = await log.checkpoint(connection)
    return signed.note if signed else None


def _key(path: Path, *, there: bool) -> ed25519.Ed25519PrivateKey:
    try:
        return keys.load(path) if there else keys.create(path)
    except keys.KeyFileError as error:
        raise HubError(ErrorCode.LOG_KEY, detail=f"{path}：{told.of_key(error)}", advice="") from error
    except OSError as error:
        raise told.of_file(error) from error
