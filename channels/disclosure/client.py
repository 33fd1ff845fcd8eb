"""Signed, bounded requests to the platform. Never follows a redirect, never reads more than it must, never repeats."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from channels import contract
from channels.disclosure import replies, signature
from channels.disclosure.settings import DisclosureSettings
from channels.unrepeated import unrepeated
from schemas.delivery import Reaction

REPLY_BYTES = 256_000


@dataclass(frozen=True)
class Answer:
    """A whole answer within its bounds."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the platform itself says so: it never answers with a page, but a gateway before it may."""
        is_page = self.headers.get("Content-Type", "").lower().startswith("text/html")
        return self.status in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT} and not is_page

    def trouble(self, *, repeatable: bool) -> contract.ChannelError:
        """Return the error that this answer stands for; see `replies.trouble`."""
        return replies.trouble(self.status, self.headers, self.body, repeatable=repeatable, now=contract.now_utc())


class UnreachedError(Exception):
    """No connection came about: the request certainly never left."""


class UnansweredError(Exception):
    """The request left, or may have; no whole answer came back within its bounds."""


class Client:
    """One platform, one key."""

    def __init__(self, http: aiohttp.ClientSession, settings: DisclosureSettings) -> None:
        self._http = http
        self._settings = settings

    async def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> Answer:
        """Make a signed request below `api_base`. Raises UnreachedError or UnansweredError.

        `once`: never sent a second time, so that UnreachedError is certain.
        """
        url = URL(f"{self._settings.api_base}{path}", encoded=True)
        signed = signature.headers(
            key_id=self._settings.key_id,
            secret=self._settings.secret.get_secret_value(),
            method=method,
            path=url.raw_path,
            timestamp=int(time.time()),
            body=body,
        )
        everything = {**(headers or {}), **signed}
        return await self._send(method, url, everything, body, seconds=seconds, once=once)

    async def repeat(self, method: str, path: str, body: bytes = b"", *, seconds: float) -> Answer:
        """Make a call that may be made any number of times. Raises ChannelError(RETRY) when no answer comes."""
        try:
            return await self.call(method, path, body, seconds=seconds)
        except (UnreachedError, UnansweredError) as error:
            raise contract.ChannelError(Reaction.RETRY, "unavailable", f"平台没有应答（{error}）。") from error

    async def _send(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes, *, seconds: float, once: bool
    ) -> Answer:
        bounds: dict[str, Any] = {"timeout": aiohttp.ClientTimeout(total=seconds), "allow_redirects": False}
        middlewares = (unrepeated(UnansweredError),) if once else ()
        try:
            async with self._http.request(
                method, url, headers=headers, data=body or None, middlewares=middlewares, **bounds
            ) as response:
                return Answer(response.status, response.headers, await _bounded(response))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachedError(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            # The type only: an aiohttp message may quote headers.
            raise UnansweredError(type(error).__name__) from None


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > REPLY_BYTES:
            response.close()
            raise UnansweredError(f"more than {REPLY_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)
