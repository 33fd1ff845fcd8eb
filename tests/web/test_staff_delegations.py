"""授权代办 over HTTP: every person and every duty, once, and nothing by a token that is not the person's own."""

from datetime import date, timedelta
from typing import Any

import pytest

from hub.commands import people, tokens
from hub.store import delegations
from schemas.delegation import DELEGABLE
from schemas.person import APPROVING, Duty
from tests.commands.accounts import hire
from tests.web.conftest import Office

PATH = "/api/v1/delegations"


@pytest.fixture
async def today(office: Office) -> date:
    """The store's day in Beijing."""
    async with office.house.engine.connect() as connection:
        return await delegations.today(connection)


def offer(today: date, duty: Duty, receiver: str = "editor", **changes: Any) -> dict[str, Any]:
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=2)).isoformat()}
    return {"receiver": receiver, "duty": duty.value, **days, "reason": "出差"} | changes


async def test_everybody_lends_their_own_duty_and_nobody_elses(office: Office, today: date) -> None:
    admin = await hire(office.house, "admin", name="关山", duties=[Duty.ADMINISTRATOR])
    await office.hire(admin)
    given = {}
    for login, person in {**office.staff, "admin": admin}.items():
        for duty in Duty:
            receiver = "publisher" if login == "editor" else "editor"
            asked = await office.ask(login, "POST", PATH, offer(today, duty, receiver))
            expected = 403 if duty not in person.duties else 201 if duty in DELEGABLE else 422
            assert asked.status == expected, (login, duty, asked.body)
            if asked.status == 201:
                given[login] = asked.json["id"]
    assert len(given) == len(DELEGABLE)
    for login, person in office.staff.items():
        listed = (await office.get(login, PATH)).json["delegations"]
        assert all(person.id in {one["giver"], one["receiver"]} for one in listed)
        assert (login in given) == any(one["giver"] == person.id for one in listed)
    assert len((await office.get("admin", PATH)).json["delegations"]) == len(DELEGABLE)
    # Taken back by its giver or an administrator; to anybody else it is not there.
    for login, number in given.items():
        for other in {*office.staff} - {login}:
            assert (await office.ask(other, "POST", f"{PATH}/{number}/revoke", {})).code == "not_found"
        by = "admin" if login == "signer" else login
        revoked = await office.ask(by, "POST", f"{PATH}/{number}/revoke", {})
        assert (revoked.status, revoked.json["revoked_by"]) == (200, (admin if by == "admin" else office.staff[by]).id)
        assert (await office.ask(by, "POST", f"{PATH}/{number}/revoke", {})).code == "state"


async def test_the_receiver_reviews_in_the_givers_stead_until_it_is_revoked(office: Office, today: date) -> None:
    release, other = await office.submitted(), await office.submitted()
    made = await office.ask("first", "POST", PATH, offer(today, Duty.FIRST_REVIEWER, "publisher"))
    assert made.status == 201, made.body
    assert (await office.review("publisher", release, "first")).status == 200
    assert (await office.ask("first", "POST", f"{PATH}/{made.json['id']}/revoke", {})).status == 200
    assert (await office.review("publisher", other, "first")).code == "forbidden"


async def test_a_repeated_request_lends_once(office: Office, today: date) -> None:
    once = {"Idempotency-Key": "abcdefgh-1"}
    asked = offer(today, Duty.SIGNER)
    first, second = [await office.ask("signer", "POST", PATH, asked, headers=once) for _ in range(2)]
    assert (first.status, second.status, first.json == second.json) == (201, 201, True)
    changed = await office.ask("signer", "POST", PATH, asked | {"reason": "休假"}, headers=once)
    assert changed.code == "reused_key"
    assert len((await office.get("signer", PATH)).json["delegations"]) == 1
    versioned = await office.ask("signer", "POST", PATH, asked, headers={"If-Match": '"1"'})
    assert (versioned.status, versioned.code) == (422, "invalid")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver": "nobody"}, "receiver"),
        ({"receiver": "auditor"}, "receiver"),
        ({"receiver": "signer"}, "receiver"),
        ({"starts_on": "2020-01-01"}, "starts_on"),
        ({"ends_on": "2999-01-01"}, "ends_on"),
        ({"reason": ""}, "reason"),
        ({"starts_on": "tomorrow"}, "starts_on"),
        ({"giver": "first"}, "giver"),
    ],
)
async def test_what_cannot_be_meant_is_named(office: Office, today: date, changes: dict[str, Any], field: str) -> None:
    refused = await office.ask("signer", "POST", PATH, offer(today, Duty.SIGNER, **changes))
    assert (refused.status, refused.code) == (422, "invalid")
    # What no offer is has a pointer into the body; what this one cannot mean, its field.
    assert field in {place.removeprefix("/") for place in refused.json["fields"]}
    assert (await office.get("signer", PATH)).json["delegations"] == []


async def test_a_token_of_somebody_elses_lends_nothing(office: Office, today: date) -> None:
    """It would outlast the token, and what it may not do itself another would do for it."""
    admin = await hire(office.house, "admin", name="关山", duties=[Duty.ADMINISTRATOR])
    holders = {duty: login for login, person in office.staff.items() for duty in person.duties & DELEGABLE}
    assert set(holders) == DELEGABLE
    for duty, login in holders.items():
        office.tokens["forged"] = await tokens.issue(office.house.hub, admin, login, label="程序")
        refused = await office.ask("forged", "POST", PATH, offer(today, duty))
        assert (refused.status, refused.code) == (403, "issued_by_others"), duty
    assert (await office.get("forged", PATH)).json["delegations"] == []
    assert {*holders} - APPROVING == {Duty.PUBLISHER}
    office.tokens["machine"] = await tokens.issue(office.house.hub, people.OPERATOR, "signer", label="程序")
    assert (await office.ask("machine", "POST", PATH, offer(today, Duty.SIGNER))).status == 201
