"""Sessions from their first moment to every kind of end, and passwords that are changed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import people, second_factors, sessions, signing_in
from hub.store import sessions as stored
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from tests.commands.accounts import PASSWORD, entered, hire, set_row

ONE = timedelta(seconds=1)
IDLE = text("UPDATE sessions SET expires_at = clock_timestamp() WHERE left(encode(digest, 'hex'), 16) = :id")
OLD = text(
    "UPDATE sessions SET ends_at = clock_timestamp() + interval '5 minutes', "
    "expires_at = clock_timestamp() + interval '4 minutes', seen_at = clock_timestamp() - interval '2 minutes'"
)
NEW = "staple the other horse"

pytestmark = pytest.mark.usefixtures("quick_hashes")


async def is_live(house: House, token: str) -> bool:
    async with house.engine.connect() as connection:
        return await stored.find(connection, token) is not None


async def whats(house: House, person: Person) -> list[str]:
    """What the log says was changed of the person."""
    query = text("SELECT convert_from(body, 'UTF8')::jsonb -> 'data' FROM log_entries ORDER BY seq")
    async with house.engine.connect() as connection:
        said = [dict(row[0] or {}) for row in await connection.execute(query)]
    return [data["what"] for data in said if data.get("person") == person.id and "what" in data]


async def test_a_session_ends_when_nobody_comes_and_at_its_end_whoever_comes(house: House) -> None:
    await hire(house)
    idle, old = await entered(house), await entered(house)
    assert idle.session.expires_at - idle.session.created_at == pytest.approx(house.hub.trust.idle, abs=ONE)
    async with house.engine.begin() as connection:
        await connection.execute(IDLE, {"id": idle.session.id})
    assert [await is_live(house, one.token) for one in (idle, old)] == [False, True]
    async with house.engine.begin() as connection:
        await connection.execute(OLD)
        found = await stored.find(connection, old.token)
        assert found is not None
        await stored.touch(connection, found[0], idle=timedelta(minutes=30))
        after = await stored.find(connection, old.token)
    assert after is not None
    assert after[0].expires_at == after[0].ends_at


async def test_a_visit_is_written_down_once_a_minute(house: House) -> None:
    await hire(house)
    token = (await entered(house)).token

    async def visit() -> Any:
        async with house.engine.connect() as connection:
            found = await stored.find(connection, token)
        assert found is not None
        await signing_in.touch(house.hub, found[0])
        async with house.engine.connect() as connection:
            return (await connection.execute(text("SELECT xmin::text, seen_at FROM sessions"))).one()

    first = await visit()
    assert await visit() == first
    await set_row(house, "UPDATE sessions SET seen_at = seen_at - interval '61 seconds'")
    assert (await visit()).seen_at > first.seen_at


async def test_the_list_and_the_ways_to_end_sessions(house: House) -> None:
    person = await hire(house)
    await hire(house, "other")
    one, two, three = [await entered(house) for _ in range(3)]
    others = await entered(house, "other")
    assert {s.id for s in await sessions.listed(house.hub, person)} == {e.session.id for e in (one, two, three)}
    await sessions.end(house.hub, person, others.session.id)
    assert await is_live(house, others.token), "somebody else's session is not the person's to end"
    await sessions.end(house.hub, person, two.session.id)
    assert not await is_live(house, two.token)
    assert await sessions.end_others(house.hub, one.session) == 1
    assert [s.id for s in await sessions.listed(house.hub, person)] == [one.session.id]
    await sessions.sign_out(house.hub, one.session)
    assert await sessions.listed(house.hub, person) == []
    assert await is_live(house, others.token)


async def test_an_administrator_signs_a_person_out_and_everybody(house: House) -> None:
    person = await hire(house)
    admin = await hire(house, "admin", duties=[Duty.ADMINISTRATOR])
    mine = await entered(house, "admin")
    await entered(house)
    assert await sessions.end_of(house.hub, admin, "wang.fang") == 1
    assert await whats(house, person) == ["sessions ended"]
    await entered(house)
    assert await sessions.end_everything(house.hub, admin) == 2
    assert not await is_live(house, mine.token)
    for act in (sessions.end_of(house.hub, person, "admin"), sessions.end_everything(house.hub, person)):
        with pytest.raises(HubError) as error:
            await act
        assert error.value.code is ErrorCode.FORBIDDEN


async def test_a_disabled_account_is_out_at_once_and_a_set_password_ends_sessions(house: House) -> None:
    person = await hire(house)
    token = (await entered(house)).token
    await people.set_password(house.hub, people.OPERATOR, "wang.fang", NEW)
    assert not await is_live(house, token)
    again = await entered(house, password=NEW)
    assert again.session.must_change
    await people.disable(house.hub, people.OPERATOR, "wang.fang")
    assert not await is_live(house, again.token)
    await people.enable(house.hub, people.OPERATOR, "wang.fang")
    assert not await is_live(house, again.token)
    assert await whats(house, person) == ["password", "disabled", "enabled"]


async def test_to_prove_oneself_again_makes_a_new_token_and_the_old_one_worthless(house: House) -> None:
    person = await hire(house)
    begun = await entered(house)
    await set_row(house, "UPDATE sessions SET proven_at = proven_at - interval '11 minutes'")
    stale = (await sessions.listed(house.hub, person))[0]
    with pytest.raises(HubError) as error:
        sessions.require_fresh(stale)
    assert error.value.code is ErrorCode.PROVE_AGAIN
    with pytest.raises(HubError) as error:
        await sessions.prove(house.hub, stale, person, "wrong password")
    assert (error.value.code, error.value.fields) == (ErrorCode.INVALID, {"password": "不正确"})
    token = await sessions.prove(house.hub, stale, person, PASSWORD)
    assert not await is_live(house, begun.token)
    async with house.engine.connect() as connection:
        found = await stored.find(connection, token)
    assert found is not None
    sessions.require_fresh(found[0])
    assert signing_in.csrf(house.hub, found[0]) != signing_in.csrf(house.hub, begun.session)
    with pytest.raises(HubError) as error:
        await sessions.prove(house.hub, begun.session, person, PASSWORD)
    assert error.value.code is ErrorCode.UNAUTHENTICATED, "the session of before is no more"


async def test_an_own_new_password_needs_the_old_one_and_ends_the_other_sessions(house: House) -> None:
    person = await hire(house, must_change=True)
    mine, other = await entered(house), await entered(house)

    async def change(old: str, new: str) -> str:
        return await people.change_own(house.hub, mine.session, person, old=old, new=new)

    for old, new, field in (
        ("wrong password", NEW, "old"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "short", "password"),
    ):
        with pytest.raises(HubError) as error:
            await change(old, new)
        assert list(error.value.fields) == [field]
    token = await change(PASSWORD, NEW)
    assert [await is_live(house, one) for one in (mine.token, other.token, token)] == [False, False, True]
    assert not (await entered(house, password=NEW)).session.must_change
    assert await whats(house, person) == ["own password"]


async def test_old_passwords_are_guessed_no_faster_than_at_the_door(house: House) -> None:
    person = await hire(house)
    inside = await entered(house)
    codes = []
    for _ in range(6):
        with pytest.raises(HubError) as error:
            await sessions.prove(house.hub, inside.session, person, "wrong password")
        codes.append(error.value.code)
    assert codes == [ErrorCode.INVALID] * 5 + [ErrorCode.LOCKED_OUT]


PERSON = Person(id="1", login="wang.fang", name="王芳芳芳芳芳芳芳芳芳芳芳芳", unit="", duties=frozenset({Duty.EDITOR}))


async def test_an_administrator_has_another_one_for_the_own_account(house: House) -> None:
    admin = await hire(house, "admin", duties=[Duty.ADMINISTRATOR])
    acts = (
        people.set_duties(house.hub, admin, "admin", list(Duty)),
        people.set_password(house.hub, admin, "admin", NEW),
        people.disable(house.hub, admin, "admin"),
        second_factors.reset(house.hub, admin, "admin"),
    )
    for act in acts:
        with pytest.raises(HubError) as error:
            await act
        assert (error.value.code, "另一位管理员" in error.value.message) == (ErrorCode.INVALID, True)
