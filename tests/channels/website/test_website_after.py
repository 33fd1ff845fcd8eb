"""After a publication: what a withdrawal takes along, and what a mark changes, on real files and a real server."""

import re
from datetime import date
from typing import Any

import pytest

from channels import website
from channels.contract import ChannelError, NotYetError, Tools
from channels.tree import Tree
from channels.website import sight
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel
from schemas.standing import StandingKind, Successor
from tests.channels.conftest import build_notice
from tests.channels.website.shown import MakeParcel, annotate, page, publish, read, tags

GONE = build_notice(
    StandingKind.WITHDRAWN, reason="附件含有个人信息", successor=Successor(release=1009, title="新文件")
)
PDF = b"%PDF"


@pytest.fixture
def parcel(make_parcel: MakeParcel, make_attachment: Any, blobs: Any) -> Parcel:
    blobs.put(PDF)
    blobs.put(b"PNG")
    image = make_attachment(b"PNG", "图.png", "image/png")
    return make_parcel(
        interpretations=2,
        body=f'<p>请看图。</p><p><img src="blob:{image.sha256}" alt="图"></p>',
        attachments=(make_attachment(PDF, "名单.pdf", "application/pdf"),),
        images=(image,),
    )


def withdrawn(parcel: Parcel) -> Parcel:
    return parcel.model_copy(update={"action": Action.WITHDRAW, "notice": GONE})


def marked(parcel: Parcel, **changes: Any) -> Parcel:
    return parcel.model_copy(update={"action": Action.ANNOTATE, "notice": build_notice(**changes)})


async def test_a_withdrawal_takes_along_all_that_the_text_brought(
    channel: website.Website, parcel: Parcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    await publish(channel, parcel, notes, shelf)
    files = {str(one.relative_to(tree.root)) for one in tree.root.rglob("*") if one.is_file()}
    brought = {one for one in files if "attachment" in one or one.startswith("images/") or one.endswith("/text.docx")}
    assert len(brought) == 2 + len(parcel.edition.documents)
    receipt = await publish(channel, withdrawn(parcel), notes, shelf)
    left = {str(one.relative_to(tree.root)) for one in tree.root.rglob("*") if one.is_file()}
    # Lists, which the first publication leaves to its annotation, are there now too.
    assert files - brought <= left
    assert not brought & left
    assert len(await channel.sight(withdrawn(parcel), receipt, notes)) == 3


async def test_a_file_that_is_still_served_is_not_gone(
    channel: website.Website, parcel: Parcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    await publish(channel, parcel, notes, shelf)
    receipt = await publish(channel, withdrawn(parcel), notes, shelf)
    await tree.write("/zcwj/1001/attachment-1.pdf", PDF)
    with pytest.raises(NotYetError):
        await channel.sight(withdrawn(parcel), receipt, notes)


async def test_a_reading_that_a_correction_dropped_goes_with_the_rest(
    channel: website.Website, parcel: Parcel, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    await publish(channel, parcel, notes, shelf)
    newer = make_parcel(number=2, interpretations=1)
    await publish(channel, newer, notes, shelf)
    assert tree.has("/zcjd/1001-2.html")
    await publish(channel, withdrawn(newer), notes, shelf)
    assert not tree.has("/zcjd/1001-2.html")


async def test_no_list_names_what_is_withdrawn_and_no_search_engine_shall(
    channel: website.Website, parcel: Parcel, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    for one in (parcel, make_parcel(release=1002)):
        await publish(channel, one, notes, shelf)
        await annotate(channel, one, notes)
    lists = ("/index.html", "/zcwj/index.html", "/zcwj/list-1.html", "/zcjd/list-1.html", "/sitemap-1.xml")
    assert all("1001" in read(tree, path) for path in lists)
    await publish(channel, withdrawn(parcel), notes, shelf)
    for path in lists:
        assert "1001" not in read(tree, path)
        assert "1002" in read(tree, path)
    told = dict(tags(read(tree, "/zcwj/1001.html")))
    assert told["robots"] == "noindex"
    assert told["gongbu:standing"] == "1/withdrawn"
    assert not {"Description", "Image"} & set(told), "of the text nothing is described"
    assert "撤回" in told["description"]


async def test_the_notice_says_all_that_is_still_told(channel: website.Website, parcel: Parcel, tools: Tools) -> None:
    text = page(channel, withdrawn(parcel))
    for said in ("撤回说明", parcel.edition.policy.title, "津规资办发〔2026〕12号", GONE.reason, GONE.ground):
        assert said in text
    assert f'<a href="{tools.site.url}/zcwj/1009.html">新文件</a>' in text
    assert "请看图" not in text
    assert parcel.edition.policy.summary not in text


async def test_a_stopped_process_cannot_bring_the_text_back(
    channel: website.Website, parcel: Parcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    await publish(channel, parcel, notes, shelf)
    await publish(channel, withdrawn(parcel), notes, shelf)
    for late in (parcel, marked(parcel, serial=1)):
        if late.action is Action.ANNOTATE:
            late = late.model_copy(update={"notice": None})  # noqa: PLW2901 - the official time alone
        with pytest.raises(ChannelError) as told:
            await channel.commit(late, notes)
        assert (told.value.trouble.reaction, told.value.trouble.code) == (Reaction.BUG, "overtaken")
    assert "请看图" not in read(tree, "/zcwj/1001.html")
    assert not tree.has("/zcwj/1001/attachment-1.pdf")


async def test_a_mark_stands_in_title_banner_table_and_lists(
    channel: website.Website, parcel: Parcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    await publish(channel, parcel, notes, shelf)
    await publish(channel, marked(parcel), notes, shelf)
    text = read(tree, "/zcwj/1001.html")
    assert "(已废止)</h1>" in text.replace("</span>", "")
    assert "本文件自2026年11月1日起废止。" in text
    assert '<td colspan="3">已废止（自2026年11月1日起）</td>' in text
    assert "(已废止)</span></a>" in read(tree, "/zcwj/index.html")
    reading = read(tree, "/zcjd/1001-1.html")
    assert "所解读的文件自2026年11月1日起废止。" in reading
    assert "(已废止)" not in dict(tags(reading))["ArticleTitle"]


async def test_an_extension_says_until_when(channel: website.Website, make_parcel: MakeParcel) -> None:
    parcel = make_parcel(expires_on=date(2026, 12, 31))
    extended = marked(parcel, kind=StandingKind.IN_FORCE, expires_on=date(2028, 12, 31), successor=None)
    text = page(channel, extended)
    assert "本文件继续有效，有效期延长至2028年12月31日。" in text
    assert "有效，有效期延长至2028年12月31日" in text
    assert "有效期至2026年12月31日" not in text
    assert re.search(r"失效日期</th><td[^>]*>2028年12月31日（原为2026年12月31日）</td>", text)
    assert re.search(r"失效日期</th><td[^>]*>2026年12月31日</td>", page(channel, parcel))


def test_only_this_withdrawal_or_nothing_at_all_is_gone(channel: website.Website, parcel: Parcel) -> None:
    gone, policy = withdrawn(parcel), parcel.edition.policy
    notice = channel.render(gone).files[0].body
    text = channel.render(parcel).files[0].body
    earlier = gone.model_copy(update={"notice": GONE.model_copy(update={"serial": 2})})
    assert sight.is_gone(notice, gone, policy)
    assert sight.is_gone(None, gone, policy)
    assert not sight.is_gone(text, gone, policy)
    assert not sight.is_gone(notice, earlier, policy)
    assert not sight.is_gone(b"<html>502 Bad Gateway</html>", gone, policy)
    assert not sight.is_gone(notice.replace(b"</main>", policy.body.encode() + b"</main>"), gone, policy)
