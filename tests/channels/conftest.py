"""What every channel's tests stand on: editions, parcels, in-memory tools, and a real server over the site's tree."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils, web

from channels.contract import Site, Tools, now_utc
from schemas import addresses
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Listed, Parcel
from schemas.publication import Receipt
from schemas.release import Attachment, Document, Kind, Metadata, Role
from schemas.standing import Notice, StandingKind, Successor

#: A 1×1 PNG.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
PLANNED_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # 09:30 in Beijing
OFFICIAL_AT = datetime(2026, 3, 2, 1, 30, 2, 417_000, tzinfo=UTC)
BODY = (
    "<p>局属各单位、机关各处室：</p><p>现将《政务公开工作要点》印发给你们，请遵照执行。</p>"
    "<h2>一、聚焦用权公开</h2><p>全面梳理权责清单，<strong>及时公开</strong>。</p>"
    "<table><tbody><tr><td>事项</td><td>牵头处室</td></tr></tbody></table>"
)


def attach(data: bytes, name: str, media: str) -> Attachment:
    return Attachment(name=name, media=media, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def build_edition(
    release: int = 1001,
    number: int = 1,
    *,
    title: str = "关于印发2026年政务公开工作要点的通知",
    body: str = BODY,
    interpretations: int = 1,
    interpretation_body: str = "<p>解读：<em>为什么</em>要全面梳理权责清单。</p>",
    attachments: tuple[Attachment, ...] = (),
    images: tuple[Attachment, ...] = (),
    **metadata: Any,
) -> Edition:
    fields: dict[str, Any] = {
        "kind": Kind.POLICY,
        "title": title,
        "doc_no": "津规资办发〔2026〕12号",
        "index_no": "11120000MB1909339E/2026-00012",
        "issuer": "天津市规划和自然资源局",
        "theme": "综合政务\\政务公开",
        "signed_on": date(2026, 2, 27),
        "keywords": ("政务公开", "工作要点"),
        **metadata,
    }
    policy = Document(
        role=Role.POLICY,
        number=0,
        title=title,
        summary="明确全年政务公开重点任务。",
        body=body,
        attachments=attachments,
        images=images,
    )
    readings = (
        Document(role=Role.INTERPRETATION, number=n, title=f"{title[:190]}的解读{n}", body=interpretation_body)
        for n in range(1, interpretations + 1)
    )
    return Edition(release=release, number=number, metadata=Metadata(**fields), documents=(policy, *readings))


@dataclass
class MemoryNotes:
    """`contract.Notes`: `kept` is what survives."""

    kept: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    async def keep(self, key: str, value: Any) -> None:
        self.kept[key] = value

    async def now(self) -> datetime:
        return now_utc()


@dataclass
class MemoryShelf:
    """`contract.Shelf`: put newest first into `listed`; every channel shows the same."""

    listed: list[Listed] = field(default_factory=list)

    async def recent(self, channel: str, limit: int) -> list[Listed]:
        assert channel
        return self.listed[:limit]

    async def changed(self, channel: str, limit: int) -> list[Listed]:
        assert channel
        return [one for one in self.listed if one.notice][:limit]

    def put(self, parcel: Parcel) -> None:
        """List the parcel as the newest one, as the store does once the commit is intended."""
        notice = parcel.notice
        at = max(filter(None, (parcel.planned_at, parcel.official_at, notice.confirmed_at if notice else None)))
        line = Listed(
            edition=parcel.edition,
            official_at=parcel.official_at,
            planned_at=parcel.planned_at,
            updated_at=at,
            notice=notice,
        )
        self.listed = [line, *(one for one in self.listed if one.edition.release != parcel.edition.release)]


@dataclass
class MemoryBlobs:
    """`contract.Blobs`: `put` returns the digest."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def read(self, sha256: str) -> bytes:
        return self.kept[sha256]

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.kept[digest] = data
        return digest


@dataclass
class MemoryLetterbox:
    """`contract.Letterbox`: put messages under (channel, key)."""

    messages: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    async def find(self, channel: str, key: str) -> Mapping[str, Any] | None:
        return self.messages.get((channel, key))


def build_notice(kind: StandingKind = StandingKind.REPEALED, serial: int = 1, **changes: Any) -> Notice:
    fields: dict[str, Any] = {
        "serial": serial,
        "kind": kind,
        "reason": "所依据的规定已经废止",
        "ground": "津规资发〔2026〕9号",
        "successor": Successor(title="新的工作要点", address="https://www.tj.gov.cn/new.html"),
        "effective_on": date(2026, 11, 1),
        "expires_on": None,
        "confirmed_at": datetime(2026, 11, 26, 2, 0, 0, 123_000, tzinfo=UTC),
    }
    return Notice(**fields | changes)


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
