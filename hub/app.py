"""The composition root of what every program needs: settings → store, queue, channels. Names concrete channels."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from channels import registry
from channels.contract import Channel, Site, Tools
from channels.post import Account
from channels.reach import Rules
from hub import bell, embedded, relay, secret, signature, told
from hub.commands.act import Hub
from hub.elsewhere import resolve
from hub.log import note
from hub.settings import NO_SETTING, Settings
from hub.site import SiteSettings
from hub.store import engine, log, migrate
from hub.store.blobs import Blobs
from hub.store.budgets import Budgets
from hub.store.callbacks import Letterbox
from hub.store.shelf import Shelf
from schemas import faults
from schemas.entry import Act, EntryType
from schemas.errors import ErrorCode, HubError

#: Connections that one channel may hold open at once.
CONNECTIONS = 32


@dataclass(frozen=True)
class Servers:
    """Where the store and the queue are: the operator's own, or the embedded ones."""

    database_url: str
    owner_url: str
    redis_url: str


@dataclass(frozen=True)
class House:
    """Everything put together, open, and closed again by `opened`."""

    settings: Settings
    servers: Servers
    public_url: str
    engine: AsyncEngine
    channels: Mapping[str, Channel]
    hub: Hub
    signer: note.Signer


@asynccontextmanager
async def servers(settings: Settings) -> AsyncIterator[Servers]:
    """Yield the operator's servers, or start (or adopt) the embedded ones and stop them when nobody uses them."""
    if settings.database_url and settings.redis_url:
        database = settings.database_url.get_secret_value()
        owner = (settings.database_owner_url or settings.database_url).get_secret_value()
        yield Servers(database, owner, settings.redis_url.get_secret_value())
        return
    if settings.database_url or settings.redis_url:
        raise HubError(ErrorCode.SETTINGS, detail="GONGBU_DATABASE_URL 与 GONGBU_REDIS_URL 须同时设置，或都不设置")
    try:
        async with embedded.engines(settings.data_dir) as engines:
            yield Servers(engines.database_url, engines.owner_url, engines.redis_url)
    except embedded.EmbeddedError as error:
        raise HubError(ErrorCode.UNAVAILABLE, detail=str(error)) from error


async def prepare(settings: Settings, where: Servers) -> None:
    """Bring the store up to date and open the log, once in its life. May run twice. Raises HubError(STORE)."""
    with told.store():
        await migrate.upgrade(where.owner_url, where.database_url)
        await open_log(settings, where)


async def open_log(settings: Settings, where: Servers) -> None:
    """Write the log's first entry into a store that is up to date, once in its life. May run twice."""
    store = engine.make(where.database_url, pool=1)
    try:
        async with store.begin() as connection:
            await log.lock_signing(connection)
            if await log.size(connection) == 0:
                origin = signature.origin(settings)
                await log.append(connection, [Act(type=EntryType.LOG_OPENED, who="operator", data={"origin": origin})])
    finally:
        await store.dispose()


@asynccontextmanager
async def opened(settings: Settings, where: Servers) -> AsyncIterator[House]:
    """Yield the house with all that is in it. Nothing is served and nothing is delivered yet."""
    async with AsyncExitStack() as stack:
        store = engine.make(where.database_url, pool=20)
        stack.push_async_callback(store.dispose)
        ringing = bell.Bell(bell.connect(where.redis_url))
        stack.push_async_callback(ringing.close)
        channels = await _channels(settings, store, stack)
        yield House(
            settings=settings,
            servers=where,
            public_url=signature.public_url(settings),
            engine=store,
            channels=channels,
            hub=Hub(
                store,
                ringing,
                channels,
                await secret.trust(settings, store),
                public_url=signature.public_url(settings),
                outward=Rules(settings.outward_networks),
                rules=settings.rules,
                mail=settings.mail.terms if settings.mail and settings.mail.subscriptions else None,
            ),
            signer=await signature.signer(settings, store),
        )


def site_dir(settings: Settings) -> Path:
    """The public tree: what the public application and nginx serve."""
    return settings.data_dir / "site"


def _session() -> aiohttp.ClientSession:
    # One pool per channel: a channel that answers slowly uses up its own connections only.
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, family=socket.AF_UNSPEC)
    # Proxies of the environment must not see what is not public yet.
    timeout = aiohttp.ClientTimeout(total=60, connect=5, sock_read=30)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)


async def _channels(settings: Settings, store: AsyncEngine, stack: AsyncExitStack) -> dict[str, Channel]:
    """Build the configured channels, each with connections of its own; the stack closes them."""
    channels: dict[str, Channel] = {}
    for table in settings.channels:
        http = await stack.enter_async_context(_session())
        channels |= _built(resolve(table), _tools(settings, store, http))
    for channel in channels.values():
        stack.push_async_callback(channel.close)
    return channels


def _tools(settings: Settings, store: AsyncEngine, http: aiohttp.ClientSession) -> Tools:
    return Tools(
        http=http,
        site=_site(settings.site, signature.public_url(settings)),
        shelf=Shelf(store),
        blobs=Blobs(store),
        letterbox=Letterbox(store),
        budgets=Budgets(store),
        outward=Rules(settings.outward_networks),
        post=_post(settings),
        data_dir=str(settings.data_dir),
    )


def _post(settings: Settings) -> Account | None:
    mail = settings.mail
    return Account(relay.relay(mail), mail.address(settings.site.name)) if mail else None


def _built(table: dict[str, Any], tools: Tools) -> dict[str, Channel]:
    try:
        return registry.build([table], tools)
    except registry.UnknownKindError as error:
        kinds = "、".join(sorted(registry.KINDS))
        raise HubError(ErrorCode.SETTINGS, detail=f"没有名为 {error} 的渠道类型，可用的有：{kinds}") from error
    except ValidationError as error:
        name = table.get("name") or "（未命名）"
        wrong = {f"渠道 {name} 的 {place}": why for place, why in faults.fields(error, others=NO_SETTING).items()}
        raise HubError(ErrorCode.SETTINGS, detail=faults.sentence(wrong), fields=wrong) from None


def _site(site: SiteSettings, base: str) -> Site:
    domain = urlsplit(base).hostname or ""
    return Site(
        name=site.name,
        domain=domain,
        code=site.code,
        url=base,
        bureau=site.bureau,
        footer=site.footer,
        application=site.application,
    )
