"""Requests that are sent once: whether one left is known, or it is known that nobody knows."""

from collections.abc import Callable

import aiohttp


def unrepeated(lost: Callable[[str], Exception]) -> aiohttp.ClientMiddlewareType:
    """Keep aiohttp from sending a request again by itself when a kept-alive connection dies; it raises `lost` instead.

    It would, for methods that HTTP calls idempotent (PUT is one). If the first had been carried out and the second
    found nobody there, "never left" would be a lie. The type of the error only: aiohttp's message may quote headers.
    """

    async def sent(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        try:
            return await handler(request)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            raise lost(type(error).__name__) from None

    return sent
