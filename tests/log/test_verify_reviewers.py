"""The verifier knows who was behind each review: no author, nobody twice, nobody after an escalation or unasked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.log.verify import verify_directory
from schemas.entry import Act, EntryType

Tell = Callable[..., Any]
#: Nine in the morning in Beijing.
START = datetime(2026, 3, 1, 1, tzinfo=UTC)
EDITION: dict[str, Any] = {"release": 7, "edition": 1, "digest": "ab" * 32}


def told(kind: EntryType, who: str, *, hours: float = 0, data: dict[str, Any] | None = None, **place: Any) -> bytes:
    act = Act.model_validate({"type": kind, "who": who, "data": data or {}, **place})
    return act.body(START + timedelta(hours=hours))


def review(who: str, level: str, decision: str = "approve", *, stead: str | None = None, hours: float = 0) -> bytes:
    data = {"level": level, "decision": decision, "for": stead}
    return told(EntryType.RELEASE_REVIEWED, who, hours=hours, data=data, **EDITION)


def signed(who: str, level: str, *, stead: str | None = None) -> bytes:
    data = {"level": level, "verdict": "endorse", "for": stead}
    return told(EntryType.RELEASE_COUNTERSIGNED, who, data=data, **EDITION)


def given(giver: str, receiver: str, duty: str = "first_reviewer", *, days: tuple[str, str], number: int = 1) -> bytes:
    data = {"delegation": number, "giver": giver, "receiver": receiver, "duty": duty, "sha256": "cd" * 32}
    return told(EntryType.DELEGATION_GIVEN, giver, data=data | {"starts_on": days[0], "ends_on": days[1]})


def revoked(by: str, *, number: int = 1) -> bytes:
    return told(EntryType.DELEGATION_REVOKED, by, data={"delegation": number, "giver": "a", "receiver": "b"})


CREATED = told(EntryType.RELEASE_CREATED, "author", release=7)
EDITED = told(EntryType.RELEASE_EDITED, "other", release=7)
TODAY = ("2026-03-01", "2026-03-01")
LENT = given("a", "b", days=TODAY)


@pytest.mark.parametrize(
    ("way", "codes"),
    [
        ([CREATED, EDITED, review("a", "first"), review("c", "second"), review("d", "final")], []),
        ([CREATED, review("author", "first")], ["act.own_work"]),
        ([CREATED, EDITED, review("other", "second")], ["act.own_work"]),
        ([CREATED, review("author", "first", "return")], []),
        ([review("a", "first"), review("a", "second")], ["act.review_twice"]),
        ([review("a", "first", "escalate"), review("a", "first")], ["act.review_after_escalation"]),
        ([review("a", "first", "escalate"), review("a", "second")], []),
        ([review("a", "first", "escalate"), review("d", "first"), review("d", "final")], ["act.review_twice"]),
        ([LENT, review("b", "first", stead="a")], []),
        ([review("b", "first", stead="a")], ["act.review_unasked"]),
        ([LENT, review("c", "first", stead="a")], ["act.review_unasked"]),
        ([LENT, review("b", "second", stead="a")], ["act.review_unasked"]),
        ([LENT, revoked("a"), review("b", "first", stead="a")], ["act.review_unasked"]),
        ([given("a", "b", "signer", days=TODAY), review("b", "first", stead="a")], []),
        ([given("a", "b", days=("2026-03-02", "2026-03-09")), review("b", "first", stead="a")], ["act.review_unasked"]),
        ([given("a", "b", days=("2026-02-01", "2026-02-28")), review("b", "first", stead="a")], ["act.review_unasked"]),
        ([given("a", "b", days=("2026-03-01", "never")), review("b", "first", stead="a")], ["act.review_unasked"]),
        ([LENT, review("b", "first", stead="a", hours=15.05)], []),
        ([LENT, review("b", "first", stead="a", hours=15.2)], ["act.review_unasked"]),
        ([told(EntryType.RELEASE_CREATED, "a", release=7), LENT, review("b", "first", stead="a")], ["act.own_work"]),
        ([LENT, review("b", "first", stead="a"), review("a", "second")], ["act.review_twice"]),
        ([LENT, review("b", "first", "escalate", stead="a"), review("a", "first")], ["act.review_after_escalation"]),
        ([CREATED, review("d", "final"), signed("a", "first"), signed("c", "second")], []),
        ([review("d", "final"), signed("d", "first")], ["act.review_twice"]),
        ([signed("a", "first"), signed("a", "second")], ["act.review_twice"]),
        ([CREATED, review("d", "final"), signed("author", "first")], ["act.own_work"]),
        ([signed("b", "first", stead="a")], ["act.review_unasked"]),
    ],
)
def test_who_is_behind_the_reviews(tell: Tell, tmp_path: Path, way: list[bytes], codes: list[str]) -> None:
    assert verdict(tell, tmp_path, *way) == codes


def test_the_author_of_one_release_may_review_another(tell: Tell, tmp_path: Path) -> None:
    elsewhere = told(EntryType.RELEASE_CREATED, "a", release=8)
    assert verdict(tell, tmp_path, elsewhere, review("a", "first")) == []


def test_it_is_known_across_bundles(tell: Tell, tmp_path: Path) -> None:
    filler = [told(EntryType.DELIVERY_TROUBLED, "worker:1", release=9)] * 300
    assert verdict(tell, tmp_path / "a", CREATED, *filler, review("author", "first")) == ["act.own_work"]
    assert verdict(tell, tmp_path / "b", LENT, *filler, review("b", "first", stead="a")) == []


def test_a_review_from_before_duties_could_be_lent_is_read(tell: Tell, tmp_path: Path) -> None:
    old = told(EntryType.RELEASE_REVIEWED, "a", data={"level": "first", "decision": "approve"}, **EDITION)
    assert verdict(tell, tmp_path, old) == []
    assert verdict(tell, tmp_path / "again", old, old) == ["act.review_twice"]


def test_a_review_that_does_not_say_which_level_is_incomplete(tell: Tell, tmp_path: Path) -> None:
    body = told(EntryType.RELEASE_REVIEWED, "a", data={"decision": "approve"}, **EDITION)
    assert verdict(tell, tmp_path, body) == ["act.incomplete"]


def verdict(tell: Tell, directory: Path, *bodies: bytes) -> list[str]:
    log = tell(*bodies)
    return [one.code for one in verify_directory(log.export(directory), policy=log.policy).findings]
