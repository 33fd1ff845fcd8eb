"""Every live page of the public site, and what programs may ask for."""

from aiohttp import web

from hub.web.live import certificate, compare, open_data, register, robots, search, subscribe, verify, websub


def routes() -> list[web.RouteDef]:
    """Return all of them."""
    return [
        web.get("/robots.txt", robots.show),
        *certificate.routes(),
        *compare.routes(),
        *open_data.routes(),
        *register.routes(),
        *search.routes(),
        *subscribe.routes(),
        *verify.routes(),
        *websub.routes(),
    ]
