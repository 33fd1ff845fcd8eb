"""Calling addresses that strangers gave us: bounded in time and size, and no further than `channels.reach` lets.

What is judged is the very address that a connection is about to be opened to, after every name has been resolved. So a
name that leads elsewhere the second time (DNS rebinding), an odd spelling of 127.0.0.1 and an address in another's
clothes all end at the same door. Redirects are answers like others and never followed.
"""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from channels.reach import NOWHERE_NEAR, Rules

#: Of an answer nobody here reads more.
MAX_ANSWER = 4_096
#: Names that are looked up at once. They have threads of their own: slow name servers must not hold up others' files.
LOOKUPS = 32


class OutwardError(Exception):
    """Nobody answered, or nobody may be asked. `code` is for the log: it names no address.

    `is_nameless`: whoever was asked for the host's name says that there is none.
    """

    def __init__(self, code: str, *, is_nameless: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_nameless = is_nameless


@dataclass(frozen=True)
class Answer:
    """What came back: at most `most` bytes of the body, uncompressed or as it was sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  #: found in any case of their letters


class Outward:
    """Connections to strangers: no cookies, no proxies, no reuse. Open it with `async with`, once per part."""

    def __init__(self, rules: Rules = NOWHERE_NEAR, *, agent: str, seconds: float = 20.0, limit: int = 256) -> None:
        self._rules = rules
        self._agent = agent
        self._seconds = seconds
        self._limit = limit

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=self._limit,
            resolver=_Names(),
            socket_factory=self._socket,
            force_close=True,
        )
        self._http = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._seconds, connect=self._seconds / 2),
            headers={"User-Agent": self._agent, "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def get(self, address: str, headers: Mapping[str, str] | None = None, *, most: int = MAX_ANSWER) -> Answer:
        """Raises OutwardError."""
        return await self._call("GET", address, headers or {}, None, most)

    async def head(self, address: str) -> Answer:
        """Raises OutwardError."""
        return await self._call("HEAD", address, {}, None, 0)

    async def post(self, address: str, body: bytes, headers: Mapping[str, str], *, most: int = MAX_ANSWER) -> Answer:
        """Raises OutwardError; after one of `connected` the other side may have got the body nevertheless."""
        return await self._call("POST", address, headers, body, most)

    async def _call(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None, most: int
    ) -> Answer:
        if refusal := self._rules.refusal(address):
            raise OutwardError(refusal)
        # As it was written: a callback's own query must come back to it byte for byte.
        url = URL(address, encoded=True)
        try:
            async with self._http.request(method, url, headers=headers, data=body, allow_redirects=False) as answer:
                return Answer(answer.status, await _read(answer, most), answer.headers)
        except ClosedError:
            raise OutwardError("closed") from None
        except aiohttp.ClientConnectorError as error:
            cause = error.os_error
            if isinstance(cause, ClosedError):
                raise OutwardError("closed") from error
            is_nameless = isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
            raise OutwardError("unreachable", is_nameless=is_nameless) from error
        except TimeoutError as error:
            raise OutwardError("timeout") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise OutwardError("broken") from error

    def _socket(self, found: Any) -> socket.socket:
        """Every connection begins here, with the address that it will go to."""
        family, kind, protocol, _, where = found
        if not self._rules.admits(where[0], where[1]):
            raise ClosedError
        return socket.socket(family, kind, protocol)


class ClosedError(OSError):
    """The address is not one that strangers may send us to."""


class _Names(AbstractResolver):
    """Looks names up in threads that nobody else waits for."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, "outward")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        )
        return _results(host, found)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _results(host: str, found: Sequence[tuple[Any, ...]]) -> list[ResolveResult]:
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return [
        ResolveResult(hostname=host, host=where[0], port=where[1], family=family, proto=protocol, flags=numeric)
        for family, _, protocol, _, where in found
    ]


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    if not most:
        return b""
    received = bytearray()
    async for chunk in answer.content.iter_any():
        received += chunk
        if len(received) > most:
            break
    return bytes(received[:most])
