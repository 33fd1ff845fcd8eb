"""Pages are looked at before the public can: what was tried need not be read again, what falls short never leaves."""

from typing import Any

import pytest

from channels import website
from channels.conformance.editions import build_notice
from channels.contract import ChannelError, NotYetError
from channels.tree import Tree
from channels.website import pages, sight
from schemas import addresses
from schemas.delivery import Action, Reaction
from schemas.recent import Recent
from schemas.standing import StandingKind
from tests.channels.website.shown import MakeParcel, official, publish, read


async def test_pages_that_do_not_show_the_text_are_never_public(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pages.document
    monkeypatch.setattr(pages, "document", lambda *given: real(*given).replace("及时公开".encode(), b""))
    parcel = make_parcel()
    with pytest.raises(ChannelError) as refused:
        await channel.prepare(parcel, notes)
    assert (refused.value.trouble.reaction, refused.value.trouble.code) == (Reaction.BUG, "not_shown")
    with pytest.raises(ChannelError):
        await channel.ahead(parcel.edition)
    assert not channel.is_ready(parcel)
    assert not list(tree.root.rglob("*.html"))


@pytest.mark.parametrize("how", ["prepared", "ahead", "neither"])
async def test_a_page_that_was_tried_is_known_by_its_bytes_alone(
    channel: website.Website,
    make_parcel: MakeParcel,
    notes: Any,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    parcel = make_parcel()
    if how == "prepared":
        await channel.prepare(parcel, notes)
    elif how == "ahead":
        await channel.ahead(parcel.edition)
    assert channel.is_ready(parcel) is (how != "neither")
    receipt = await channel.commit(parcel, notes)
    monkeypatch.setattr(sight, "shows", lambda *_: False)
    if how == "neither":
        with pytest.raises(NotYetError):
            await channel.sight(parcel, receipt, notes)
    else:
        assert len(await channel.sight(parcel, receipt, notes)) == 2


async def test_a_page_that_somebody_changed_on_its_way_is_read(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    """A proxy that adds a line to every page keeps nobody from publishing; one that drops a word does."""
    parcel = make_parcel()
    receipt = await publish(channel, parcel, notes, shelf)
    page = read(tree, "/zcwj/1001.html")
    await tree.write("/zcwj/1001.html", page.replace("</body>", "<p>访问统计</p></body>").encode())
    assert len(await channel.sight(parcel, receipt, notes)) == 2
    await tree.write("/zcwj/1001.html", page.replace("及时公开", "公开").encode())
    with pytest.raises(NotYetError):
        await channel.sight(parcel, receipt, notes)


async def test_only_a_publication_is_known_by_its_bytes(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    """An annotation brings the official time, and a withdrawal takes the text away: both are read every time."""
    parcel = make_parcel()
    await publish(channel, parcel, notes, shelf)
    renderer = channel._renderer
    assert set(renderer.known(parcel)) == {addresses.path(1001, one.name) for one in parcel.edition.documents}
    channel.render(official(parcel))
    assert renderer.known(official(parcel)) == {}
    assert renderer.known(parcel.model_copy(update={"action": Action.WITHDRAW})) == {}
    assert renderer.known(make_parcel(number=2)) == {}


async def test_pages_that_tell_something_else_are_tried_by_themselves(
    channel: website.Website, make_parcel: MakeParcel, notes: Any
) -> None:
    """What was tried of an edition says nothing of its pages with a mark, nor of the notice that takes their place."""
    parcel = make_parcel()
    await channel.ahead(parcel.edition)
    marked = parcel.model_copy(update={"notice": build_notice()})
    gone = parcel.model_copy(update={"action": Action.WITHDRAW, "notice": build_notice(StandingKind.WITHDRAWN)})
    assert [channel.is_ready(one) for one in (parcel, marked, gone)] == [True, False, False]
    channel.render(marked)
    assert channel._renderer.known(marked) == {}
    await channel.prepare(marked, notes)
    await channel.prepare(gone, notes)
    assert set(channel._renderer.known(marked)) == {addresses.path(1001, one.name) for one in parcel.edition.documents}
    assert [channel.is_ready(one) for one in (parcel, marked, gone)] == [True, True, True]


def test_only_so_much_is_remembered() -> None:
    kept: Recent[int, str] = Recent(2)
    assert [kept.put(key, str(key)) for key in (1, 2, 1, 3)] == ["1", "2", "1", "3"]
    assert [kept.get(key) for key in (1, 2, 3)] == ["1", None, "3"]
