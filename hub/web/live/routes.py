"""Every live page of the public site, and what programs may ask for."""

from aiohttp import web


def routes() -> list[web.RouteDef]:
    """Return all of them."""
    return []
