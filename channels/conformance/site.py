"""The bureau's site in a world: its name, and its tree as the public server shows it."""

import asyncio
from pathlib import Path

from aiohttp import web

from channels.contract import Site


def named(url: str) -> Site:
    """The site at this address."""
    return Site(
        name="天津市规划和自然资源局",
        domain="ghhzrzy.tj.gov.cn",
        code="1200000052",
        url=url,
        bureau="天津市规划和自然资源局",
        footer={"联系方式": "022-00000000"},
    )


def application(root: Path) -> web.Application:
    """The site's tree as the public server shows it."""

    async def serve(request: web.Request) -> web.StreamResponse:
        path = root / request.match_info["path"]
        if not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound
        return web.FileResponse(path)

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    return app
