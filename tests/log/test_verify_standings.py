"""After the release: what is withdrawn or marked was proposed by one person and confirmed by another, and stays so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.log.verify import verify_directory
from schemas.entry import Act, EntryType

Tell = Callable[..., Any]
Told = tuple[EntryType, dict[str, Any], dict[str, Any]]

START = datetime(2026, 11, 26, 1, tzinfo=UTC)
EDITION = {"release": 7, "edition": 1, "digest": "ab" * 32}
PLACE = {**EDITION, "channel": "website"}
PUBLISH, WITHDRAW, MARK = ({**PLACE, "action": one} for one in ("publish", "withdraw/5", "annotate/4"))
GONE = {"standing": 5, "kind": "withdrawn", "sha256": "cd" * 32}
SIGNED = {**GONE, "for": None}
ENDED = {"standing": 4, "kind": "repealed", "sha256": "ce" * 32}
APPROVED: Told = (EntryType.RELEASE_APPROVED, EDITION, {})
PUBLISHED: Told = (EntryType.SEND_INTENT, PUBLISH, {"rendering": "ef" * 32})
PROPOSED: Told = (EntryType.STANDING_PROPOSED, {"who": "a", "release": 7}, GONE)
CONFIRMED: Told = (EntryType.STANDING_CONFIRMED, {"who": "b", "release": 7, "edition": 1}, {**GONE, "for": None})
TAKEN_DOWN: Told = (EntryType.SEND_INTENT, WITHDRAW, {"rendering": "ef" * 32})
SEEN: Told = (EntryType.WITHDRAWAL_SEEN, WITHDRAW, {"document": "policy", "authoritative": True})
WAY = [APPROVED, PUBLISHED, PROPOSED, CONFIRMED, TAKEN_DOWN, SEEN]


def verdict(tell: Tell, directory: Path, told: list[Told]) -> list[str]:
    bodies = []
    for minute, (kind, place, data) in enumerate(told):
        act = Act.model_validate({"type": kind, "who": "worker:1", "data": data, **place})
        bodies.append(act.body(START + timedelta(minutes=minute)))
    log = tell(*bodies)
    return [one.code for one in verify_directory(log.export(directory), policy=log.policy).findings]


def without(*gone: Told) -> list[Told]:
    return [one for one in WAY if one not in gone]


def test_what_two_people_withdrew_is_lawful(tell: Tell, tmp_path: Path) -> None:
    assert verdict(tell, tmp_path, WAY) == []


def test_a_mark_and_a_new_edition_after_a_withdrawal_are_lawful(tell: Tell, tmp_path: Path) -> None:
    marked: list[Told] = [
        (EntryType.STANDING_PROPOSED, {"who": "a", "release": 7}, ENDED),
        (EntryType.STANDING_CONFIRMED, {"who": "b", "release": 7, "edition": 1}, {**ENDED, "for": None}),
        (EntryType.SEND_INTENT, MARK, {}),
    ]
    second = {**EDITION, "edition": 2}
    again: list[Told] = [
        (EntryType.RELEASE_APPROVED, second, {}),
        (EntryType.SEND_INTENT, {**PUBLISH, **second}, {}),
    ]
    assert verdict(tell, tmp_path, [APPROVED, PUBLISHED, *marked, PROPOSED, CONFIRMED, TAKEN_DOWN, *again]) == []


BASIS = {"cause": "term", "by": "edition", "of": 7, "number": 1, "what": EDITION["digest"]}
BY_TIME: Told = (EntryType.STANDING_FOLLOWED, {"release": 7, "edition": 1}, {**ENDED, **BASIS})
MARKED: Told = (EntryType.SEND_INTENT, MARK, {"rendering": "ef" * 32})


@pytest.mark.parametrize(
    ("basis", "codes"),
    [
        ({}, []),
        ({"by": "standing", "number": 5, "what": "withdrawn"}, ["act.standing_unfounded"]),
        ({"what": "00" * 32}, ["act.standing_unfounded"]),  # another text than the one that was approved
        ({"of": 8}, ["act.standing_unfounded"]),
        ({"kind": "withdrawn"}, ["act.intent_without_confirmation", "act.standing_unfounded"]),
    ],
)
def test_what_time_carries_out_was_approved_before(
    tell: Tell, tmp_path: Path, basis: dict[str, Any], codes: list[str]
) -> None:
    told = (*BY_TIME[:2], {**BY_TIME[2], **basis})
    assert sorted(verdict(tell, tmp_path, [APPROVED, PUBLISHED, told, MARKED])) == codes


def test_what_two_people_said_of_one_document_may_be_told_on_another(tell: Tell, tmp_path: Path) -> None:
    said = (*BY_TIME[:2], {**BY_TIME[2], "standing": 6, "by": "standing", "of": 7, "number": 4, "what": "repealed"})
    shown = (MARKED[0], {**MARK, "action": "annotate/6"}, MARKED[2])
    two = [(PROPOSED[0], PROPOSED[1], ENDED), (CONFIRMED[0], CONFIRMED[1], {**ENDED, "for": None})]
    assert verdict(tell, tmp_path / "1", [APPROVED, PUBLISHED, *two, said, shown]) == []
    assert verdict(tell, tmp_path / "2", [APPROVED, PUBLISHED, said, shown]) == ["act.standing_unfounded"]


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        (without(PROPOSED), ["act.standing_unproposed"]),
        (without(CONFIRMED), ["act.intent_without_confirmation"]),
        (without(TAKEN_DOWN), ["act.seen_without_intent"]),
        ([*WAY[:2], PROPOSED, TAKEN_DOWN, CONFIRMED], ["act.intent_without_confirmation"]),
        # The same person twice.
        ([*WAY[:3], (CONFIRMED[0], {**CONFIRMED[1], "who": "a"}, SIGNED), *WAY[4:]], ["act.standing_own_proposal"]),
        # The proposer behind the one who signs.
        ([*WAY[:3], (*CONFIRMED[:2], {**GONE, "for": "a"}), *WAY[4:]], ["act.standing_own_proposal"]),
        # Another reason than the one that was proposed, another kind, another release, another number.
        ([*WAY[:3], (*CONFIRMED[:2], {**SIGNED, "sha256": "00" * 32}), *WAY[4:]], ["act.standing_unproposed"]),
        (
            [*WAY[:3], (*CONFIRMED[:2], {**SIGNED, "kind": "repealed"}), *WAY[4:]],
            ["act.standing_unproposed", "act.intent_without_confirmation"],
        ),
        (
            [*WAY[:3], (CONFIRMED[0], {**CONFIRMED[1], "release": 8}, SIGNED), *WAY[4:]],
            ["act.standing_unproposed", "act.intent_without_confirmation"],
        ),
        ([*WAY[:4], (TAKEN_DOWN[0], {**WITHDRAW, "action": "withdraw/6"}, {})], ["act.intent_without_confirmation"]),
        ([*WAY[:4], (TAKEN_DOWN[0], {**WITHDRAW, "action": "withdraw"}, {})], ["act.intent_without_confirmation"]),
        ([APPROVED, PUBLISHED, (EntryType.SEND_INTENT, MARK, {})], ["act.intent_without_confirmation"]),
        # Public again: by a retry, or by a mark of what is gone.
        ([*WAY, PUBLISHED], ["act.sent_after_withdrawal"]),
        ([*WAY, (EntryType.SEND_INTENT, {**PLACE, "action": "annotate"}, {})], ["act.sent_after_withdrawal"]),
        ([*WAY[:3], (CONFIRMED[0], {"who": "b", "release": 7}, SIGNED)], ["act.incomplete"]),
    ],
)
def test_an_unlawful_story_is_refused(tell: Tell, tmp_path: Path, told: list[Told], codes: list[str]) -> None:
    assert sorted(verdict(tell, tmp_path, told)) == sorted(codes)


def test_a_withdrawal_seen_makes_nothing_official(tell: Tell, tmp_path: Path) -> None:
    official: Told = (EntryType.RELEASE_OFFICIAL, PUBLISH, {"channel": "website", "address": "https://a"})
    assert verdict(tell, tmp_path, [*WAY, official]) == ["act.official_time"]


def test_the_rules_hold_across_bundles(tell: Tell, tmp_path: Path) -> None:
    filler: list[Told] = [(EntryType.DELIVERY_TROUBLED, PUBLISH, {})] * 300
    way = [one for told in WAY for one in (told, *filler)]
    assert verdict(tell, tmp_path / "a", way) == []
    assert verdict(tell, tmp_path / "b", [*way, PUBLISHED]) == ["act.sent_after_withdrawal"]
