"""The staff application."""

from aiohttp import web

from hub.commands.act import Hub


def make_app(hub: Hub, *, vkey: str) -> web.Application:
    return web.Application()
