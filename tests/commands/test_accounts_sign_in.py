"""Signing in by password: what opens the door, what keeps it shut, and what nobody can tell from outside."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy import text
from structlog.testing import capture_logs

from hub.app import House
from hub.commands import guessing, people, signing_in
from hub.commands.signing_in import Confined, Entered
from hub.core import lockout
from hub.store import throttles
from schemas.errors import ErrorCode, HubError
from schemas.session import How, SecondFactor, Throttle
from tests.commands.accounts import PASSWORD, WHERE, entered, hire, set_row

NOW = datetime(2026, 11, 26, tzinfo=UTC)
Log = list[structlog.typing.EventDict]

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def told() -> Iterator[Log]:
    with capture_logs() as log:
        yield log


async def refused(house: House, login: str, password: str, **where: str) -> HubError:
    with pytest.raises(HubError) as error:
        await signing_in.sign_in(house.hub, login, password, **(WHERE | where))
    return error.value


async def test_the_right_password_opens_a_session_and_only_its_digest_is_kept(house: House) -> None:
    await hire(house)
    first, second = await entered(house), await entered(house, " Wang.Fang ")
    assert first.token != second.token
    assert first.session.how is How.PASSWORD
    async with house.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT sessions::text FROM sessions"))).scalars().all()
    assert len(rows) == 2
    assert not any(one.token in row for one in (first, second) for row in rows)


async def test_unknown_wrong_disabled_and_without_a_password_are_told_the_same(house: House, told: Log) -> None:
    await hire(house)
    await hire(house, "closed")
    await people.disable(house.hub, people.OPERATOR, "closed")
    await hire(house, "program", password=None)
    tries = [("nobody", PASSWORD), ("wang.fang", "wrong " + PASSWORD), ("closed", PASSWORD), ("program", PASSWORD)]
    errors = [await refused(house, *one) for one in tries]
    assert {(error.code, error.message) for error in errors} == {(ErrorCode.WRONG_SIGN_IN, errors[0].message)}
    lines = [line for line in told if line["event"] == "sign_in.refused"]
    # A password typed into the wrong field must not be written down.
    assert [line["login"] for line in lines] == ["?", "wang.fang", "closed", "program"]
    assert PASSWORD not in repr(told)


@pytest.mark.parametrize("login", ["wang.fang", "nobody"])
async def test_the_fifth_failure_locks_out_whoever_comes_next(house: House, login: str, told: Log) -> None:
    await hire(house)
    for _ in range(lockout.PERSON.free):
        assert (await refused(house, login, "wrong password")).code is ErrorCode.WRONG_SIGN_IN
    locked = await refused(house, login, PASSWORD, address="198.51.100.7")
    assert locked.code is ErrorCode.LOCKED_OUT
    assert "1 分钟" in locked.message
    assert [line["key"] for line in told if line["event"] == "sign_in.locked"] == [f"login:{login}"]


async def test_after_the_pause_the_right_password_opens_and_the_count_begins_anew(house: House) -> None:
    await hire(house)
    for _ in range(lockout.PERSON.free):
        await refused(house, "wang.fang", "wrong password")
    await set_row(house, "UPDATE throttles SET locked_until = clock_timestamp() WHERE key LIKE 'login:%'")
    assert (await refused(house, "wang.fang", "wrong password")).code is ErrorCode.WRONG_SIGN_IN
    assert "2 分钟" in (await refused(house, "wang.fang", PASSWORD)).message
    await set_row(house, "UPDATE throttles SET locked_until = clock_timestamp() WHERE key LIKE 'login:%'")
    await entered(house)
    async with house.engine.connect() as connection:
        query = text("SELECT key, failures FROM throttles")
        assert dict((await connection.execute(query)).all()) == {"address:192.0.2.1": 6}


async def test_guesses_at_the_same_moment_are_counted_one_by_one(house: House) -> None:
    await hire(house)
    guesses = [refused(house, "wang.fang", f"wrong password {n}", address=f"198.51.100.{n}") for n in range(20)]
    codes = [error.code for error in await asyncio.gather(*guesses)]
    assert codes.count(ErrorCode.WRONG_SIGN_IN) == lockout.PERSON.free
    assert codes.count(ErrorCode.LOCKED_OUT) == 20 - lockout.PERSON.free


async def test_an_address_that_tries_many_names_is_locked_and_others_are_not(house: House) -> None:
    await hire(house)
    for n in range(lockout.ADDRESS.free):
        await guessing.count(house.hub, guessing.by_login(f"nobody{n}", "198.51.100.9"))
    assert (await refused(house, "wang.fang", PASSWORD, address="198.51.100.9")).code is ErrorCode.LOCKED_OUT
    await entered(house)


async def test_an_own_account_does_not_buy_more_guesses_at_others(house: House) -> None:
    await hire(house)
    keys = guessing.by_login("somebody", WHERE["address"])
    await guessing.count(house.hub, keys)
    await entered(house)
    async with house.engine.begin() as connection:
        assert (await throttles.lock(connection, "address:192.0.2.1")).failures == 1


async def test_an_administrator_unlocks(house: House) -> None:
    await hire(house)
    for _ in range(lockout.PERSON.free):
        await refused(house, "wang.fang", "wrong password")
    await people.unlock(house.hub, people.OPERATOR, "wang.fang")
    await entered(house)


def test_pauses_double_up_to_half_an_hour_and_are_forgotten() -> None:
    waits = [lockout.pause(n, lockout.PERSON).total_seconds() / 60 for n in range(4, 12)]
    assert waits == [0, 1, 2, 4, 8, 16, 30, 30]
    assert lockout.pause(10_000, lockout.PERSON) == lockout.LONGEST


async def test_the_table_of_throttles_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "MAX_ROWS", 10)
    await set_row(
        house,
        "INSERT INTO throttles (key, failures, failed_at) "
        "SELECT 'login:' || n, 1, clock_timestamp() - make_interval(mins => n) FROM generate_series(1, 20) n "
        "UNION SELECT 'old:' || n, 1, clock_timestamp() - interval '25 hours' FROM generate_series(1, 5) n",
    )
    async with house.engine.begin() as connection:
        await throttles.prune(connection)
        left = (await connection.execute(text("SELECT key FROM throttles"))).scalars().all()
    assert set(left) == {f"login:{n}" for n in range(1, 11)}


async def test_rubbish_as_a_login_or_address_is_refused_like_any_other(house: House) -> None:
    for login in ("", "\x00", "王" * 10_000, "' OR 1=1 --", "\ud800", "a" * 100_000):
        error = await refused(house, login, "x" * 100_000, address=login or "?")
        assert error.code is ErrorCode.WRONG_SIGN_IN


def test_forms() -> None:
    counted = lockout.counted(Throttle(key="k"), lockout.PERSON, NOW)
    assert counted.failures == 1
    assert lockout.counted(counted, lockout.PERSON, NOW + timedelta(hours=23)).failures == 2
    assert lockout.counted(counted, lockout.PERSON, NOW + timedelta(hours=25)).failures == 1


async def test_a_form_is_this_sessions_own(house: House) -> None:
    await hire(house)
    one, other = await entered(house), await entered(house)
    signing_in.check(house.hub, one.session, signing_in.csrf(house.hub, one.session))
    for wrong in (signing_in.csrf(house.hub, other.session), "", "王", "\ud800"):
        with pytest.raises(HubError) as error:
            signing_in.check(house.hub, one.session, wrong)
        assert error.value.code is ErrorCode.STALE_FORM


async def test_who_must_choose_a_password_or_a_factor_is_confined(house: House) -> None:
    await hire(house, "hired", must_change=True)
    await hire(house)
    assert signing_in.confined(house.hub, (await entered(house, "hired")).session) is Confined.MUST_CHANGE
    inside: Entered = await entered(house)
    assert signing_in.confined(house.hub, inside.session) is None
    strict = replace(house.hub, trust=replace(house.hub.trust, second_factor=SecondFactor.REQUIRED))
    assert signing_in.confined(strict, inside.session) is Confined.NEEDS_FACTOR
    with_factor = inside.session.model_copy(update={"has_factor": True})
    assert signing_in.confined(strict, with_factor) is None
    vouched = inside.session.model_copy(update={"how": How.SINGLE_SIGN_ON})
    assert signing_in.confined(strict, vouched) is None
