"""应急发布: fewer levels before, the others afterwards; and the laws that hold all the same."""

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import countersigning, drafting, publishing, reviewing, standing
from hub.core import urgency as rules
from hub.store import desks, editions, urgencies
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.review import Decision, Level
from schemas.standing import StandingKind
from schemas.urgency import Verdict
from tests import making

WHY = "今晨发生地质灾害，须立即公告避险路线"


async def hurried(house: House, staff: dict[str, Person], **changes: object) -> Edition:
    """An edition that was submitted the fast lane and that nobody has reviewed."""
    release = await making.draft(house, staff, kind="notice", **changes)
    return await reviewing.submit(house.hub, staff["editor"], release.id, urgent=WHY)


async def decide(house: House, staff: dict[str, Person], edition: Edition, *logins: str) -> None:
    for login, level in making.REVIEWS:
        if login in logins:
            await reviewing.review(house.hub, staff[login], edition.release, level, Decision.APPROVE)


async def public(house: House, staff: dict[str, Person]) -> Edition:
    """One that was published by two approvals, and has left."""
    edition = await hurried(house, staff)
    await decide(house, staff, edition, "secrecy", "signer")
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    shown = text(
        "UPDATE deliveries SET state = 'visible', step = 'sight', intended_at = clock_timestamp(), "
        "accepted_at = clock_timestamp(), seen_at = clock_timestamp() WHERE release_id = :id"
    )
    async with house.engine.begin() as connection:
        await connection.execute(shown, {"id": edition.release})
    return edition


async def code(act: object) -> ErrorCode:
    with pytest.raises(HubError) as told:
        await act  # type: ignore[misc]
    return told.value.code


async def test_two_approvals_let_it_go_and_none_of_the_gates_is_open_before(
    house: House, staff: dict[str, Person]
) -> None:
    edition = await hurried(house, staff)
    hub, number = house.hub, edition.release
    assert edition.chain == (Level.SECRECY, Level.FINAL)
    assert await code(publishing.publish(hub, staff["publisher"], number)) is ErrorCode.NOT_REVIEWED
    # The final word comes last, and a spared level has none before the publication.
    signing = reviewing.review(hub, staff["signer"], number, Level.FINAL, Decision.APPROVE)
    assert await code(signing) is ErrorCode.OUT_OF_ORDER
    first = reviewing.review(hub, staff["first"], number, Level.FIRST, Decision.APPROVE)
    assert await code(first) is ErrorCode.COUNTERSIGNED_LATER
    # Nobody signs what they have written, nor twice.
    both = staff["secrecy"].model_copy(update={"duties": frozenset({Duty.SECRECY_REVIEWER, Duty.SIGNER})})
    wrote = staff["editor"].model_copy(update={"duties": frozenset({Duty.SIGNER, Duty.SECRECY_REVIEWER})})
    own = reviewing.review(hub, wrote, number, Level.SECRECY, Decision.APPROVE)
    assert await code(own) is ErrorCode.OWN_WORK
    await reviewing.review(hub, both, number, Level.SECRECY, Decision.APPROVE)
    twice = reviewing.review(hub, both, number, Level.FINAL, Decision.APPROVE)
    assert await code(twice) is ErrorCode.SECOND_LEVEL
    assert await code(publishing.publish(hub, staff["publisher"], number)) is ErrorCode.NOT_REVIEWED
    early = countersigning.countersign(hub, staff["first"], number, Level.FIRST, Verdict.ENDORSE, edition=1)
    assert await code(early) is ErrorCode.COUNTERSIGNED_LATER
    await reviewing.review(hub, staff["signer"], number, Level.FINAL, Decision.APPROVE)
    await publishing.publish(hub, staff["publisher"], number)
    async with house.engine.connect() as connection:
        (owed,) = await urgencies.owed(connection)
    assert rules.owing(owed.urgency, owed.signs) == (Level.FIRST, Level.SECOND)
    assert owed.urgency.reason == WHY


async def test_what_may_not_hurry_does_not(house: House, staff: dict[str, Person]) -> None:
    hub, editor = house.hub, staff["editor"]
    policy = await making.draft(house, staff)
    assert await code(reviewing.submit(hub, editor, policy.id, urgent=WHY)) is ErrorCode.NOT_URGENT
    notice = await making.draft(house, staff, kind="notice")
    for short in ("", "紧急", "  紧 急  "):
        assert await code(reviewing.submit(hub, editor, notice.id, urgent=short)) is ErrorCode.INVALID
    marked = await making.draft(house, staff, kind="notice", secrecy="internal")
    assert await code(reviewing.submit(hub, editor, marked.id, urgent=WHY)) is ErrorCode.BLOCKED
    # What is edited goes the whole way again, unless it is asked for anew.
    edition = await hurried(house, staff)
    await drafting.reopen(hub, editor, edition.release)
    assert (await reviewing.submit(hub, editor, edition.release)).chain == ()


async def test_the_spared_levels_sign_afterwards_each_once_and_by_another(
    house: House, staff: dict[str, Person]
) -> None:
    edition = await public(house, staff)
    hub, number = house.hub, edition.release
    sign = countersigning.countersign
    both = frozenset({Duty.FIRST_REVIEWER, Duty.SECOND_REVIEWER})
    signer = staff["signer"].model_copy(update={"duties": both})
    assert await code(sign(hub, signer, number, Level.FIRST, Verdict.ENDORSE, edition=1)) is ErrorCode.SECOND_LEVEL
    author = staff["editor"].model_copy(update={"duties": both})
    assert await code(sign(hub, author, number, Level.FIRST, Verdict.ENDORSE, edition=1)) is ErrorCode.OWN_WORK
    assert await code(sign(hub, staff["first"], number, Level.SECOND, Verdict.ENDORSE, edition=1)) is (
        ErrorCode.FORBIDDEN
    )
    await sign(hub, staff["first"], number, Level.FIRST, Verdict.ENDORSE, edition=1, digest=edition.digest)
    assert await code(sign(hub, staff["first"], number, Level.FIRST, Verdict.ENDORSE, edition=1)) is (
        ErrorCode.REVIEWED_ALREADY
    )
    assert await code(sign(hub, staff["second"], number, Level.SECOND, Verdict.CORRECT, edition=1)) is (
        ErrorCode.INVALID
    )
    await sign(hub, staff["second"], number, Level.SECOND, Verdict.CORRECT, edition=1, note="路线图有误")
    async with house.engine.connect() as connection:
        assert await urgencies.owed(connection) == []
        (asked,) = await urgencies.to_correct(connection, staff["editor"].id)
    assert asked.note == "路线图有误"
    await drafting.edit(hub, staff["editor"], number, making.metadata(kind="notice", title="更正了"))
    await reviewing.submit(hub, staff["editor"], number)
    async with house.engine.connect() as connection:
        assert await urgencies.to_correct(connection, staff["editor"].id) == []


async def test_an_objection_proposes_the_withdrawal_and_a_signer_confirms_it(
    house: House, staff: dict[str, Person]
) -> None:
    edition = await public(house, staff)
    for login, level in (("first", Level.FIRST), ("second", Level.SECOND)):
        await countersigning.countersign(
            house.hub, staff[login], edition.release, level, Verdict.WITHDRAW, edition=1, note="灾情不实"
        )
    async with house.engine.connect() as connection:
        (waits,) = await standing.proposals(connection, release=edition.release)
        said = [one.decode() for one in await bodies(connection)]
    assert (waits.kind, waits.proposed_by, waits.reason) == (
        StandingKind.WITHDRAWN,
        staff["first"].id,
        "灾情不实",
    )
    await standing.confirm(house.hub, staff["signer"], waits.id)
    # The log tells the lane, what was skipped and who signed; the reason by its digest alone.
    assert any('"lane":"urgent"' in one and '"skips":"first,second"' in one for one in said)
    assert sum('"t":"release.countersigned"' in one for one in said) == 2
    assert not any(WHY in one for one in said)


async def bodies(connection: object) -> list[bytes]:
    return list((await connection.execute(text("SELECT body FROM log_entries ORDER BY seq"))).scalars())  # type: ignore[attr-defined]


async def test_it_stands_above_all_else_on_every_desk(house: House, staff: dict[str, Person]) -> None:
    usual = await making.draft(house, staff, index_no=None)
    await reviewing.submit(house.hub, staff["editor"], usual.id)
    edition = await hurried(house, staff)
    async with house.engine.connect() as connection:
        found = await desks.in_review(connection)
        assert [(one.item.release, one.item.is_urgent) for one in found] == [
            (edition.release, True),
            (usual.id, False),
        ]
        assert found[0].edition.chain == edition.chain
        (cover,) = await editions.covers(connection, edition.release, limit=5)
    assert cover.chain == edition.chain
