"""Reviewing over HTTP: escalation, a duty that was lent, and the edition that was read."""

import pytest

from hub.commands import delegating
from hub.store import delegations
from schemas.delegation import Offer
from schemas.person import Duty, Person
from tests.web.conftest import Office


async def decide(office: Office, login: str, release: int, **body: object) -> tuple[int, str]:
    form = {"level": "first", "decision": "approve", "edition": 1} | body
    reply = await office.post(login, release, "review", form)
    return reply.status, reply.code if reply.status >= 400 else reply.json["state"]


async def test_an_escalated_level_is_decided_by_a_signer(office: Office) -> None:
    release = await office.submitted()
    assert await decide(office, "first", release, decision="escalate", note="请定") == (200, "in_review")
    assert await decide(office, "first", release) == (403, "escalated")
    assert await decide(office, "second", release) == (403, "forbidden")
    assert await decide(office, "signer", release) == (200, "in_review")


@pytest.mark.parametrize("decision", ["return", "escalate"])
async def test_a_decision_that_others_must_act_on_says_why(office: Office, decision: str) -> None:
    release = await office.submitted()
    assert await decide(office, "first", release, decision=decision) == (422, "invalid")


async def test_another_edition_or_digest_than_was_read_is_refused(office: Office) -> None:
    release = await office.submitted()
    assert await decide(office, "first", release, edition=2) == (409, "newer_edition")
    assert await decide(office, "first", release, digest="0" * 64) == (409, "newer_edition")
    assert await decide(office, "first", release, digest="0") == (422, "invalid")


async def test_a_token_uses_a_lent_duty_while_it_is_lent(office: Office, staff: dict[str, Person]) -> None:
    release = await office.submitted()
    assert await decide(office, "publisher", release) == (403, "forbidden")
    async with office.desk.hub.engine.connect() as connection:
        today = await delegations.today(connection)
    offer = Offer(receiver="publisher", duty=Duty.FIRST_REVIEWER, starts_on=today, ends_on=today, reason="出差")
    made = await delegating.give(office.desk.hub, staff["first"], offer)
    await delegating.revoke(office.desk.hub, staff["first"], made.id)
    assert await decide(office, "publisher", release) == (403, "forbidden")
    await delegating.give(office.desk.hub, staff["first"], offer)
    assert await decide(office, "publisher", release) == (200, "in_review")


async def test_the_document_of_the_interface_knows_the_decisions(office: Office) -> None:
    said = (await office.get(None, "/api/openapi.json")).json
    assert said["components"]["schemas"]["Decision"]["enum"] == ["approve", "return", "escalate"]
