"""What every channel's tests stand on: the conformance suite's editions and tools, and a real server over a tree."""

import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils, web

from channels.conformance.editions import (
    BODY,
    OFFICIAL_AT,
    PIXEL,
    PLANNED_AT,
    attach,
    build_edition,
    build_notice,
)
from channels.conformance.memory import MemoryBlobs, MemoryLetterbox, MemoryNotes, MemoryShelf
from channels.contract import Site, Tools
from schemas import addresses
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel
from schemas.publication import Receipt
from schemas.release import Attachment
from schemas.standing import Notice

__all__ = [
    "BODY",
    "OFFICIAL_AT",
    "PIXEL",
    "PLANNED_AT",
    "MemoryBlobs",
    "MemoryLetterbox",
    "MemoryNotes",
    "MemoryShelf",
    "attach",
    "build_edition",
    "build_notice",
]


@pytest.fixture
def make_edition() -> Callable[..., Edition]:
    """`make_edition(release=1001, number=1, *, title, body, interpretations=1, attachments, images, **metadata)`."""
    return build_edition


@pytest.fixture
def make_attachment() -> Callable[[bytes, str, str], Attachment]:
    """`make_attachment(data, name, media)`."""
    return attach


@pytest.fixture
def make_parcel(tools: Tools) -> Callable[..., Parcel]:
    """`make_parcel(edition=None, *, action, planned_at, official_at=None, key, **edition_fields)`."""

    def make(
        edition: Edition | None = None,
        *,
        action: Action = Action.PUBLISH,
        planned_at: datetime = PLANNED_AT,
        official_at: datetime | None = None,
        key: str | None = None,
        notice: Notice | None = None,
        published: Receipt | None = None,
        **fields: Any,
    ) -> Parcel:
        edition = edition or build_edition(**fields)
        return Parcel(
            key=key or secrets.token_hex(16),
            action=action,
            edition=edition,
            planned_at=planned_at,
            official_at=official_at,
            addresses={d.name: tools.site.url + addresses.path(edition.release, d.name) for d in edition.documents},
            notice=notice,
            published=published,
        )

    return make


@pytest.fixture
def notes() -> MemoryNotes:
    return MemoryNotes()


@pytest.fixture
def shelf() -> MemoryShelf:
    return MemoryShelf()


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


@pytest.fixture
def letterbox() -> MemoryLetterbox:
    return MemoryLetterbox()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    return tmp_path


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def site_server(data_dir: Path) -> AsyncIterator[test_utils.TestServer]:
    """A real server over `<data_dir>/site`: directories show their index.html, dot files do not exist."""

    async def serve(request: web.Request) -> web.StreamResponse:
        path = data_dir / "site" / request.match_info["path"]
        if path.is_dir():
            path /= "index.html"
        if path.name.startswith(".") or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path)

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    server = test_utils.TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def site(site_server: test_utils.TestServer) -> Site:
    return Site(
        name="天津市规划和自然资源局",
        domain="ghhzrzy.tj.gov.cn",
        code="1200000052",
        url=str(site_server.make_url("")).rstrip("/"),
        bureau="天津市规划和自然资源局",
        footer={
            "联系方式": "022-00000000",
            "ICP备案编号": "津ICP备00000000号",
            "公安机关备案号": "津公网安备00000000000000号",
        },
    )


@pytest.fixture
def tools(
    http: aiohttp.ClientSession,
    site: Site,
    shelf: MemoryShelf,
    blobs: MemoryBlobs,
    letterbox: MemoryLetterbox,
    data_dir: Path,
) -> Tools:
    return Tools(http=http, site=site, shelf=shelf, blobs=blobs, letterbox=letterbox, data_dir=str(data_dir))
