"""Taking articles down: the right ones, by a call that is never repeated on hope, and seen to be gone."""

from collections.abc import Callable
from typing import Any

import pytest

from channels import contract
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt
from schemas.standing import StandingKind
from tests.channels.conftest import MemoryNotes, build_notice
from tests.channels.wechat.stage import Opener, Stage, patiently

MakeParcel = Callable[..., Parcel]
GONE = build_notice(StandingKind.WITHDRAWN)


async def published(stage: Stage, parcel: Parcel) -> tuple[Receipt, dict[str, str]]:
    notes = MemoryNotes()
    await patiently(lambda: stage.channel.prepare(parcel, notes))
    receipt = await stage.channel.commit(parcel, notes)
    seen = await patiently(lambda: stage.channel.sight(parcel, receipt, notes))
    return receipt, {one.document: one.address for one in seen}


def withdrawn(parcel: Parcel, receipt: Receipt | None) -> Parcel:
    return parcel.model_copy(update={"action": Action.WITHDRAW, "notice": GONE, "published": receipt})


async def deleted(stage: Stage) -> list[bool]:
    return [item["is_deleted"] for one in (await stage.book())["articles"].values() for item in one["items"]]


async def test_both_articles_of_the_draft_go_and_no_others(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    here = await stage()
    parcel = make_parcel()
    receipt, _ = await published(here, parcel)
    await published(here, make_parcel(number=2))
    gone = withdrawn(parcel, receipt)
    await patiently(lambda: here.channel.prepare(gone, notes))
    done = await here.channel.commit(gone, notes)
    assert await deleted(here) == [True, True, False, False]
    assert len(await patiently(lambda: here.channel.sight(gone, done, notes))) == 2


async def test_an_unanswered_deletion_is_asked_about(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    here = await stage()
    parcel = make_parcel()
    receipt, _ = await published(here, parcel)
    gone = withdrawn(parcel, receipt)
    await patiently(lambda: here.channel.prepare(gone, notes))
    for fault, is_done in (("close", False), ("drop_reply", True)):
        await here.order("freepublish/delete", fault)
        with pytest.raises(contract.ChannelError) as told:
            await here.channel.commit(gone, notes)
        assert told.value.trouble.reaction is Reaction.ASK
        assert (await here.channel.look_up(gone, notes) is not None) is is_done


async def test_the_days_deletions_may_be_used_up(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    here = await stage(quotas={"/cgi-bin/freepublish/delete": 0})
    parcel = make_parcel()
    receipt, _ = await published(here, parcel)
    gone = withdrawn(parcel, receipt)
    await patiently(lambda: here.channel.prepare(gone, notes))
    with pytest.raises(contract.ChannelError) as told:
        await here.channel.commit(gone, notes)
    assert told.value.trouble.reaction is Reaction.QUOTA
    assert {one.endpoint: one.limit for one in here.channel.traits.budgets}["freepublish/delete"] == 10
    assert "每天最多删除 10 次" in here.channel.traits.withdraw.words


async def test_what_was_never_taken_needs_no_deletion(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    here = await stage()
    gone = withdrawn(make_parcel(), None)
    await here.channel.prepare(gone, notes)
    receipt = await here.channel.commit(gone, notes)
    assert await here.channel.sight(gone, receipt, notes) == ()
    assert "/cgi-bin/freepublish/delete" not in (await here.book())["calls"]


async def test_an_article_that_a_person_found_is_known_by_its_address(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    here = await stage()
    parcel = make_parcel()
    _, addresses = await published(here, parcel)
    by_hand = Receipt(id="settled by hand", addresses={"policy": addresses["policy"]})
    gone = withdrawn(parcel, by_hand)
    await here.channel.prepare(gone, notes)
    receipt = await here.channel.commit(gone, notes)
    assert await deleted(here) == [True, True]
    assert [one.document for one in await here.channel.sight(gone, receipt, notes)] == ["policy"]


async def test_an_article_that_the_list_does_not_name_is_a_persons(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    here = await stage()
    parcel = make_parcel()
    receipt, addresses = await published(here, parcel)
    await here.order("freepublish/batchget", "errcode", errcode=-1)
    gone = withdrawn(parcel, Receipt(id="by hand", addresses=addresses))
    with pytest.raises(contract.ChannelError) as told:
        await here.channel.prepare(gone, notes)
    assert told.value.trouble.reaction is Reaction.RETRY
    nowhere = {"policy": f"{here.base}/s/nowhere"}
    await here.channel.prepare(withdrawn(parcel, Receipt(id="by hand", addresses=nowhere)), notes)
    assert notes.kept["article"] == {"id": "", "urls": nowhere}
    assert receipt.id


async def test_a_page_that_merely_does_not_show_the_text_is_no_proof(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    here = await stage()
    parcel = make_parcel()
    receipt, _ = await published(here, parcel)
    gone = withdrawn(parcel, receipt)
    await patiently(lambda: here.channel.prepare(gone, notes))
    article = notes.kept["article"]
    # As if the platform showed a riddle for robots at the address.
    notes.kept["article"] = {**article, "urls": {"policy": f"{here.base}/s/riddle"}}
    with pytest.raises(contract.NotYetError):
        await here.channel.sight(gone, receipt, notes)
