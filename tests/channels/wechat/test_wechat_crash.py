import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from channels import contract
from channels.wechat.publication import LOOKS_BEFORE_ABSENT
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from tests.channels.wechat.stage import Opener, patiently

MakeParcel = Callable[..., Parcel]


class Killed(BaseException):
    """The process died here."""


class Dying:
    """Notes whose process dies just before a key is kept, once."""

    def __init__(self, key: str) -> None:
        self.kept: dict[str, Any] = {}
        self._key = key

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    async def keep(self, key: str, value: Any) -> None:
        if key == self._key:
            self._key = ""
            raise Killed
        self.kept[key] = value

    async def now(self) -> datetime:
        return contract.now_utc()


@pytest.mark.parametrize("key", ["cover.intent", "cover.media_id", "draft.intent", "draft.media_id", "draft.verified"])
async def test_a_crash_anywhere_in_preparing_leaves_one_draft_and_one_cover(
    stage: Opener, make_parcel: MakeParcel, key: str
) -> None:
    one, parcel, notes = await stage(), make_parcel(), Dying(key)
    with pytest.raises(Killed):
        await one.channel.prepare(parcel, notes)
    await patiently(lambda: one.channel.prepare(parcel, notes))
    book = await one.book()
    assert (len(book["drafts"]), len(book["materials"])) == (1, 1)
    assert notes.kept["draft.media_id"] in book["drafts"]


async def test_a_dropped_reply_of_draft_add_leaves_one_draft(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(), make_parcel()
    await one.order("draft/add", "drop_reply")
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.prepare(parcel, notes)
    assert caught.value.trouble.reaction is Reaction.ASK
    await patiently(lambda: one.channel.prepare(parcel, notes))
    assert len((await one.book())["drafts"]) == 1


async def test_a_draft_that_never_arrived_is_added_after_two_scans(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(), make_parcel()
    await one.order("draft/add", "http502")
    with pytest.raises(contract.ChannelError):
        await one.channel.prepare(parcel, notes)
    await patiently(lambda: one.channel.prepare(parcel, notes))
    book = await one.book()
    assert len(book["drafts"]) == 1
    assert book["calls"]["/cgi-bin/draft/batchget"] >= 2


async def test_doubles_of_our_draft_are_deleted_and_strangers_are_not(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(), make_parcel()
    await one.channel.prepare(make_parcel(), type(notes)())
    first, second = type(notes)(), type(notes)()
    await one.channel.prepare(parcel, first)
    await one.channel.prepare(parcel, second)
    notes.kept = {"draft.intent": True}
    await one.channel.prepare(parcel, notes)
    assert len((await one.book())["drafts"]) == 2


@pytest.mark.parametrize("fault", ["drop_reply", "http502", "html200", "close"])
async def test_a_submission_without_a_readable_answer_is_of_unknown_outcome(
    stage: Opener, make_parcel: MakeParcel, notes: Any, fault: str
) -> None:
    one, parcel = await stage(), make_parcel()
    await one.channel.prepare(parcel, notes)
    await one.order("freepublish/submit", fault)
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.commit(parcel, notes)
    assert caught.value.trouble.reaction is Reaction.ASK


async def test_a_dropped_reply_of_submit_is_found_and_never_sent_twice(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(), make_parcel()
    await one.channel.prepare(parcel, notes)
    await one.order("freepublish/submit", "drop_reply")
    with pytest.raises(contract.ChannelError):
        await one.channel.commit(parcel, notes)
    receipt = await patiently(lambda: one.channel.look_up(parcel, notes))
    assert receipt is not None
    assert set(receipt.addresses) == {"policy", "interpretation-1"}
    assert len(await patiently(lambda: one.channel.sight(parcel, receipt, notes))) == 2
    assert len((await one.book())["articles"]) == 1


async def test_a_crash_after_submit_is_found_and_never_sent_twice(stage: Opener, make_parcel: MakeParcel) -> None:
    one, parcel, notes = await stage(), make_parcel(), Dying("publish")
    await one.channel.prepare(parcel, notes)
    with pytest.raises(Killed):
        await one.channel.commit(parcel, notes)
    receipt = await patiently(lambda: one.channel.look_up(parcel, notes))
    assert receipt is not None
    assert len((await one.book())["jobs"]) == 1


async def test_a_kept_answer_needs_no_question(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one, parcel = await stage(), make_parcel()
    await one.channel.prepare(parcel, notes)
    receipt = await one.channel.commit(parcel, notes)
    assert await one.channel.look_up(parcel, notes) == receipt
    assert "/cgi-bin/freepublish/batchget" not in (await one.book())["calls"]


async def test_a_draft_still_in_the_box_was_not_submitted_but_only_after_a_while(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(account={"settle_seconds": 0.4}), make_parcel()
    await one.channel.prepare(parcel, notes)
    await one.order("freepublish/submit", "close")
    with pytest.raises(contract.ChannelError):
        await one.channel.commit(parcel, notes)
    started = asyncio.get_running_loop().time()
    assert await patiently(lambda: one.channel.look_up(parcel, notes)) is None
    assert asyncio.get_running_loop().time() - started >= 0.4
    receipt = await one.channel.commit(parcel, notes)
    assert len(await patiently(lambda: one.channel.sight(parcel, receipt, notes))) == 2
    assert len((await one.book())["articles"]) == 1


async def test_a_stepped_clock_does_not_make_the_wait_shorter(
    stage: Opener, make_parcel: MakeParcel, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, parcel = await stage(account={"settle_seconds": 600}), make_parcel()
    await one.channel.prepare(parcel, notes)
    await one.order("freepublish/submit", "close")
    with pytest.raises(contract.ChannelError):
        await one.channel.commit(parcel, notes)
    for look in range(LOOKS_BEFORE_ABSENT + 2):
        for part in (one.channel._press._polls, one.channel._calls, one.channel._box):
            monkeypatch.setattr(part, "_clock", lambda days=look: contract.now_utc() + timedelta(days=days))
        with pytest.raises(contract.NotYetError):
            await one.channel.look_up(parcel, notes)


async def test_a_draft_that_left_without_an_article_is_for_a_person(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(), make_parcel()
    await one.channel.prepare(parcel, notes)
    notes.kept["draft.media_id"] = "gone"
    with pytest.raises(contract.ChannelError) as caught:
        await patiently(lambda: one.channel.look_up(parcel, notes))
    assert caught.value.trouble.reaction is Reaction.ASK


async def test_before_any_draft_there_is_nothing_to_find(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage()
    assert await one.channel.look_up(make_parcel(), notes) is None


async def test_a_deleted_cover_is_uploaded_again_once(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one, parcel = await stage(), make_parcel()
    notes.kept["cover.media_id"] = "deleted-by-hand"
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.prepare(parcel, notes)
    assert caught.value.trouble.reaction is Reaction.RETRY
    await one.channel.prepare(parcel, notes)
    assert len((await one.book())["drafts"]) == 1
