import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import contract, wechat
from channels.wechat import errors
from channels.wechat.errors import Use
from schemas.delivery import Reaction
from schemas.entry import BEIJING
from schemas.parcel import Parcel
from tests.channels.wechat.stage import APP_ID, SECRET, Opener, Stage

MakeParcel = Callable[..., Parcel]
EVENING = datetime(2026, 3, 2, 22, 10, tzinfo=BEIJING)


async def trouble_of(one: Stage, parcel: Parcel, notes: Any) -> contract.ChannelError:
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.prepare(parcel, notes)
    return caught.value


def everything_in(error: BaseException | None) -> str:
    """The words of an exception and of all that hangs on it, suppressed or not."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__]
    return " ".join(f"{one!r} {one!s} {vars(one)!r}" for one in seen)


async def test_a_token_that_ran_out_is_fetched_again_once(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage()
    await one.order("material/add_material", "errcode", errcode=40001, errmsg="invalid credential")
    await one.channel.prepare(make_parcel(), notes)
    assert (await one.book())["calls"]["/cgi-bin/stable_token"] == 2


async def test_a_token_refused_for_ever_costs_three_fetches_and_calls_a_person(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one = await stage()
    await one.order("material/add_material", "errcode", errcode=40001, errmsg="invalid credential", times=100)
    error = await trouble_of(one, make_parcel(), notes)
    assert error.trouble.reaction is Reaction.CREDENTIALS
    assert (await one.book())["calls"]["/cgi-bin/stable_token"] == 3
    # Forcing is rationed by the platform: the next one does not force again.
    await trouble_of(one, make_parcel(), notes)
    assert (await one.book())["calls"]["/cgi-bin/stable_token"] == 4


async def test_many_deliveries_at_once_fetch_one_token(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage()
    await asyncio.gather(*(one.channel.prepare(make_parcel(release=n), type(notes)()) for n in range(1, 6)))
    assert (await one.book())["calls"]["/cgi-bin/stable_token"] == 1


async def test_a_wrong_secret_is_a_person_s_and_is_not_shown(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one = await stage(account={"secret": "another-secret"})
    error = await trouble_of(one, make_parcel(), notes)
    assert error.trouble.reaction is Reaction.CREDENTIALS
    assert "another-secret" not in everything_in(error)


async def test_an_address_that_is_not_allowed_is_named(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage(allowed_addresses=frozenset())
    error = await trouble_of(one, make_parcel(), notes)
    assert error.trouble.reaction is Reaction.CONFIGURATION
    assert "（127.0.0.1）" in error.trouble.detail


async def test_an_unverified_account_is_told_so_at_the_commit(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(verified=False), make_parcel()
    await one.channel.prepare(parcel, notes)
    with pytest.raises(contract.ChannelError) as caught:
        await one.channel.commit(parcel, notes)
    assert (caught.value.trouble.reaction, caught.value.trouble.code) == (Reaction.CONFIGURATION, "48001")


async def test_a_used_up_quota_waits_for_the_new_day(stage: Opener, make_parcel: MakeParcel, notes: Any) -> None:
    one = await stage(quotas={"/cgi-bin/draft/add": 0})
    error = await trouble_of(one, make_parcel(), notes)
    assert error.trouble.reaction is Reaction.QUOTA
    assert 600 <= (error.trouble.retry_after_seconds or 0) <= 87_000


async def test_raw_utf8_is_sent_so_that_the_length_limits_count_characters(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one = await stage(escapes="refuse")
    await one.channel.prepare(make_parcel(), notes)
    assert len((await one.book())["drafts"]) == 1


@pytest.mark.parametrize("fault", ["http502", "html200", "close", "drop_reply"])
async def test_uploads_without_an_answer_are_repeated(
    stage: Opener, make_parcel: MakeParcel, notes: Any, fault: str
) -> None:
    one = await stage()
    await one.order("material/add_material", fault)
    error = await trouble_of(one, make_parcel(), notes)
    assert error.trouble.reaction is Reaction.RETRY
    await one.channel.prepare(make_parcel(), notes)


async def test_a_slow_answer_is_given_up_in_time_and_shows_no_secret(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one = await stage(account={"timeout_seconds": 0.2})
    await one.order("draft/add", "delay", seconds=1.0)
    error = await trouble_of(one, make_parcel(), notes)
    assert error.trouble.reaction is Reaction.ASK
    words = everything_in(error)
    assert SECRET not in words
    assert "access_token=" not in words


async def test_a_platform_that_is_not_there_certainly_did_nothing(
    tools: contract.Tools, make_parcel: MakeParcel, notes: Any
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    account = {"name": "wechat", "kind": "wechat", "app_id": APP_ID, "secret": SECRET}
    channel = wechat.build({**account, "api_base": f"http://127.0.0.1:{port}"}, tools)
    notes.kept["draft.media_id"] = "made-before"
    with pytest.raises(contract.ChannelError) as caught:
        await channel.commit(make_parcel(), notes)
    await channel.close()
    assert caught.value.trouble.reaction is Reaction.RETRY
    assert SECRET not in everything_in(caught.value)


def test_settings_show_no_secret_when_they_are_wrong(tools: contract.Tools) -> None:
    account = {"name": "wechat", "kind": "wechat", "app_id": APP_ID, "secret": SECRET, "aes_key": "too-short"}
    with pytest.raises(ValueError, match="43 位") as caught:
        wechat.build(account, tools)
    assert "too-short" not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "use", "reaction"),
    [
        (-1, Use.READ, Reaction.RETRY),
        (-1, Use.WRITE, Reaction.ASK),
        (40007, Use.WRITE, Reaction.ASK),
        (40033, Use.WRITE, Reaction.BUG),
        (45009, Use.READ, Reaction.QUOTA),
        (45011, Use.WRITE, Reaction.RETRY),
        (48001, Use.WRITE, Reaction.CONFIGURATION),
        (53503, Use.WRITE, Reaction.CONTENT),
        (99999, Use.READ, Reaction.RETRY),
        (99999, Use.WRITE, Reaction.ASK),
    ],
)
def test_each_code_has_its_reaction(code: int, use: Use, reaction: Reaction) -> None:
    assert errors.refused(code, "words", use=use, now=EVENING).trouble.reaction is reaction


def test_the_new_day_of_the_quota_begins_ten_past_midnight_in_beijing() -> None:
    assert errors.seconds_to_new_day(EVENING) == 2 * 3600


@given(st.datetimes(timezones=st.just(BEIJING), min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)))  # noqa: DTZ001
def test_the_new_day_is_never_past_and_never_two_days_away(now: datetime) -> None:
    assert 600 < errors.seconds_to_new_day(now) <= 87_000


@given(st.integers(), st.text(), st.sampled_from(Use))
def test_any_answer_has_a_reaction(code: int, message: str, use: Use) -> None:
    trouble = errors.refused(code, message, use=use, now=EVENING).trouble
    assert len(trouble.detail) <= 500
