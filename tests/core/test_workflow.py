"""Who may decide: each rule by itself."""

from datetime import UTC, datetime

import pytest

from hub.core import workflow
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY, Duty, Lent, Person
from schemas.review import Decision, Level, Review
from tests import making

EDITION = Edition(release=7, number=1, metadata=making.metadata(), documents=making.documents())
AT = datetime(2026, 11, 26, tzinfo=UTC)


def person(name: str, *duties: Duty, lent: tuple[Lent, ...] = ()) -> Person:
    every = {*duties, *(one.duty for one in lent)}
    return Person(id=name, login=name, name=name, unit="", duties=frozenset(every), lent=lent)


def review(
    level: Level, who: str, decision: Decision = Decision.APPROVE, *, stead: str | None = None, digest: str = ""
) -> Review:
    return Review(
        release=7,
        edition=1,
        digest=digest or EDITION.digest,
        level=level,
        decision=decision,
        reviewer=who,
        note="",
        at=AT,
        on_behalf_of=stead,
    )


def asked(who: Person, level: Level, *reviews: Review, authors: tuple[str, ...] = ("author",)) -> str | None:
    return workflow.check_review(who, level, EDITION, authors=authors, reviews=reviews)


def refused(who: Person, level: Level, *reviews: Review, authors: tuple[str, ...] = ("author",)) -> ErrorCode:
    with pytest.raises(HubError) as told:
        asked(who, level, *reviews, authors=authors)
    return told.value.code


FIRST = person("first", Duty.FIRST_REVIEWER)
SECOND = person("second", Duty.SECOND_REVIEWER)
SIGNER = person("signer", Duty.SIGNER)
LENDER = Lent(duty=Duty.FIRST_REVIEWER, giver="first")
DEPUTY = person("deputy", lent=(LENDER,))
PUT_UP = review(Level.FIRST, "first", Decision.ESCALATE)


def test_who_decides_by_a_lent_duty_names_its_giver() -> None:
    assert asked(DEPUTY, Level.FIRST) == "first"
    assert asked(FIRST, Level.FIRST) is None


def test_ones_own_duty_goes_before_a_lent_one() -> None:
    own = Person(**{**FIRST.model_dump(), "id": "other"})
    assert asked(own, Level.FIRST) is None


def test_a_lent_duty_is_not_ones_own() -> None:
    assert DEPUTY.own_duties == frozenset()
    assert DEPUTY.givers(Duty.FIRST_REVIEWER) == ("first",)


@pytest.mark.parametrize("author", ["first", "deputy"])
def test_neither_the_giver_nor_the_deputy_may_have_written_it(author: str) -> None:
    assert refused(DEPUTY, Level.FIRST, authors=(author,)) is ErrorCode.OWN_WORK


@pytest.mark.parametrize("who", ["first", "deputy"])
def test_neither_may_be_behind_another_level(who: str) -> None:
    assert refused(DEPUTY, Level.FIRST, review(Level.SECRECY, who)) is ErrorCode.SECOND_LEVEL
    stood_for = review(Level.SECRECY, "somebody", stead=who)
    assert refused(DEPUTY, Level.FIRST, stood_for) is ErrorCode.SECOND_LEVEL


def test_where_two_have_lent_the_duty_the_one_who_may_is_named() -> None:
    both = person("deputy", lent=(LENDER, Lent(duty=Duty.FIRST_REVIEWER, giver="other")))
    assert asked(both, Level.FIRST, authors=("first",)) == "other"
    assert refused(both, Level.FIRST, authors=("first", "other")) is ErrorCode.OWN_WORK


def test_an_escalated_level_stays_open_for_others_and_for_signers() -> None:
    other = person("other", Duty.FIRST_REVIEWER)
    assert workflow.missing(EDITION, [PUT_UP]) == tuple(workflow.BEFORE)
    assert refused(FIRST, Level.FIRST, PUT_UP) is ErrorCode.ESCALATED
    assert asked(other, Level.FIRST, PUT_UP) is None
    assert asked(SIGNER, Level.FIRST, PUT_UP) is None
    assert refused(SIGNER, Level.FIRST) is ErrorCode.FORBIDDEN
    assert refused(SECOND, Level.FIRST, PUT_UP) is ErrorCode.FORBIDDEN


def test_an_escalation_of_another_edition_means_nothing() -> None:
    before = review(Level.FIRST, "first", Decision.ESCALATE, digest="0" * 64)
    assert asked(FIRST, Level.FIRST, before) is None
    assert refused(SIGNER, Level.FIRST, before) is ErrorCode.FORBIDDEN


def test_who_stood_in_for_an_escalation_and_whose_duty_it_was_are_both_out() -> None:
    by_deputy = review(Level.FIRST, "deputy", Decision.ESCALATE, stead="first")
    assert refused(FIRST, Level.FIRST, by_deputy) is ErrorCode.ESCALATED
    assert refused(DEPUTY, Level.FIRST, by_deputy) is ErrorCode.ESCALATED


def test_a_signer_who_decides_a_lower_level_does_not_sign() -> None:
    done = [review(Level.FIRST, "signer"), review(Level.SECOND, "second"), review(Level.SECRECY, "secrecy")]
    assert refused(SIGNER, Level.FINAL, PUT_UP, *done) is ErrorCode.SECOND_LEVEL
    assert asked(person("other", Duty.SIGNER), Level.FINAL, PUT_UP, *done) is None


def test_the_order_of_levels_holds_for_superiors_too() -> None:
    put_up = review(Level.SECOND, "second", Decision.ESCALATE)
    assert refused(SIGNER, Level.SECOND, put_up) is ErrorCode.OUT_OF_ORDER


def test_the_levels_that_wait_for_a_person() -> None:
    every = person("every", *LEVEL_DUTY.values())
    assert workflow.open_levels(every, EDITION, authors=(), reviews=()) == (Level.FIRST, Level.SECRECY)
    assert workflow.open_levels(every, EDITION, authors=("every",), reviews=()) == ()
    done = (review(Level.FIRST, "first"),)
    assert workflow.open_levels(SECOND, EDITION, authors=(), reviews=done) == (Level.SECOND,)
    assert workflow.open_levels(SIGNER, EDITION, authors=(), reviews=(PUT_UP,)) == (Level.FIRST,)


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.ESCALATE])
def test_what_somebody_else_must_act_on_says_why(decision: Decision) -> None:
    with pytest.raises(HubError) as told:
        workflow.check_reason(decision, " \n ")
    assert set(told.value.fields) == {"note"}
    workflow.check_reason(decision, "依据不足")
    workflow.check_reason(Decision.APPROVE, "")


ALL = (
    review(Level.FIRST, "first"),
    review(Level.SECOND, "second"),
    review(Level.SECRECY, "secrecy"),
    review(Level.FINAL, "signer"),
)


@pytest.mark.parametrize(
    ("changed", "authors", "code"),
    [
        (ALL[0], ("author",), None),
        (ALL[0], ("first",), ErrorCode.OWN_WORK),
        (review(Level.FIRST, "deputy", stead="first"), ("author",), None),
        (review(Level.FIRST, "deputy", stead="first"), ("first",), ErrorCode.OWN_WORK),
        (review(Level.FIRST, "deputy", stead="second"), ("author",), ErrorCode.SECOND_LEVEL),
        (review(Level.FIRST, "second", stead="first"), ("author",), ErrorCode.SECOND_LEVEL),
        (review(Level.FIRST, "signer"), ("author",), ErrorCode.SECOND_LEVEL),
    ],
)
def test_the_last_gate_asks_everybody_behind_the_reviews(
    changed: Review, authors: tuple[str, ...], code: ErrorCode | None
) -> None:
    found = workflow.refusal(EDITION, authors=authors, reviews=(changed, *ALL[1:]))
    assert (found.code if found else None) == code


def test_the_last_gate_knows_who_escalated() -> None:
    found = workflow.refusal(EDITION, authors=(), reviews=(*ALL, review(Level.SECOND, "second", Decision.ESCALATE)))
    assert found is not None
    assert found.code is ErrorCode.ESCALATED


def test_a_mark_on_what_is_public_asks_who_approved_it_and_not_the_checks() -> None:
    body = "<p>张某，公民身份号码11010519491231002X。</p>"
    policy = EDITION.policy.model_copy(update={"body": body})
    # Made anew: a copy would carry the digest along that was worked out before.
    stopped = Edition(release=7, number=1, metadata=EDITION.metadata, documents=(policy,))
    chain = zip(Level, "abcd", strict=True)
    reviews = [review(level, who, digest=stopped.digest) for level, who in chain]
    gate = workflow.refusal(stopped, authors=["author"], reviews=reviews)
    assert gate is not None
    assert gate.code is ErrorCode.BLOCKED
    assert workflow.unapproved(stopped, authors=["author"], reviews=reviews) is None
    lacking = workflow.unapproved(stopped, authors=["author"], reviews=reviews[1:])
    assert lacking is not None
    assert lacking.code is ErrorCode.NOT_REVIEWED
    closed = Edition(release=7, number=1, metadata=making.metadata(secrecy="internal"), documents=(policy,))
    kept = workflow.unapproved(closed, authors=["author"], reviews=reviews)
    assert kept is not None
    assert kept.code is ErrorCode.CLASSIFIED
