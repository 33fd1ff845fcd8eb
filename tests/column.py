"""The municipal column without an interface, and the person who puts packages there by hand. Trusts no package."""

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from lxml import etree  # type: ignore[import-untyped]

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "docs" / "disclosure-record.xsd"))


def unpacked(package: bytes) -> dict[str, bytes]:
    """The files of a package whose sums are right and whose records keep to the published schema."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = files.pop("SHA256SUMS").decode()
    assert sums == "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    for name, data in files.items():
        if name.endswith("record.xml"):
            SCHEMA.assertValid(etree.fromstring(data))
    return files


def by_hand(place: str, **changes: Any) -> dict[str, Any]:
    """The channel's table: packages for the column at this address, which is looked at often."""
    table = {"name": "column", "kind": "disclosure", "transport": "package", "authoritative": True}
    return table | {"public_base": place, "look_seconds": 0.05} | changes


class Column:
    """Pages by path, as the public finds them."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.put: Counter[str] = Counter()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Show the pages while the block runs; where, without a trailing slash."""
        async with TestServer(self.app()) as server:
            yield str(server.make_url("")).rstrip("/")

    def carry(self, package: bytes) -> dict[str, str]:
        """Do what the README asks: put every page in its place. Returns document → path."""
        files, places = unpacked(package), {}
        for name in files:
            folder, _, leaf = name.partition("/")
            if leaf == "record.xml":
                release = etree.fromstring(files[name]).get("identity").split(":")[1]
                places[folder] = f"/{release}/{folder}.html"
                self.pages[places[folder]] = files[f"{folder}/page.html"]
                self.put[places[folder]] += 1
        return places

    def app(self) -> web.Application:
        async def show(request: web.Request) -> web.StreamResponse:
            if request.path not in self.pages:
                raise web.HTTPNotFound
            # Dressed as a platform dresses it.
            page = self.pages[request.path].replace(b"<p>", b'<p class="MsoNormal">\n')
            return web.Response(body=page, content_type="text/html", charset="utf-8")

        app = web.Application()
        app.router.add_get("/{path:.*}", show)
        return app
