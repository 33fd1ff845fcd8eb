"""Previews: the channel's own bytes in a frame that runs nothing, and a plain word where a channel refuses."""

import hashlib
import io

import pytest
from PIL import Image

from hub.app import House
from hub.commands import drafting, publishing
from hub.web.console import framed
from schemas.parcel import RenderedFile
from schemas.person import Person
from schemas.release import Attachment, Document, Role
from tests import making
from tests.console.conftest import Enter


async def test_a_frame_runs_nothing_asks_for_nothing_and_wears_its_style(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = (await making.draft(house, staff)).id
    clerk = await enter("editor")
    sheet = await clerk.get(f"/releases/{release}/preview/website")
    frames = sheet.soup.find_all("iframe")
    assert len(frames) == 2
    for frame in frames:
        assert frame["sandbox"] in ("", [])  # without any leave
        assert frame["title"]
        page = await clerk.get(str(frame["src"]))
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "frame-ancestors 'self'" in policy
        assert "script" not in policy
        assert '<link rel="stylesheet"' not in page.text
        assert "<style>" in page.text
    assert "关于测试的通知" in (await clerk.get(str(frames[0]["src"]))).text


async def test_the_raw_file_is_the_rendering_itself(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = (await making.draft(house, staff)).id
    clerk = await enter("first")
    sheet = await clerk.get(f"/releases/{release}/preview/website?at=2026-12-01T09:00")
    row = next(row for row in sheet.soup.find_all("tr") if row.find("th", string=f"zcwj/{release}.html"))
    link = row.find("a")
    assert link is not None
    raw = await clerk.get(str(link["href"]))
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(raw.text.encode()).hexdigest() in row.get_text()
    assert "2026-12-01 09:00" in raw.text


async def test_pictures_stand_in_the_frame_itself(house: House, staff: dict[str, Person], enter: Enter) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "#123456").save(drawn, "PNG")
    data = drawn.getvalue()
    shown = Attachment(name="图.png", media="image/png", size=len(data), sha256=hashlib.sha256(data).hexdigest())
    body = f'<p>一、见图。</p><figure><img src="blob:{shown.sha256}" alt="图"></figure>'
    policy = Document(role=Role.POLICY, number=0, title="关于测试的通知", body=body, images=(shown,))
    release = (await making.draft(house, staff)).id
    await drafting.put_document(house.hub, staff["editor"], release, policy, data=[data])
    clerk = await enter("editor")
    for path in (f"website/frame/zcwj/{release}.html", "rss/frame/policy.atom?part=/content"):
        page = await clerk.get(f"/releases/{release}/preview/{path}")
        assert 'src="data:image/png;base64,' in page.text, path
        assert "blob:" not in page.text


async def test_a_feed_is_shown_as_a_reader_shows_it_with_its_xml_at_hand(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = (await making.draft(house, staff)).id
    sheet = await (await enter("editor")).get(f"/releases/{release}/preview/rss")
    reader = sheet.soup.select_one("article.reader")
    assert reader is not None
    assert "关于测试的通知" in reader.get_text()
    assert "<entry" in sheet.soup.find("pre").get_text()  # type: ignore[union-attr]


async def test_a_closed_document_is_refused_on_every_channel_in_plain_words(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    closed = {"disclosure": "closed", "disclosure_ground": "条例第十六条"}
    release = (await making.draft(house, staff, **closed)).id
    clerk = await enter("editor")
    overview = await clerk.get(f"/releases/{release}/preview")
    assert overview.words.count("不能接收") == 2
    sheet = await clerk.get(f"/releases/{release}/preview/website")
    assert "不能接收这一版" in sheet.words
    assert "请先核对公开属性" in sheet.words
    assert not sheet.soup.find("iframe")
    assert (await clerk.get(f"/releases/{release}/preview/website/frame/zcwj/{release}.html")).status == 404


async def test_what_changed_since_the_channel_last_got_it_is_marked(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    clerk = await enter("editor")
    before = await clerk.get(f"/releases/{edition.release}/preview/website")
    assert "还没有接收过更早的版本" in before.words
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    assert "已交付投递" in (await clerk.get(f"/releases/{edition.release}/preview/website")).words


@pytest.mark.parametrize(
    "path",
    ["nothing", "website/frame/../../etc/passwd", "website/frame/zcwj/1.html", "rss/frame/policy.atom?part=/no/where",
     "website/scene/cover.jpg", "website/raw/x", "website/frame/%00", "rss/frame/policy.atom?part=/~2/9"],
)  # fmt: skip
async def test_what_was_not_rendered_is_not_there(
    house: House, staff: dict[str, Person], enter: Enter, path: str
) -> None:
    release = (await making.draft(house, staff)).id
    sheet = await (await enter("editor")).get(f"/releases/{release}/preview/{path}")
    assert sheet.status in {404, 409}, sheet.words


async def test_a_time_that_is_none_is_taken_for_now(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = (await making.draft(house, staff)).id
    clerk = await enter("editor")
    for at in ("", "rubbish", "0001-01-01T00:00", "9999-12-31T23:59", "2026-12-01T09:00+23:59"):
        assert (await clerk.get(f"/releases/{release}/preview/website?at={at}")).status == 200, at


def test_a_part_of_a_file_is_found_by_its_pointer() -> None:
    record = RenderedFile(name="a.json", media="application/json", body=b'{"records":[{"a/b":"<p>x</p>"}]}')
    assert framed.part(record, "/records/0/a~1b") == "<p>x</p>"
    for nowhere in ("/records/1/a~1b", "/records", "/records/x", "/none/0"):
        with pytest.raises(KeyError):
            framed.part(record, nowhere)


def test_a_style_sheet_that_is_not_in_the_scenery_is_left_out() -> None:
    page = '<!DOCTYPE html><html><head><link rel="stylesheet" href="http://elsewhere.example/x.css"></head></html>'
    shown = framed.page(page, scenery=(), pictures={}).decode()
    assert "elsewhere" not in shown
    assert framed.NOWHERE in shown
