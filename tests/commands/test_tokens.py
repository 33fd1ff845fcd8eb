"""Tokens one by one, and whose hand it was: what others issued or chose gives no second person's word."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import delegating, people, signing_in, tokens
from hub.commands.signing_in import Confined
from hub.store import delegations, engine
from hub.store import people as accounts
from hub.store import tokens as stored
from schemas.delegation import Offer
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.person import APPROVING, Duty, Person
from tests.commands.accounts import PASSWORD, entered, hire

NEW = "another horse battery"


async def code(act: object) -> ErrorCode:
    with pytest.raises(HubError) as told:
        await act  # type: ignore[misc]
    return told.value.code


async def is_live(house: House, token: str) -> bool:
    async with house.engine.connect() as connection:
        return await stored.bearer(connection, token) is not None


async def test_one_token_ends_and_the_others_live(house: House) -> None:
    hub, person = house.hub, await hire(house)
    other = await hire(house, "li.na", name="李娜")
    kept, lost, foreign = [
        await tokens.issue(hub, one, one.login, label=f"程序 {n}") for n, one in enumerate((person, person, other))
    ]
    listed = await tokens.listed(hub, person)
    assert [one.label for one in listed] == ["程序 1", "程序 0"]
    assert all(one.is_own and one.used_at is None and one.id not in lost for one in listed)
    for _ in range(2):  # may run twice
        await tokens.revoke(hub, person, person.login, listed[0].id)
    assert [await is_live(house, one) for one in (kept, lost, foreign)] == [True, False, True]
    (theirs,) = await tokens.listed(hub, other)
    assert await code(tokens.revoke(hub, person, person.login, theirs.id)) is ErrorCode.NOT_FOUND
    assert await code(tokens.revoke(hub, person, other.login, theirs.id)) is ErrorCode.FORBIDDEN
    assert await code(tokens.issue(hub, person, other.login, label="程序")) is ErrorCode.FORBIDDEN
    await tokens.revoke(hub, people.OPERATOR, other.login, theirs.id)
    assert not await is_live(house, foreign)
    async with house.engine.connect() as connection:
        said = (await connection.execute(text("SELECT convert_from(body, 'UTF8') FROM log_entries"))).scalars().all()
    assert sum('"token revoked"' in one for one in said) == 2
    assert not any(token in one for one in said for token in (kept, lost, foreign))


async def test_a_person_has_so_many_and_each_says_what_it_is_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await hire(house)
    monkeypatch.setattr(tokens, "MOST", 2)
    assert await code(tokens.issue(house.hub, person, person.login, label=" \n")) is ErrorCode.INVALID
    await tokens.issue(house.hub, person, person.login, label="一" * 500)
    await tokens.issue(house.hub, person, person.login, label="过期的", days=0)
    await tokens.issue(house.hub, person, person.login, label="二")
    assert await code(tokens.issue(house.hub, person, person.login, label="三")) is ErrorCode.TOO_LARGE
    assert [len(one.label) for one in await tokens.listed(house.hub, person)] == [1, 3, tokens.MAX_LABEL]


async def test_its_last_use_is_kept_and_costs_no_write_each_time(house: House) -> None:
    person = await hire(house)
    token = await tokens.issue(house.hub, person, person.login, label="程序")
    noted = []
    for _ in range(2):
        async with house.engine.begin() as connection:
            shown = await stored.bearer(connection, token)
            assert shown is not None
            noted.append(shown.is_noted)
            await stored.used(connection, token)
    assert noted == [False, True]
    (listed,) = await tokens.listed(house.hub, person)
    assert listed.used_at is not None
    assert timedelta(0) <= listed.used_at - listed.created_at < timedelta(minutes=1)


async def test_a_set_password_is_told_and_is_the_persons_own_before_anything_is_done(house: House) -> None:
    admin = await hire(house, "admin", name="关山", duties=[Duty.ADMINISTRATOR])
    signer = await hire(house, duties=[Duty.SIGNER])
    editor = await hire(house, "li.na", name="李娜")
    async with house.engine.connect() as connection:
        assert await accounts.reset(connection, signer.id) is None
    # Even where it was asked otherwise: somebody knows the password of whoever gives the second word.
    for one in (signer, editor):
        await people.set_password(house.hub, admin, one.login, NEW, must_change=False)
    free = await entered(house, editor.login, NEW)
    assert signing_in.confined(house.hub, free.session) is None
    begun = await entered(house, password=NEW)
    assert signing_in.confined(house.hub, begun.session) is Confined.MUST_CHANGE
    assert await code(tokens.issue(house.hub, signer, signer.login, label="程序")) is ErrorCode.INVALID
    await people.change_own(house.hub, begun.session, signer, old=NEW, new=PASSWORD)
    assert (await entered(house)).session.must_change is False
    async with house.engine.connect() as connection:
        told = await accounts.reset(connection, signer.id)
    assert told is not None, "it stays told, whoever has changed it since"
    assert (told.by, told.name) == (admin.id, "关山")
    assert await tokens.issue(house.hub, signer, signer.login, label="程序")


async def test_what_is_barred_is_not_lent_either(house: House, staff: dict[str, Person]) -> None:
    """A token of others carries neither one's own word nor one that somebody lent."""
    async with house.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
    offer = Offer(duty=Duty.SIGNER, receiver="second", starts_on=today, ends_on=today, reason="出差")
    await delegating.give(house.hub, staff["signer"], offer)
    async with house.engine.connect() as connection:
        whole = await delegations.effective(connection, staff["second"])
        barred = await delegations.effective(connection, staff["second"].model_copy(update={"barred": APPROVING}))
        again = await delegations.effective(connection, barred)
    assert whole.duties == {Duty.SECOND_REVIEWER, Duty.SIGNER}
    assert (barred.duties, barred.lent) == (again.duties, again.lent) == (frozenset(), ())
