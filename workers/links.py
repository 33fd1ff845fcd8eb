"""Looks whether anything answers at the addresses that unpublished texts link to. Nobody waits for it.

Only what is sure is told: 404, 410 and a name that leads nowhere, seen twice. Nothing outside is changed by a look, so
whatever dies in between is looked at again.
"""

import asyncio
from collections.abc import Collection
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from yarl import URL

from channels.outward import Outward, OutwardError
from channels.reach import Rules
from hub.core import looking
from hub.store import looks, releases
from schemas.look import Look, Seen
from workers.rota import Rota

_log = structlog.get_logger()

AGENT = "Gongbu-Links/1"
#: For one look with all its redirects.
LOOK_SECONDS = 10.0
REDIRECTS = 5
#: Looks at once in one process.
SLOTS = 2
#: Longer than any look; after it whoever claimed is taken for dead.
HOLD = timedelta(seconds=30)
#: Between two looks at one host.
PAUSE = timedelta(seconds=2)
#: How often the texts are asked which addresses they name.
INTERVAL_SECONDS = 30.0
#: A name that leads somewhere wherever names are known at all. Where it does not, a name that is unknown says nothing.
WITNESS = "http://www.gov.cn/"
_GONE = frozenset({404, 410})
#: Servers that know no HEAD say so in one way or the other; a 404 must be one for readers, too.
_UNWILLING = frozenset({404, 405, 410, 501})
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})


class Links:
    """Those who gather the addresses, and those who look."""

    def __init__(self, engine: AsyncEngine, rules: Rules, *, witness: str = WITNESS) -> None:
        self._engine = engine
        self._witness = witness
        self._call = Outward(rules, agent=AGENT, seconds=LOOK_SECONDS)
        self._rota: Rota[Look] = Rota("links", self._claim, self.look, slots=SLOTS)
        self._named: dict[int, tuple[int, tuple[str, ...]]] = {}  #: release → the version that was read, its addresses

    async def run(self) -> None:
        """Look for ever. Any number of workers may. Ends by cancellation only."""
        async with self._call, asyncio.TaskGroup() as group:
            group.create_task(self._rota.run())
            group.create_task(self._gathering())

    async def gather(self) -> None:
        """Note which addresses the texts name now; a text that has not changed since is not read again."""
        async with self._engine.connect() as connection:
            versions = await looks.open_releases(connection)
        self._named = {release: one for release, one in self._named.items() if release in versions}
        for release, version in versions.items():
            if release not in self._named or self._named[release][0] != version:
                self._named[release] = (version, await self._read(release))
            async with self._engine.begin() as connection:
                await looks.want(connection, {one: looking.host(one) for one in self._named[release][1]})
        async with self._engine.begin() as connection:
            await looks.prune(connection)

    async def look(self, one: Look) -> None:
        """Look at one address and write what was seen. Durable on return, may run twice."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                seen, status = await self._seen(one.address)
        except (OutwardError, TimeoutError, ValueError):
            seen, status = "unsure", None
        times = one.times + 1 if looking.is_broken(seen) else 0
        again = looking.again(one, seen)
        async with self._engine.begin() as connection:
            await looks.looked(connection, one, seen, status=status, times=times, again=again)
        _log.info("link.looked", seen=seen, status=status, times=times)

    async def _read(self, release: int) -> tuple[str, ...]:
        async with self._engine.connect() as connection:
            found = await releases.find(connection, release)
        return looking.wanted(release, found.documents) if found else ()

    async def _seen(self, address: str) -> tuple[Seen, int | None]:
        """Raises OutwardError, ValueError for what is no address."""
        url = URL(address).with_fragment(None)
        for _ in range(REDIRECTS + 1):
            try:
                status, onward = await self._asked(str(url))
            except OutwardError as error:
                if error.is_nameless and await self._knows_names():
                    return "no_host", None
                raise
            if onward is None:
                return _judged(status), status
            url = url.join(URL(onward)).with_fragment(None)
        return "unsure", None

    async def _asked(self, address: str) -> tuple[int, str | None]:
        answer = await self._call.head(address)
        if answer.status in _UNWILLING:
            answer = await self._call.get(address, most=0)
        onward = answer.headers.get("Location") if answer.status in _ELSEWHERE else None
        return answer.status, onward

    async def _knows_names(self) -> bool:
        """Whether names of the public internet are known here: on a closed network every one of them is unknown."""
        try:
            await self._call.head(self._witness)
        except OutwardError as error:
            return not error.is_nameless
        return True

    async def _claim(self, limit: int, full: Collection[str]) -> list[Look]:
        async with self._engine.begin() as connection:
            return await looks.claim(connection, limit=limit, full=full, pause=PAUSE, hold=HOLD)

    async def _gathering(self) -> None:
        while True:
            try:
                await self.gather()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("links.store_unreachable", reason=type(error).__name__)
            except Exception:  # noqa: BLE001
                # A bug here must not end the deliveries beside it.
                _log.exception("links.bug")
            await asyncio.sleep(INTERVAL_SECONDS)


def _judged(status: int) -> Seen:
    if status in _GONE:
        return "gone"
    return "ok" if 200 <= status < 300 else "unsure"  # noqa: PLR2004
