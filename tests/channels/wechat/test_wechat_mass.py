"""Mass sends: sent once whatever is lost, known by their events, confirmed by an administrator, taken down again."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from channels import contract
from channels.conformance.memory import MemoryBudgets
from schemas.delivery import Action, Reaction
from schemas.entry import BEIJING
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting
from schemas.standing import StandingKind
from tests.channels.conftest import MemoryNotes, build_notice
from tests.channels.wechat.stage import AES_KEY, Opener, Stage, patiently
from tests.channels.wechat.test_wechat_crash import Dying, Killed

MakeParcel = Callable[..., Parcel]
SENDALL = "message/mass/sendall"


@pytest.fixture
def parcel(make_parcel: MakeParcel) -> Parcel:
    return make_parcel().model_copy(update={"choice": "mass"})


async def sent(one: Stage, parcel: Parcel, notes: Any) -> tuple[Receipt, tuple[Sighting, ...]]:
    await one.channel.prepare(parcel, notes)
    receipt = await one.channel.commit(parcel, notes)
    return receipt, await sighted(one, parcel, receipt, notes)


async def sighted(one: Stage, parcel: Parcel, receipt: Receipt, notes: Any) -> tuple[Sighting, ...]:
    return await patiently(lambda: one.channel.sight(parcel, receipt, notes))


async def refused(one: Stage, parcel: Parcel, receipt: Receipt, notes: Any) -> contract.ChannelError:
    with pytest.raises(contract.ChannelError) as caught:
        await sighted(one, parcel, receipt, notes)
    return caught.value


@pytest.mark.parametrize(("aes_key", "form"), [("", "xml"), ("", "json"), (AES_KEY, "xml"), (AES_KEY, "json")])
async def test_the_event_brings_the_addresses(
    stage: Opener, parcel: Parcel, notes: Any, aes_key: str, form: str
) -> None:
    one = await stage(aes_key=aes_key, callback_format=form, account={"poll_seconds": (60.0,)})
    receipt, sightings = await sent(one, parcel, notes)
    book = await one.book()
    assert [found.document for found in sightings] == ["policy", "interpretation-1"]
    assert receipt.id.startswith("mass:")
    assert (len(book["sends"]), book["jobs"], book["drafts"]) == (1, {}, {})
    assert "/cgi-bin/message/mass/get" not in book["calls"]
    assert await one.channel.look_up(parcel, notes) == receipt


@pytest.mark.parametrize(("fault", "arrived"), [("drop_reply", 1), ("close", 0), ("http502", 0)])
async def test_an_unknown_outcome_is_found_out_by_the_same_call_and_sent_once(
    stage: Opener, parcel: Parcel, notes: Any, fault: str, arrived: int
) -> None:
    one = await stage()
    await one.channel.prepare(parcel, notes)
    await one.order(SENDALL, fault)
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.commit(parcel, notes)
    assert caught.value.trouble.reaction is Reaction.ASK
    assert len((await one.book())["sends"]) == arrived
    receipt = await patiently(lambda: one.channel.look_up(parcel, notes))
    assert receipt is not None
    assert len(await patiently(lambda: one.channel.sight(parcel, receipt, notes))) == 2
    book = await one.book()
    assert len(book["sends"]) == 1
    assert {send["client"] for send in book["sends"].values()} == {parcel.key}


@pytest.mark.parametrize("key", ["mass.tried", "mass.reply", "mass"])
async def test_a_crash_anywhere_in_sending_sends_once(stage: Opener, parcel: Parcel, key: str) -> None:
    one, notes = await stage(), Dying(key)
    await one.channel.prepare(parcel, notes)
    with pytest.raises(Killed):
        await one.channel.commit(parcel, notes)
    receipt = await patiently(lambda: one.channel.look_up(parcel, notes))
    assert (receipt is None) is (key == "mass.tried")
    receipt = receipt or await one.channel.commit(parcel, notes)
    assert len(await sighted(one, parcel, receipt, notes)) == 2
    assert len((await one.book())["sends"]) == 1


async def test_what_was_withdrawn_meanwhile_is_never_sent_to_find_out(
    stage: Opener, parcel: Parcel, notes: Any
) -> None:
    one, void = await stage(), parcel.model_copy(update={"is_void": True})
    await one.channel.prepare(parcel, notes)
    await one.order(SENDALL, "close")
    with pytest.raises(contract.ChannelError):
        await one.channel.commit(parcel, notes)
    assert await patiently(lambda: one.channel.look_up(void, notes)) is None
    assert (await one.book())["sends"] == {}


async def test_a_first_call_that_is_said_to_be_a_repetition_is_adopted(
    stage: Opener, parcel: Parcel, notes: Any
) -> None:
    one = await stage()
    await one.order(SENDALL, "same")
    assert len((await sent(one, parcel, notes))[1]) == 2
    assert len((await one.book())["sends"]) == 1


async def test_a_lost_event_leaves_addresses_that_a_person_must_look_up(
    stage: Opener, parcel: Parcel, notes: Any
) -> None:
    one = await stage(account={"poll_seconds": (0.02,)})
    await one.order(SENDALL, "lost_event")
    await one.channel.prepare(parcel, notes)
    error = await refused(one, parcel, await one.channel.commit(parcel, notes), notes)
    assert (error.trouble.reaction, error.trouble.code) == (Reaction.CONFIGURATION, "no_address")
    assert "填写查明的结果" in error.trouble.detail


async def test_an_administrator_confirms_refuses_or_says_nothing(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one = await stage(mass_protected=True, mass_per_day=9, confirm_seconds=0.4, account={"poll_seconds": (0.05,)})
    for agrees, code in ((True, ""), (False, "err_40001"), (None, "err_40002")):
        parcel, notes = make_parcel().model_copy(update={"choice": "mass"}), MemoryNotes()
        await one.channel.prepare(parcel, notes)
        receipt = await one.channel.commit(parcel, notes)
        if agrees is not None:
            waiting = await refused(one, parcel, receipt, notes)
            assert (waiting.trouble.reaction, waiting.trouble.code) == (Reaction.RETRY, "89504")
            assert "管理员" in waiting.trouble.detail
            await one.later("confirm", msg_id=int(receipt.id[5:]), agrees=agrees)
        else:
            await asyncio.sleep(0.6)
        if agrees:
            assert len(await sighted(one, parcel, receipt, notes)) == 2
        else:
            await asyncio.sleep(0.1)
            error = await refused(one, parcel, receipt, notes)
            assert (error.trouble.reaction, error.trouble.code) == (Reaction.DECLINED, code)


async def test_a_send_that_came_to_nothing_goes_again_when_a_person_says_so(
    stage: Opener, parcel: Parcel, notes: Any
) -> None:
    one = await stage()
    await one.order(SENDALL, "sent", word="err(20013)")
    await one.channel.prepare(parcel, notes)
    error = await refused(one, parcel, await one.channel.commit(parcel, notes), notes)
    assert (error.trouble.reaction, error.trouble.code) == (Reaction.CONTENT, "err_20013")
    # The hub forgets what the send took with it, and begins anew.
    again = MemoryNotes()
    assert len((await sent(one, parcel, again))[1]) == 2
    assert len({send["client"] for send in (await one.book())["sends"].values()}) == 2


async def test_a_reprint_is_named_by_its_article(stage: Opener, parcel: Parcel, notes: Any) -> None:
    one = await stage()
    await one.order(SENDALL, "sent", word="err(30003)")
    await one.channel.prepare(parcel, notes)
    error = await refused(one, parcel, await one.channel.commit(parcel, notes), notes)
    assert "转载" in error.trouble.detail
    assert "第 1 篇" in error.trouble.detail


async def test_the_days_sends_are_counted_by_success_and_stop_no_silent_publication(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one = await stage(mass_per_day=1)
    counted = one.channel._calls._counted = MemoryBudgets()
    first, second = (make_parcel().model_copy(update={"choice": "mass"}) for _ in range(2))
    await sent(one, first, notes)
    later = MemoryNotes()
    await one.channel.prepare(second, later)
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.commit(second, later)
    trouble = caught.value.trouble
    assert (trouble.reaction, trouble.code, trouble.is_own) == (Reaction.QUOTA, "45028", True)
    assert counted.spent[SENDALL] == 1
    silent = second.model_copy(update={"choice": "freepublish"})
    assert (await one.channel.commit(silent, later)).id.isdecimal()


async def test_a_service_accounts_sends_start_again_with_the_month(
    stage: Opener, parcel: Parcel, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await stage(mass_per_day=0, account={"account": "service"})
    [budget] = [found for found in one.channel.traits.budgets if found.endpoint == SENDALL]
    assert (budget.limit, budget.is_monthly) == (4, True)
    noon = datetime(2026, 12, 30, 12, tzinfo=BEIJING)
    monkeypatch.setattr(one.channel._calls, "_clock", lambda: noon)
    await one.channel.prepare(parcel, notes)
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.commit(parcel, notes)
    assert caught.value.trouble.code == "45028"
    # 00:10 on the first of January, in Beijing.
    assert caught.value.trouble.retry_after_seconds == pytest.approx(36 * 3600 + 600)


async def test_a_mass_send_is_taken_down(stage: Opener, parcel: Parcel, notes: Any) -> None:
    one = await stage()
    receipt, _ = await sent(one, parcel, notes)
    notice = build_notice(StandingKind.WITHDRAWN)
    gone = parcel.model_copy(update={"action": Action.WITHDRAW, "notice": notice, "published": receipt})
    after = MemoryNotes()
    await one.channel.prepare(gone, after)
    assert await one.channel.look_up(gone, after) is None
    done = await one.channel.commit(gone, after)
    assert await one.channel.look_up(gone, after) is not None
    assert len(await patiently(lambda: one.channel.sight(gone, done, after))) == 2
    assert [send["status"] for send in (await one.book())["sends"].values()] == ["DELETE"]


async def test_mass_sends_are_offered_only_where_their_events_are_heard(stage: Opener) -> None:
    deaf = await stage(account={"token": ""})
    assert deaf.channel.traits.choices == ()
    assert [one.name for one in (await stage(account={"way": "mass"})).channel.traits.choices] == [
        "mass",
        "freepublish",
    ]
    with pytest.raises(ValueError, match="token"):
        await stage(account={"way": "mass", "token": ""})
