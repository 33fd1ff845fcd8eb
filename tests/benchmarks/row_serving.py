"""Feeds and pages from the public application, beside bare aiohttp that answers the same bytes from a constant.

Where nginx is installed, its own figure over the same tree is told too: it has no bar, it is what production uses.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median

import aiohttp
from aiohttp import web

from hub import app, serve
from tests.benchmarks import client, press, town
from tests.benchmarks.report import Figure, tell
from tests.web import nginx

NAME = "serving"
ROUNDS = 3
SECONDS = 3.0
#: Releases in the feed.
RELEASES = 5


async def run(*, quick: bool) -> list[Figure]:
    """Both servers run in this process, one at a time under load; the client is another process, the same for both."""
    figures = []
    async with town.built() as built:
        async with town.worked(built):
            for _ in range(1 if quick else RELEASES):
                release = await press.everywhere(built)
        for name, path in (("feed", "/feeds/all.atom"), ("page", f"/zcwj/{release}.html")):
            url = built.house.public_url + path
            async with _bare(await _body(url)) as bare:
                figures.append(await _compared(f"{NAME}.{name}", url, bare, quick=quick))
                if nginx.PROGRAM:
                    figures.append(await _before(built, f"{NAME}.{name}.nginx", path, bare, quick=quick))
    return figures


async def _before(built: town.Town, name: str, path: str, bare: str, *, quick: bool) -> Figure:
    """The same from nginx, in a process of its own as always."""
    folder = built.folder / name
    folder.mkdir()
    async with nginx.started(folder, app.site_dir(built.house.settings), built.house.public_url) as url:
        found = await _compared(name, url + path, bare, quick=quick)
    return replace(found, bar="")


async def _compared(name: str, url: str, bare: str, *, quick: bool) -> Figure:
    rounds, seconds = (1, 0.5) if quick else (ROUNDS, SECONDS)
    ours, floors = [], []
    for _ in range(rounds):
        floors.append(await client.rate(bare, seconds))
        ours.append(await client.rate(url, seconds))
        tell(f"{name}: {ours[-1]:.0f} requests/s, bare aiohttp {floors[-1]:.0f}")
    return Figure(name, median(ours), "requests/s", median(floors), "ratio >= 0.8")


async def _body(url: str) -> tuple[bytes, str]:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        answer.raise_for_status()
        return await answer.read(), answer.headers["Content-Type"]


@asynccontextmanager
async def _bare(page: tuple[bytes, str]) -> AsyncIterator[str]:
    """Serve the bytes, and nothing else, and yield their address."""
    body, media = page

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Type": media})

    application = web.Application()
    application.router.add_get("/page", answer)
    bound = serve.bind("[::]:0")
    async with serve.listening(application, bound):
        yield f"http://localhost:{bound.getsockname()[1]}/page"
