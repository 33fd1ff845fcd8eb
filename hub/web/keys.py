"""What the handlers of the public application find in it."""

from pathlib import Path

from aiohttp import web

from hub.commands.act import Hub

HUB = web.AppKey("hub", Hub)
VKEY = web.AppKey("vkey", str)
SITE = web.AppKey("site", Path)
#: The public base address, without a trailing slash.
URL = web.AppKey("url", str)
