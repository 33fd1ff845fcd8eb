"""区分处理 at the console: what was taken out is nowhere outside, and beside the original for those who review it."""

import gzip
import socket
from pathlib import Path
from typing import Any

import brotli
import pytest
from sqlalchemy import text

from channels.contract import ChannelError
from hub.app import House
from hub.commands import drafting, publishing, reviewing
from hub.settings import Settings
from hub.store import blobs, editions, releases
from hub.web import rendered
from schemas.grounds import GROUNDS
from schemas.parcel import Parcel
from schemas.person import Person
from schemas.release import Attachment, Document, Role
from schemas.review import Decision
from tests import making
from tests.console.clerk import Clerk
from tests.console.conftest import Enter
from tests.console.test_audit_published import bound, house, sign
from tests.workers import town
from tests.working import working

__all__ = ["bound", "house"]

NOWHERE = "http://127.0.0.1:1"
THIRD = GROUNDS[3]
#: Nowhere outside may any of this be: name, telephone, a whole passage, the name and the bytes of an attachment.
GONE = ("欧阳测试", "022-87654321", "拟约谈其负责人并暂缓通报", "欧阳材料", "秘密附件的内容")
BODY = (
    "<p>举报人欧阳测试（电话022-87654321）反映的问题，<a href='https://example.cn/%E6%AC%A7%E9%98%B3'>欧阳 测试</a>"
    "已收到答复。</p><p>经研究，拟约谈其负责人并暂缓通报。</p><p>责令限期改正。</p>"
)


@pytest.fixture
def settings(tmp_path: Path, bound: socket.socket) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        public_url=f"http://localhost:{bound.getsockname()[1]}",
        log_origin="localhost/log",
        channels=(
            {"name": "website", "kind": "website", "authoritative": True},
            {"name": "rss", "kind": "rss"},
            {"name": "wechat", "kind": "wechat", "api_base": NOWHERE, "app_id": "wx1", "secret": "made-up"},
            {"name": "专栏", "kind": "disclosure", "api_base": NOWHERE, "key_id": "k", "secret": "made-up-as-well-1"},
            {"name": "伙伴", "kind": "webhook", "url": f"{NOWHERE}/hook", "secrets": ("0123456789abcdef" * 2,)},
            {"name": "cms", "kind": "cms", "api_base": NOWHERE, "public_base": NOWHERE, "mapping": "wordpress"},
        ),
    )


@pytest.fixture
def shown(house: House, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every release that any channel is asked to render."""
    asked: list[int] = []

    def spied(render: object) -> object:
        def spy(channel: object, parcel: Parcel) -> object:
            asked.append(parcel.edition.release)
            return render(channel, parcel)  # type: ignore[operator]

        return spy

    for kind in {type(channel) for channel in house.channels.values()}:
        monkeypatch.setattr(kind, "render", spied(kind.render))
    return asked


async def original(house: House, staff: dict[str, Person]) -> int:
    closed = {"disclosure": "on_request", "disclosure_ground": f"{THIRD}：涉及个人", "note": "此件依申请公开"}
    title = "关于欧阳测试反映问题的答复"
    wanted = making.metadata(kind="notice", title=title, secrecy="internal", keywords=("欧阳测试",), **closed)
    release = await drafting.create(house.hub, staff["editor"], wanted)
    data = "秘密附件的内容".encode()
    async with house.engine.begin() as connection:
        annex = await blobs.keep(connection, data)
    named = Attachment(name="欧阳材料.txt", media="text/plain", size=len(data), sha256=annex)
    body = Document(role=Role.POLICY, number=0, title=title, summary="欧阳测试", body=BODY, attachments=(named,))
    await drafting.put_document(house.hub, staff["editor"], release.id, body, data=[data])
    return release.id


async def made(clerk: Clerk, origin: int) -> int:
    """The public version as an editor makes it, page by page."""
    place = f"/releases/{origin}/redact"
    sheet = await clerk.get(place)
    chosen: dict[str, Any] = {"words-1": "欧阳测试", "ground-1": THIRD, "words-2": "022-87654321", "ground-2": THIRD}
    refused = await clerk.send(sheet, place, **{**chosen, "ground-1": ""})
    assert "请选择删去的依据" in refused.words
    check = await clerk.send(sheet, place, **{**chosen, "cut-policy-2": GROUNDS[4]})
    assert "将删去" in check.words
    assert "拟约谈其负责人" in check.words  # beside the version, for those who make it
    done = await clerk.send(check, f"{place}/confirm")
    assert "已制作公开版本" in done.words
    return int(done.path.rsplit("/", 1)[1])


async def test_the_version_goes_out_and_nothing_of_what_was_taken_out_does(
    house: House,
    staff: dict[str, Person],
    enter: Enter,
    shown: list[int],
) -> None:
    origin = await original(house, staff)
    number = await made(await enter("editor"), origin)
    await through(house, staff, number)
    first = await enter("first")
    assert "区分处理后的公开版本" in (await first.get(f"/releases/{number}/review")).words
    assert "拟约谈其负责人并暂缓通报" in (await first.get(f"/releases/{number}/removed")).words
    assert (await (await enter("publisher")).get(f"/releases/{number}/removed")).status == 403
    await publishing.publish(house.hub, staff["publisher"], number, channels=["website", "rss"])
    async with working(house):
        await town.settled(house, number)
    await sign(house)
    written = await everywhere(house, await enter("editor"), number, origin)
    assert (origin in shown, number in shown) == (False, True)
    assert b'"origin":' in written["log"]
    assert THIRD.encode() in written["log"]
    assert any("责令限期改正".encode() in data for data in written.values())
    assert {name: found(data) for name, data in written.items() if found(data)} == {}


async def everywhere(house: House, editor: Clerk, number: int, origin: int) -> dict[str, bytes]:
    """Every place that the public reads, or that is made for it: what stands there."""
    written = {str(path): opened(path) for path in house.settings.data_dir.rglob("*") if path.is_file()}
    for name in house.channels:
        # Asked for both; the original is refused before any channel is asked.
        previews = [await editor.get(f"/releases/{one}/preview/{name}") for one in (number, origin)]
        assert "不得通过任何渠道发布" in previews[1].words
        try:
            whole = await rendered.render(await rendered.pack(house.hub, house.public_url, number, name))
        except ChannelError:
            continue
        written[name] = b"".join(file.body for file in whole.rendering.files)
    async with house.engine.connect() as connection:
        edition = await editions.find(connection, number, 1)
        assert edition is not None
        written["edition"] = edition.encoded()
        written["log"] = b"".join((await connection.execute(text("SELECT body FROM log_entries"))).scalars())
        for name in ("cards", "deliveries", "attempts", "publications", "drafts", "listings", "derivations"):
            rows = (await connection.execute(text(f"SELECT * FROM {name}"))).all()  # noqa: S608 - our own names
            written[name] = str(rows).encode()
    return written


def opened(path: Path) -> bytes:
    """The file's bytes as a reader has them."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else brotli.decompress(data) if path.suffix == ".br" else data


def found(data: bytes) -> list[str]:
    """What of it the bytes hold, written or as addresses write it."""
    return [word for word in (*GONE, "%E6%AC%A7") if word.encode() in data or ascii(word)[1:-1].encode() in data]


async def through(house: House, staff: dict[str, Person], number: int) -> None:
    """Past every level; none of them wrote in the original."""
    async with house.engine.connect() as connection:
        draft = await releases.find(connection, number)
    assert draft is not None
    await reviewing.submit(house.hub, staff["editor"], number)
    for login, level in making.REVIEWS:
        await reviewing.review(house.hub, staff[login], number, level, Decision.APPROVE)


async def test_what_is_written_in_again_goes_no_further_and_others_stay_out(
    house: House,
    staff: dict[str, Person],
    enter: Enter,
) -> None:
    origin = await original(house, staff)
    number = await made(await enter("editor"), origin)
    async with house.engine.connect() as connection:
        draft = await releases.find(connection, number)
    assert draft is not None
    assert draft.authors == (staff["editor"].id,)
    again = draft.documents[0].model_copy(update={"body": draft.documents[0].body + "<p>即欧阳<b>测试</b>。</p>"})
    await drafting.put_document(house.hub, staff["editor"], number, again)
    editor = await enter("editor")
    place = f"/releases/{number}/submit"
    sheet = await editor.get(place)
    looked: dict[str, Any] = {"looked": "yes"} if sheet.soup.find("input", attrs={"name": "looked"}) else {}
    refused = await editor.send(sheet, place, **looked)
    assert "仍有已决定删去的内容：政策文件正文" in refused.words
    assert (await (await enter("signer")).get(f"/releases/{origin}/redact")).status == 403
    plain = await making.draft(house, staff)
    assert "不需要另做公开版本" in (await editor.get(f"/releases/{plain.id}/redact")).words
