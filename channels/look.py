"""Fetching our own public pages as a stranger would: bounded in size and time, without redirects or caches."""

import aiohttp

from channels.contract import ChannelError, NotYetError
from schemas.delivery import Reaction

MAX_BYTES = 5_000_000
#: How soon to look again at a page that is not there yet; the hub lets it grow.
AGAIN_SECONDS = 0.05
#: An intermediate cache must not show us what the public saw a moment ago, nor may a coding hide a bomb.
HEADERS = {"Cache-Control": "no-cache", "Accept-Encoding": "identity", "User-Agent": "Gongbu-Sighting/1"}


async def fetch(http: aiohttp.ClientSession, address: str, *, timeout_seconds: float) -> bytes:
    """Return the bytes at the public address.

    Raises NotYetError when the site answers that the page is not there, ChannelError(RETRY) when it does not answer
    well, ChannelError(CONFIGURATION) when it sends us elsewhere or sends more than `MAX_BYTES`.
    """
    limit = aiohttp.ClientTimeout(total=timeout_seconds)
    try:
        async with http.get(address, allow_redirects=False, headers=HEADERS, timeout=limit) as answer:
            _judge(answer.status, address)
            return await _read(answer, address)
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise ChannelError(Reaction.RETRY, "unreachable", f"{address}: {type(error).__name__}") from error


async def find(http: aiohttp.ClientSession, address: str, *, timeout_seconds: float) -> bytes | None:
    """Return the bytes at the public address, None when the site answers that nothing is there. Raises as `fetch`."""
    try:
        return await fetch(http, address, timeout_seconds=timeout_seconds)
    except NotYetError:
        return None


def _judge(status: int, address: str) -> None:
    if status in {404, 410}:
        raise NotYetError(AGAIN_SECONDS)
    if 300 <= status < 400:  # noqa: PLR2004 - a redirect would make the sighting one of another address
        raise ChannelError(Reaction.CONFIGURATION, "redirected", f"{address}: {status}")
    if status != 200:  # noqa: PLR2004
        raise ChannelError(Reaction.RETRY, f"status_{status}", address)


async def _read(answer: aiohttp.ClientResponse, address: str) -> bytes:
    received = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        received += chunk
        if len(received) > MAX_BYTES:
            raise ChannelError(Reaction.CONFIGURATION, "too_large", f"{address}: > {MAX_BYTES}")
    return bytes(received)
