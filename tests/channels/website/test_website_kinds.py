"""What a page says by the kind of its document, and that it says by itself when something is over."""

from datetime import date, timedelta
from typing import Any

from channels import website
from channels.conformance.memory import MemoryNotes, MemoryShelf
from channels.contract import now_utc
from channels.tree import Tree
from channels.website import closing, dates
from schemas import addresses
from schemas.edition import Edition
from schemas.particulars import Form
from tests.channels.conftest import build_edition
from tests.channels.website.shown import MakeParcel, official, page, publish, read

PLACE = addresses.path(1001, "policy")


def consultation(last: date, **particulars: Any) -> Edition:
    told = {"closes_on": last, "feedback_email": "a@tj.gov.cn", "heard_at": "2026-03-01T09:00", **particulars}
    return build_edition(kind="consultation", particulars=told, interpretations=0)


def test_the_metadata_block_tells_what_the_kind_has_and_nothing_of_staffs_own(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    text = page(channel, make_parcel(consultation(date(2026, 4, 1), outcome_link="https://tj.gov.cn/r?a=1&b=2")))
    assert '<th scope="row">截止日期</th><td colspan="3">2026年4月1日</td>' in text
    assert '<a href="mailto:a@tj.gov.cn">a@tj.gov.cn</a>' in text
    assert '<a href="https://tj.gov.cn/r?a=1&amp;b=2">' in text
    assert "发现时间" not in text
    plain = page(channel, make_parcel())
    assert "gongbu-closing" not in plain
    assert "解读形式" not in plain


async def test_a_page_says_by_itself_that_it_is_over(
    channel: website.Website, tree: Tree, make_parcel: MakeParcel, notes: MemoryNotes, shelf: MemoryShelf
) -> None:
    yesterday = dates.of(now_utc()) - timedelta(days=1)
    parcel = make_parcel(consultation(yesterday), planned_at=now_utc() - timedelta(days=9))
    await publish(channel, parcel, notes, shelf)
    assert "征求意见中" in read(tree, PLACE)
    await channel.tend()
    after = read(tree, PLACE)
    assert "征求意见中" not in after
    assert f"征求意见已于{dates.chinese(yesterday)}24时截止" in after
    # Nothing else on the page is another, and a page that is written for a later day says so from the beginning.
    assert closing.turned(page(channel, parcel).encode(), dates.of(now_utc())) == after.encode()
    assert "已截止" in page(channel, make_parcel(parcel.edition, planned_at=now_utc()))
    await channel.tend()
    assert read(tree, PLACE) == after


async def test_what_was_given_more_time_is_not_closed_by_its_old_day(
    channel: website.Website, tree: Tree, make_parcel: MakeParcel, notes: MemoryNotes, shelf: MemoryShelf
) -> None:
    today = dates.of(now_utc())
    old = make_parcel(consultation(today - timedelta(days=1)), planned_at=now_utc() - timedelta(days=9))
    await publish(channel, old, notes, shelf)
    longer = consultation(today + timedelta(days=9)).model_copy(update={"number": 2})
    await publish(channel, make_parcel(longer, planned_at=now_utc()), notes, shelf)
    await channel.tend()
    assert "征求意见中" in read(tree, PLACE)


def test_a_later_version_of_a_living_list_leads_to_what_changed(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    told = {"list_version": "2026年版", "checked_on": date(2026, 2, 1)}
    edition = build_edition(kind="powers", particulars=told, number=2)
    first = make_parcel(edition)
    assert "逐字对照" not in page(channel, first)
    later = make_parcel(edition, official_at=official(first).official_at)
    assert f'<a href="{addresses.comparison(1001)}">逐字对照</a>' in page(channel, later)


def test_a_form_is_told_on_its_own_page_and_where_it_is_named(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    plain = build_edition()
    drawn = plain.documents[1].model_copy(update={"form": Form.GRAPHIC})
    parcel = make_parcel(plain.model_copy(update={"documents": (plain.policy, drawn)}))
    assert f'{drawn.title}</a> <span class="detail">图解</span>' in page(channel, parcel)
    # A table of this fact alone has two columns: a cell that spans four establishes two that nothing begins in.
    assert '<th scope="row">解读形式</th><td>图解</td>' in page(channel, parcel, 1)
