"""Who confirms what is to become of an older document, also in somebody's stead."""

from datetime import UTC, datetime

import pytest

from hub.core.backfiles import rules
from schemas.backfile import Attribution
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Lent, Person

OPINION = Attribution(
    id=1,
    backfile=1,
    disclosure="open",
    reason="已具备条件",
    secrecy_opinion="不涉密",
    proposed_by="editor",
    proposed_at=datetime(2026, 11, 26, tzinfo=UTC),
)


def person(name: str, *duties: Duty, lent: tuple[Lent, ...] = ()) -> Person:
    held = {*duties, *(one.duty for one in lent)}
    return Person(id=name, login="someone", name=name, unit="办公室", duties=held, lent=lent)


def test_whoever_answers_for_publicity_or_for_secrets_confirms() -> None:
    for duty in rules.CONFIRM:
        assert rules.check_ruling(person("other", duty), OPINION, confirms=True) is None
    lent = Lent(duty=Duty.SIGNER, giver="head")
    assert rules.check_ruling(person("other", lent=(lent,)), OPINION, confirms=True) == "head"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (person("editor", Duty.EDITOR, Duty.SIGNER), ErrorCode.OWN_PROPOSAL),
        (person("other", lent=(Lent(duty=Duty.SIGNER, giver="editor"),)), ErrorCode.OWN_PROPOSAL),
        (person("other", Duty.FIRST_REVIEWER, Duty.EDITOR), ErrorCode.FORBIDDEN),
    ],
)
def test_nobody_is_both_persons(who: Person, code: ErrorCode) -> None:
    with pytest.raises(HubError) as refused:
        rules.check_ruling(who, OPINION, confirms=True)
    assert refused.value.code is code


def test_ones_own_opinion_may_be_taken_back() -> None:
    assert rules.check_ruling(person("editor", Duty.EDITOR), OPINION, confirms=False) is None
