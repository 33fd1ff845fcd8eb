"""The embedded Valkey: an append-only file every second, no eviction, a private unix socket and no port."""

import asyncio
import contextlib
from urllib.parse import quote

from hub.embedded import binaries, places, supervise

_ANSWER_SECONDS = 2.0
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "aof-load-truncated": "yes",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "notice",
    "logfile": "",
}


def engine(here: places.Places) -> supervise.Engine:
    """Describe Valkey at these places. It removes a stale socket itself before it binds."""
    pid_file = here.valkey / "valkey.pid"
    settings = _SETTINGS | {"dir": str(here.valkey), "unixsocket": _socket(here), "pidfile": str(pid_file)}
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]

    async def prepare(_engine: supervise.Engine) -> None:
        # The life lock is free, so the id in it is nobody's of ours.
        pid_file.unlink(missing_ok=True)

    async def answers() -> bool:
        return await _pings(here)

    return supervise.Engine(
        name="Valkey",
        command=(str(binaries.binary("valkey-server")), *options),
        folder=here.valkey,
        log=here.root / "valkey.log",
        life=here.root / "valkey.life",
        pid_file=pid_file,
        account=here.account,
        prepare=prepare,
        answers=answers,
    )


def url(here: places.Places) -> str:
    """Return the address for redis-py's `from_url` and arq's `RedisSettings.from_dsn`."""
    return f"unix://{quote(_socket(here))}?db=0"


def _socket(here: places.Places) -> str:
    return str(here.sockets / "valkey.sock")


async def _pings(here: places.Places) -> bool:
    """Ask by hand, in one line of its protocol (https://valkey.io/topics/protocol/): a client library is not needed."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(_socket(here))
            with contextlib.closing(writer):
                writer.write(b"PING\r\n")
                # `-LOADING …` while it still reads its file.
                return await reader.readline() == b"+PONG\r\n"
    except (OSError, TimeoutError):
        return False
