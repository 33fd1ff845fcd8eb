import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.log.verify import verify_directory
from schemas.entry import Act, EntryType

Tell = Callable[..., Any]
Scribe = Callable[..., bytes]
Told = tuple[EntryType, dict[str, Any], dict[str, Any]]

START = datetime(2026, 3, 1, 1, tzinfo=UTC)
EDITION = {"release": 7, "edition": 1, "digest": "ab" * 32}
WEBSITE = {**EDITION, "channel": "website", "action": "publish"}
MARK = {**EDITION, "channel": "website", "action": "annotate"}
SEEN = {"document": "policy", "address": "https://example.gov.cn/7", "sha256": "cd" * 32, "authoritative": True}
APPROVED: Told = (EntryType.RELEASE_APPROVED, EDITION, {})
INTENT = (EntryType.SEND_INTENT, WEBSITE, {"rendering": "ef" * 32})
ACCEPTED = (EntryType.SEND_RESULT, WEBSITE, {"outcome": "accepted"})
SIGHTING = (EntryType.SIGHTING, WEBSITE, SEEN)
OFFICIAL = (EntryType.RELEASE_OFFICIAL, WEBSITE, {"channel": "website", "address": SEEN["address"]})


def at(minute: int, told: Told) -> bytes:
    """Write one act as the hub writes it."""
    kind, place, data = told
    act = Act.model_validate({"type": kind, "who": "worker:1", "data": data, **place})
    return act.body(START + timedelta(minutes=minute))


def verdict(tell: Tell, directory: Path, *bodies: bytes) -> list[str]:
    log = tell(*bodies)
    return [one.code for one in verify_directory(log.export(directory), policy=log.policy).findings]


def test_the_longest_way_that_the_hub_may_go_is_lawful(tell: Tell, tmp_path: Path) -> None:
    """An absent result lets the same send be intended anew, an unknown one is settled later, a mark follows."""
    absent, unknown = ((EntryType.SEND_RESULT, WEBSITE, {"outcome": one}) for one in ("absent", "unknown"))
    attachment = (EntryType.SIGHTING, WEBSITE, {**SEEN, "document": "attachment"})
    elsewhere = (EntryType.SIGHTING, {**WEBSITE, "channel": "wechat"}, {**SEEN, "authoritative": False})
    way = [APPROVED, INTENT, absent, INTENT, unknown, ACCEPTED, elsewhere]
    mark = [(EntryType.SEND_INTENT, MARK, {}), (EntryType.SEND_RESULT, MARK, {}), (EntryType.SIGHTING, MARK, SEEN)]
    bodies = [at(minute, told) for minute, told in enumerate(way)]
    bodies += [at(20, told) for told in (attachment, SIGHTING, OFFICIAL)]
    bodies += [at(30, told) for told in mark]
    assert verdict(tell, tmp_path, *bodies) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([INTENT], "act.intent_without_approval"),
        ([INTENT, APPROVED], "act.intent_without_approval"),
        ([APPROVED, (INTENT[0], {**WEBSITE, "digest": "00" * 32}, {})], "act.intent_without_approval"),
        ([APPROVED, (INTENT[0], {**WEBSITE, "edition": 2}, {})], "act.intent_without_approval"),
        ([APPROVED, (INTENT[0], {**WEBSITE, "release": 8}, {})], "act.intent_without_approval"),
        ([APPROVED, ACCEPTED], "act.result_without_intent"),
        ([APPROVED, ACCEPTED, INTENT], "act.result_without_intent"),
        ([APPROVED, INTENT, (ACCEPTED[0], {**WEBSITE, "channel": "wechat"}, {})], "act.result_without_intent"),
        ([APPROVED, INTENT, (ACCEPTED[0], MARK, {})], "act.result_without_intent"),
        ([OFFICIAL], "act.official_time"),
        ([OFFICIAL, SIGHTING], "act.official_time"),
        ([(SIGHTING[0], WEBSITE, {**SEEN, "authoritative": False}), OFFICIAL], "act.official_time"),
        ([(SIGHTING[0], WEBSITE, {**SEEN, "document": "reading"}), OFFICIAL], "act.official_time"),
        ([(SIGHTING[0], {**WEBSITE, "release": 8}, SEEN), OFFICIAL], "act.official_time"),
        ([SIGHTING, OFFICIAL, OFFICIAL], "act.official_repeated"),
        ([(SIGHTING[0], WEBSITE, {})], "act.incomplete"),
        ([APPROVED, (INTENT[0], EDITION, {})], "act.incomplete"),
    ],
)
def test_an_unlawful_story_is_refused(tell: Tell, tmp_path: Path, told: list[Told], code: str) -> None:
    assert verdict(tell, tmp_path, *(at(0, one) for one in told)) == [code]


def test_the_official_time_is_that_of_the_first_sighting(tell: Tell, tmp_path: Path) -> None:
    late = [at(0, SIGHTING), at(1, SIGHTING), at(1, OFFICIAL)]
    assert verdict(tell, tmp_path, *late) == ["act.official_time"]


def test_rules_hold_across_bundles(tell: Tell, tmp_path: Path) -> None:
    filler = [at(1, (EntryType.DELIVERY_TROUBLED, WEBSITE, {}))] * 300
    assert verdict(tell, tmp_path / "a", at(0, APPROVED), *filler, at(1, INTENT), *filler, at(2, ACCEPTED)) == []
    assert verdict(tell, tmp_path / "b", *filler, at(1, INTENT)) == ["act.intent_without_approval"]
    assert verdict(tell, tmp_path / "c", *filler[:256], at(0, APPROVED)) == ["entry.time_backwards"]


def test_time_never_goes_backwards(tell: Tell, tmp_path: Path) -> None:
    assert verdict(tell, tmp_path, at(1, APPROVED), at(0, APPROVED)) == ["entry.time_backwards"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}x",
        b"\xff",
        b"[" * 60_000,
        b'{"v": 1}',
        b'{"v":1,"a":2}',
        b'{"a":1,"a":1,"v":1}',
        b'{"a":1.0,"v":1}',
        b'{"a":1e1,"v":1}',
        b'{"a":-0,"v":1}',
        b'{"a":NaN,"v":1}',
        b'{"a":9007199254740992,"v":1}',
        b'{"a":' + b"9" * 60_000 + b',"v":1}',
        b'{"a":"\\u0041","v":1}',
        b'{"a":"e\xcc\x81","v":1}',
        b'{"a":"\\ud800","v":1}',
        b'{"a":-0.0e-0,"v":1}',
        b'{"a":1},-0.0e-0,{"v":1}',
    ],
)
def test_an_entry_that_is_not_canonical_is_refused(tell: Tell, tmp_path: Path, body: bytes) -> None:
    assert verdict(tell, tmp_path, at(0, APPROVED), body, at(0, INTENT)) == ["entry.not_canonical"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("v", 2, "entry.shape"),
        ("v", True, "entry.shape"),
        ("v", None, "entry.shape"),
        ("t", 5, "entry.shape"),
        ("at", 5, "entry.shape"),
        ("rel", "7", "entry.shape"),
        ("rel", True, "entry.shape"),
        ("data", [], "entry.shape"),
        ("at", "2026-03-01T09:00:00.000Z", "entry.time"),
        ("at", "2026-03-01T09:00:00+08:00", "entry.time"),
        ("at", "2026-02-30T09:00:00.000+08:00", "entry.time"),
        ("at", "2026-03-01T24:00:00.000+08:00", "entry.time"),
        ("at", "2026-03-01T09:00:60.000+08:00", "entry.time"),
    ],
)
def test_an_entry_of_another_shape_is_refused(tell: Tell, tmp_path: Path, field: str, value: object, code: str) -> None:
    fields = {**json.loads(at(0, APPROVED)), field: value}
    body = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    assert verdict(tell, tmp_path, body) == [code]


@pytest.mark.parametrize("depth", [9, 100, 480, 600, 700])
def test_a_deeply_nested_entry_does_not_stop_the_verifier(tell: Tell, tmp_path: Path, depth: int) -> None:
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    body = at(0, (EntryType.DELIVERY_TROUBLED, EDITION, {"a": 1})).replace(b'{"a":1}', nested)
    log = tell(at(0, APPROVED), body)
    report = verify_directory(log.export(tmp_path), policy=log.policy)
    assert report.entries_checked == 2
    assert {one.code for one in report.findings} <= {"entry.not_canonical"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rel":7', b'"rel":07'),
        (b'"rel":7', b'"rel":-0'),
        (b'"rel":7', b'"rel":7.0'),
        (b'"rel":7', b'"rel":9007199254740992'),
        (b'"rel":7', b'"rel": 7'),
        (b'"ed":1', b'"ed":1,"ed":1'),
        (b'"worker:1"', b'"worker\\u003a1"'),
        (b'"worker:1"', b'"worke\tr"'),
        (b'"worker:1"', "e\u0301".encode().join([b'"', b'"'])),
        (b'"worker:1"}', b'"worker:1"} '),
    ],
)
def test_an_entry_that_resembles_canonical_ones_is_read_as_strictly(
    tell: Tell, tmp_path: Path, old: bytes, new: bytes
) -> None:
    true = at(0, APPROVED)
    assert old in true
    assert verdict(tell, tmp_path, true, true, true.replace(old, new, 1), true) == ["entry.not_canonical"]


def test_the_lengthiest_list_of_faults_is_cut_but_counted(tell: Tell, tmp_path: Path) -> None:
    log = tell(*[b"{}"] * 500)
    report = verify_directory(log.export(tmp_path), policy=log.policy)
    assert (len(report.findings), report.findings_count) == (100, 500)


def test_the_hubs_own_ordinary_release_is_lawful(tell: Tell, scribe: Scribe, tmp_path: Path) -> None:
    opened = scribe("log.opened", 0, data={"origin": "publish.example.gov.cn/log/2026"})
    told = [APPROVED, INTENT, ACCEPTED, SIGHTING, OFFICIAL]
    assert verdict(tell, tmp_path, opened, *(at(60, one) for one in told)) == []
