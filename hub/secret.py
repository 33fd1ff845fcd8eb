"""The console's secret on disk, and what signing in rests on, made from the settings."""

import asyncio
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import listen, told
from hub.elsewhere import resolve
from hub.log import keys
from hub.provider import LOOPBACK, Provider
from hub.settings import Settings
from hub.store import factors, subscriptions
from hub.trust import Secret, Trust
from schemas.errors import ErrorCode, HubError

RESTORE = "请从备份或另一台机器复制原来的文件（权限 0600）后重新运行。"


async def trust(settings: Settings, store: AsyncEngine) -> Trust:
    """What signing in rests on. The secret's file is made the first time. Raises HubError: SECRET_KEY, SETTINGS."""
    return Trust(
        secret=await _secret(settings.secret_key_path, store),
        staff_url=staff_url(settings),
        name=settings.site.name,
        idle=timedelta(seconds=settings.session_idle_seconds),
        longest=timedelta(seconds=settings.session_seconds),
        second_factor=settings.second_factor,
        mixed_passwords=settings.mixed_passwords,
        provider=_provider(settings),
        proxies=settings.staff_proxies,
    )


def staff_url(settings: Settings) -> str:
    """Where browsers reach the console: as configured, or on this machine. Passkeys need a name, so it is localhost."""
    if settings.staff_url:
        return settings.staff_url
    host, port = listen.split(settings.staff_listen)
    return listen.url(f"localhost:{port}") if host in LOOPBACK else listen.url(settings.staff_listen)


async def _secret(path: Path, store: AsyncEngine) -> Secret:
    """Raises HubError(SECRET_KEY) for a file that must not be trusted, and for one missing though it has sealed things.

    A new one in its place would make every authenticator app worthless without telling anybody why.
    """
    if not await asyncio.to_thread(path.exists):
        async with store.connect() as connection:
            needed = await factors.any_sealed(connection) or await subscriptions.any_sealed(connection)
        if needed:
            detail = f"找不到 {path}，而已有人员的动态验证码密钥或订阅人的邮箱地址用它加密"
            raise HubError(ErrorCode.SECRET_KEY, detail=detail, advice=RESTORE)
    return Secret(await asyncio.to_thread(_seed, path))


def _seed(path: Path) -> bytes:
    """The file's 32 bytes. Of two processes that start at once one makes it, and the other reads it."""
    try:
        if not path.exists():
            try:
                return keys.create(path).private_bytes_raw()
            except keys.KeyFileError:
                pass
        return keys.load(path).private_bytes_raw()
    except keys.KeyFileError as error:
        raise HubError(ErrorCode.SECRET_KEY, detail=f"{path}：{told.of_key(error)}", advice="") from error
    except OSError as error:
        raise told.of_file(error) from error


def _provider(settings: Settings) -> Provider | None:
    one = settings.oidc
    if one is None:
        return None
    secret = resolve(one.client_secret)
    assert isinstance(secret, SecretStr)  # noqa: S101 - the settings allow nothing but references
    return Provider(
        issuer=one.issuer,
        client_id=one.client_id,
        client_secret=secret,
        label=one.label,
        claim=one.claim,
        scopes=one.scopes,
    )
