"""How much one asker may ask of what is worked out for each request: live pages, searches, forms.

Prepared files cost nothing and are not counted. The counts are this process's own and bounded; behind several processes
a limit holds for each of them. Where nginx stands in front, `public_proxies` must name it: otherwise all citizens are
one asker.
"""

import math
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from hub import remote
from hub.remote import Network
from schemas.recent import Recent

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: Where a request comes from, for whoever counts in the store as well.
ASKER = web.RequestKey("asker", str)
#: Askers that are remembered; the one that was seen longest ago is forgotten first, which only gives it its full purse.
MOST = 20_000


@dataclass(frozen=True)
class Limit:
    """So many at once, and then so many a second."""

    burst: float
    refill: float


#: A bureau's own people may all come from one address, so reading is generous.
READING = Limit(burst=120, refill=20)
#: A form starts work: a mail is sent, a subscription is kept. Mail providers unsubscribe for many from one address.
ASKING = Limit(burst=30, refill=1.0)
#: A file is read in a process of its own: seconds of a processor each.
VERIFYING = Limit(burst=10, refill=0.2)
#: A program that reads many feeds subscribes to them all at once; what each asks for is counted in the store as well.
SUBSCRIBING = Limit(burst=300, refill=2)
#: Where a purse of its own is kept, by the resource's path.
OWN = {"/verify": VERIFYING, "/websub": SUBSCRIBING}


@dataclass
class Purse:
    """What one asker has left."""

    left: float
    at: float


class Limiter:
    """Token buckets by asker, in memory. `clock` tells seconds that never go back."""

    def __init__(self, limit: Limit, *, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self.limit = limit
        self.clock = clock
        self.purses: Recent[str, Purse] = Recent(most)

    def wait(self, asker: str) -> float:
        """Take one, and return 0; or take nothing, and return the seconds until there is one."""
        now = self.clock()
        purse = self.purses.get(asker) or self.purses.put(asker, Purse(self.limit.burst, now))
        purse.left = min(self.limit.burst, purse.left + (now - purse.at) * self.limit.refill)
        purse.at = now
        if purse.left < 1:
            return (1 - purse.left) / self.limit.refill
        purse.left -= 1
        return 0.0


class TooManyError(Exception):
    """The asker comes too often. `seconds` until it may come again, at least 1."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        super().__init__(f"again in {self.seconds} s")


def counted(routes: Iterable[web.RouteDef], proxies: Collection[Network]) -> list[web.RouteDef]:
    """Return the routes with handlers that count before they answer, and raise TooManyError.

    Reading and asking have a purse each: whoever looks around a lot can still send a form.
    """
    reading, asking = Limiter(READING), Limiter(ASKING)
    own = {path: Limiter(limit) for path, limit in OWN.items()}

    def one(route: web.RouteDef) -> web.RouteDef:
        is_reading = route.method in {"GET", "HEAD"}
        limiter = reading if is_reading else own.get(route.path, asking)
        return web.RouteDef(route.method, route.path, _counting(route.handler, limiter, proxies), route.kwargs)

    return [one(route) for route in routes]


def _counting(handler: Any, limiter: Limiter, proxies: Collection[Network]) -> Handler:
    async def around(request: web.Request) -> web.StreamResponse:
        asker = request[ASKER] = _asker(request, proxies)
        if seconds := limiter.wait(asker):
            raise TooManyError(seconds)
        answer: web.StreamResponse = await handler(request)
        return answer

    return around


def _asker(request: web.Request, proxies: Collection[Network]) -> str:
    told = request.headers.getall("X-Forwarded-For", [])
    return remote.place(remote.address(request.remote or "", told, proxies))
