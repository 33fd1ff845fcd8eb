"""What counts as seen in a feed: the right words under the right digest, wherever newer entries pushed them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from channels import rss
from channels.contract import NotYetError
from channels.rss import sheets, sight
from channels.tree import Tree
from schemas.delivery import Action
from schemas.parcel import Parcel
from tests.channels.rss.shown import read

MakeParcel = Callable[..., Parcel]


def official(parcel: Parcel, **changes: Any) -> Parcel:
    at = parcel.planned_at + timedelta(seconds=2, milliseconds=417)
    return parcel.model_copy(update={"action": Action.ANNOTATE, "official_at": at, **changes})


async def test_the_official_time_arrives_by_annotation(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    parcel = make_parcel()
    shelf.put(parcel)
    receipt = await channel.commit(parcel, notes)
    annotation = official(parcel)
    with pytest.raises(NotYetError):
        await channel.sight(annotation, receipt, notes)
    shelf.put(annotation)
    await channel.commit(annotation, notes)
    seen = await channel.sight(annotation, receipt, notes)
    assert [one.document for one in seen] == ["policy", "interpretation-1"]
    assert sight.held(read(tree, "/feeds/all.rss"))["tag:ghhzrzy.tj.gov.cn,2026:1001/policy"].official == (
        "2026-03-02T09:30:02.417+08:00"
    )


async def test_the_older_delivery_is_still_seen_after_the_annotation(
    channel: rss.Rss, make_parcel: MakeParcel, notes: Any
) -> None:
    parcel = make_parcel()
    receipt = await channel.commit(parcel, notes)
    await channel.commit(official(parcel), notes)
    assert await channel.sight(parcel, receipt, notes)


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
async def test_wrong_content_under_the_right_digest_is_not_seen(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any, kind: str
) -> None:
    parcel = make_parcel()
    receipt = await channel.commit(parcel, notes)
    for name in ("all", "release-1001"):
        path = f"/feeds/{name}.{kind}"
        await tree.write(path, read(tree, path).replace("及时公开".encode(), "不予公开".encode()))
    with pytest.raises(NotYetError):
        await channel.sight(parcel, receipt, notes)


async def test_nothing_is_seen_before_the_commit(channel: rss.Rss, make_parcel: MakeParcel, notes: Any) -> None:
    parcel = make_parcel()
    await channel.prepare(parcel, notes)
    assert await channel.look_up(parcel, notes) is None
    receipt = await channel.commit(make_parcel(release=7), notes)
    with pytest.raises(NotYetError):
        await channel.sight(parcel, receipt, notes)


async def test_an_entry_that_newer_ones_pushed_out_is_seen_in_its_own_feed(
    channel: rss.Rss, make_parcel: MakeParcel, notes: Any, shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "SPAN", 5)
    first = make_parcel(release=1, interpretations=0)
    receipt = await channel.commit(first, notes)
    for release in range(2, sheets.SPAN + 3):
        later = first.planned_at + timedelta(minutes=release)
        shelf.put(make_parcel(release=release, interpretations=0, planned_at=later))
    await channel.tend()
    (seen,) = await channel.sight(first, receipt, notes)
    assert seen.address.endswith("/feeds/release-1.atom")


@pytest.mark.parametrize(
    "feed",
    [
        b"",
        b"<",
        b"\x00",
        b"<feed/>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><guid>&x;</guid></item></channel></rss>',
        b"<rss><channel>" + b"<item><guid>a</guid></item>" * 2 + b"</channel></rss>",
        b"{",
        b'{"items": 7}',
        b'{"items": [7, null]}',
        b'{"items": [' + b"[" * 100_000,
        b'{"items": [{"id": "a"}, {"id": "a", "_gongbu": []}]}',
    ],
)
def test_a_hostile_feed_holds_nothing(feed: bytes) -> None:
    assert not sight.held(feed)
