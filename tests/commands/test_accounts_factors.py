"""Authenticator apps and recovery codes: turned on, used once, lost, taken away."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.app import House
from hub.commands import second_factors, sessions, signing_in
from hub.commands.second_factors import Changed
from hub.commands.signing_in import Entered, Way
from hub.core import recovery, totp
from hub.store import sessions as stored
from hub.trust import ForeignSealError, Secret
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.session import How, Session
from tests.commands.accounts import WHERE, entered, halfway, hire, set_row

pytestmark = pytest.mark.usefixtures("quick_hashes", "stopped_clock")

#: The middle of a step, so that no step ends while a test runs.
NOW = int(time.time()) // 30 * 30 + 15


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are looked at by this time; everything else keeps the store's."""

    async def now(_: AsyncConnection) -> datetime:
        return datetime.fromtimestamp(NOW, UTC)

    monkeypatch.setattr(second_factors, "engine", SimpleNamespace(now=now))


def code_of(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(NOW + 30 * steps)


async def session_of(house: House, token: str) -> Session:
    async with house.engine.connect() as connection:
        found = await stored.find(connection, token)
    assert found is not None
    return found[0]


async def with_app(house: House, login: str = "wang.fang") -> tuple[Person, str, Changed]:
    """Somebody with an app, its secret, and what was shown when it was turned on."""
    person = await hire(house, login)
    begun = await entered(house, login)
    enrolment = await second_factors.begin_totp(house.hub, begun.session, person)
    code = code_of(enrolment.secret, steps=-1)
    return person, enrolment.secret, await second_factors.confirm_totp(house.hub, begun.session, person, code)


async def refused(house: House, ticket: str, code: str) -> ErrorCode:
    with pytest.raises(HubError) as error:
        await second_factors.enter_by_code(house.hub, ticket, code, **WHERE)
    return error.value.code


async def test_an_app_is_offered_confirmed_and_asked_for(house: House) -> None:
    person = await hire(house)
    begun = await entered(house)
    first = await second_factors.begin_totp(house.hub, begun.session, person)
    offered = await second_factors.begin_totp(house.hub, begun.session, person)
    assert offered.qr.startswith(b"<svg")
    # With a size of its own it would be cut off by a page that gives it another one.
    assert ("viewBox=" in offered.qr.decode(), "width=" in offered.qr.decode()) == (True, False)
    assert f"secret={offered.secret}" in offered.uri
    with pytest.raises(HubError) as error:
        await second_factors.confirm_totp(house.hub, begun.session, person, code_of(first.secret))
    assert error.value.code is ErrorCode.SECOND_FACTOR
    assert isinstance(await signing_in.sign_in(house.hub, "wang.fang", "correct horse battery", **WHERE), Entered)
    changed = await second_factors.confirm_totp(house.hub, begun.session, person, code_of(offered.secret, steps=-1))
    assert len(set(changed.codes)) == recovery.HOW_MANY
    assert changed.token != begun.token
    half = await halfway(house)
    assert half.ways == {Way.TOTP, Way.RECOVERY}
    code = code_of(offered.secret)
    inside = await second_factors.enter_by_code(house.hub, half.ticket, f" {code[:3]} {code[3:]} ", **WHERE)
    assert (inside.session.how, inside.session.has_factor) == (How.PASSWORD_TOTP, True)
    with pytest.raises(HubError) as error:
        await second_factors.begin_totp(house.hub, inside.session, person)
    assert error.value.code is ErrorCode.STATE


async def test_neither_a_code_nor_a_ticket_counts_twice(house: House) -> None:
    _, secret, _ = await with_app(house)
    half, other = await halfway(house), await halfway(house)
    code = code_of(secret)
    await second_factors.enter_by_code(house.hub, half.ticket, code, **WHERE)
    assert await refused(house, other.ticket, code) is ErrorCode.SECOND_FACTOR
    assert await refused(house, half.ticket, code_of(secret, steps=1)) is ErrorCode.SIGN_IN_AGAIN
    await second_factors.enter_by_code(house.hub, other.ticket, code_of(secret, steps=1), **WHERE)


async def test_a_ticket_is_no_session_and_does_not_live_long(house: House) -> None:
    _, secret, _ = await with_app(house)
    half = await halfway(house)
    async with house.engine.connect() as connection:
        assert await stored.find(connection, half.ticket) is None
        row: str = (await connection.execute(text("SELECT ceremonies::text FROM ceremonies"))).scalar_one()
    assert half.ticket not in row
    await set_row(house, "UPDATE ceremonies SET expires_at = clock_timestamp()")
    assert await refused(house, half.ticket, code_of(secret)) is ErrorCode.SIGN_IN_AGAIN
    for rubbish in ("", "\ud800", "x" * 10_000):
        assert await refused(house, rubbish, code_of(secret)) is ErrorCode.SIGN_IN_AGAIN


async def test_codes_are_not_guessed_by_asking_for_tickets(house: House) -> None:
    _, secret, _ = await with_app(house)
    wrong = [f"{n:06}" for n in range(6) if f"{n:06}" not in {code_of(secret, steps=s) for s in (-2, -1, 0, 1, 2)}]
    codes = [await refused(house, (await halfway(house)).ticket, one) for one in wrong[:5]]
    assert codes == [ErrorCode.SECOND_FACTOR] * 5
    # The password stays right, but does not begin the count anew.
    half = await halfway(house)
    assert await refused(house, half.ticket, code_of(secret)) is ErrorCode.LOCKED_OUT


async def test_a_recovery_code_opens_once_and_is_logged(house: House) -> None:
    person, _, changed = await with_app(house)
    code = changed.codes[3].lower().replace("-", " ")
    inside = await second_factors.enter_by_recovery(house.hub, (await halfway(house)).ticket, code, **WHERE)
    assert inside.session.how is How.PASSWORD_RECOVERY
    half = await halfway(house)
    for wrong in (code, "", "\ud800", "AAAA-BBBB-CCCC-DDDD"):
        with pytest.raises(HubError) as error:
            await second_factors.enter_by_recovery(house.hub, half.ticket, wrong, **WHERE)
        assert error.value.code is ErrorCode.SECOND_FACTOR
    assert (await second_factors.owned(house.hub, person)).codes_left == recovery.HOW_MANY - 1
    query = text("SELECT count(*) FROM log_entries WHERE convert_from(body, 'UTF8') LIKE '%recovery code used%'")
    async with house.engine.connect() as connection:
        assert (await connection.execute(query)).scalar_one() == 1


async def test_new_codes_make_the_old_ones_void(house: House) -> None:
    person, _, changed = await with_app(house)
    session = await session_of(house, changed.token)
    fresh = await second_factors.new_codes(house.hub, session, person)
    assert not set(fresh.codes) & set(changed.codes)
    half = await halfway(house)
    with pytest.raises(HubError):
        await second_factors.enter_by_recovery(house.hub, half.ticket, changed.codes[0], **WHERE)
    await second_factors.enter_by_recovery(house.hub, half.ticket, fresh.codes[0], **WHERE)


async def test_without_its_last_factor_an_account_has_no_codes(house: House) -> None:
    person, _, changed = await with_app(house)
    session = await session_of(house, changed.token)
    await set_row(house, "UPDATE sessions SET proven_at = proven_at - interval '11 minutes'")
    stale = await session_of(house, changed.token)
    for act in (second_factors.remove_totp, second_factors.new_codes):
        with pytest.raises(HubError) as error:
            await act(house.hub, stale, person)
        assert error.value.code is ErrorCode.PROVE_AGAIN
    removed = await second_factors.remove_totp(house.hub, session, person)
    assert removed.codes == ()
    assert await second_factors.owned(house.hub, person) == second_factors.Owned(totp=False, passkeys=(), codes_left=0)
    inside = await entered(house)
    with pytest.raises(HubError) as error:
        await second_factors.new_codes(house.hub, inside.session, person)
    assert error.value.code is ErrorCode.STATE


async def test_an_administrator_resets_all_of_it_and_nobody_else(house: House) -> None:
    person, secret, _ = await with_app(house)
    half = await halfway(house)
    admin = await hire(house, "admin", duties=[Duty.ADMINISTRATOR])
    with pytest.raises(HubError) as error:
        await second_factors.reset(house.hub, person, "wang.fang")
    assert error.value.code is ErrorCode.FORBIDDEN
    await second_factors.reset(house.hub, admin, "wang.fang")
    assert await refused(house, half.ticket, code_of(secret)) is ErrorCode.SIGN_IN_AGAIN
    assert await sessions.listed(house.hub, person) == []
    await entered(house)


async def test_the_secret_stands_sealed_for_its_owner(house: House) -> None:
    person, secret, _ = await with_app(house)
    await with_app(house, "other")
    async with house.engine.connect() as connection:
        query = text("SELECT secret FROM totps WHERE person_id = :id")
        sealed: bytes = (await connection.execute(query, {"id": person.id})).scalar_one()
    assert secret.encode() not in sealed
    assert house.hub.trust.secret.open(sealed, person.id) == secret.encode()
    with pytest.raises(ForeignSealError):
        house.hub.trust.secret.open(sealed, "somebody else")
    with pytest.raises(ForeignSealError):
        house.hub.trust.secret.open(b"", person.id)
    foreign = replace(house.hub, trust=replace(house.hub.trust, secret=Secret(bytes(range(32)))))
    with pytest.raises(HubError) as error:
        await second_factors.enter_by_code(foreign, (await halfway(house)).ticket, code_of(secret), **WHERE)
    assert error.value.code is ErrorCode.SECRET_KEY
    assert "重设" in error.value.message


#: RFC 6238, appendix B, for SHA-1 and six digits.
RFC = [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("at", "code"), RFC)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    def step(seconds: int, after: int = 0, told: str = code) -> int | None:
        return totp.step_of(SECRET, told, now=datetime.fromtimestamp(at + seconds, UTC), after=after)

    assert step(0) == at // 30
    assert [step(shift) == at // 30 for shift in (-60, -30, 30, 60)] == [False, True, True, False]
    assert step(0, after=at // 30) is None
    assert [step(0, told=one) for one in ("", "28708", "２８７０８２", "a" * 6, "\ud800")] == [None] * 5
