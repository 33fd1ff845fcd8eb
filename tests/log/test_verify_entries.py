from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.log import verify
from hub.log.audit import entries, shapes
from schemas import canonical
from tests.log import generated

DIGEST = "ab" * 32
EDITION = {"rel": 1, "ed": 1, "digest": DIGEST}
SENDING = {**EDITION, "chan": "website", "act": "publish"}
SEEN = {"document": "policy", "address": "https://example.gov.cn/1", "authoritative": True, "sha256": DIGEST}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
    | st.sampled_from(["", "政策", 'a"b', "c\\d", "\n", "é", "e", "\x7f", "website"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["at", "t", "x", "键"]), inner, max_size=2)
    ),
    max_leaves=6,
)


def codes(tell: Callable[..., Any], directory: Path, *bodies: bytes) -> list[str]:
    log = tell(*bodies)
    found = verify.verify_directory(log.export(directory), policy=log.policy)
    return [finding.code for finding in found.findings]


def test_entries_that_are_only_whole_together_are_refused(tell: Callable[..., Any], tmp_path: Path) -> None:
    halves = [b'{"a":[{}', b"{}]}", b'{"b":1},{"c":2}', b'{"a":"', b'"}', b"{}\n{}"]
    assert codes(tell, tmp_path, *halves) == ["entry.not_canonical"] * len(halves)


def test_an_accent_after_an_escape_is_normal_text(tell: Callable[..., Any], tmp_path: Path) -> None:
    body = canonical.encode({"v": 1, "t": "x", "at": "2026-03-01T09:00:00.000+08:00", "who": "\n\u0303"})
    assert codes(tell, tmp_path, body) == []


@pytest.mark.parametrize("name", ["v", "t", "at"])
def test_an_entry_without_a_needed_field_is_refused(tell: Callable[..., Any], tmp_path: Path, name: str) -> None:
    body = {"v": 1, "t": "x", "at": "2026-03-01T09:00:00.000+08:00"}
    del body[name]
    assert codes(tell, tmp_path, canonical.encode(body)) == ["entry.shape"]


def test_a_value_cannot_pass_for_two(tell: Callable[..., Any], scribe: Callable[..., bytes], tmp_path: Path) -> None:
    approved = scribe("release.approved", 1, **EDITION)
    intent = scribe("send.intent", 1, **{**SENDING, "chan": "a', 'b", "act": "c"})
    result = scribe("send.result", 1, **{**SENDING, "chan": "a", "act": "b', 'c"})
    assert codes(tell, tmp_path, approved, intent, result) == ["act.result_without_intent"]


def test_two_numbers_cannot_pass_for_two_others(
    tell: Callable[..., Any], scribe: Callable[..., bytes], tmp_path: Path
) -> None:
    approved = scribe("release.approved", 1, rel=23, ed=1, digest=DIGEST)
    intent = scribe("send.intent", 1, **{**SENDING, "rel": 3, "ed": 12})
    assert codes(tell, tmp_path, approved, intent) == ["act.intent_without_approval"]


def test_an_entry_of_a_known_shape_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = list(generated.Generated(100).entries(0, 100))
    with monkeypatch.context() as patch:
        patch.setattr(entries, "_SHAPES", shapes.Shapes())
        expected = list(entries.read(bodies))
        patch.setattr(entries, "_read_whole", lambda entry, *, learn: pytest.fail(f"parsed {entry!r}, {learn}"))
        assert list(entries.read(bodies)) == expected


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("release.approved", "digest"),
        ("send.intent", "digest"),
        ("send.intent", "chan"),
        ("send.result", "act"),
        ("release.official", "rel"),
        ("sighting", "rel"),
        ("sighting", "data"),
    ],
)
def test_an_act_without_the_fields_of_its_rule_is_refused(
    tell: Callable[..., Any], scribe: Callable[..., bytes], tmp_path: Path, kind: str, name: str
) -> None:
    fields = {**SENDING, "data": SEEN}
    del fields[name]
    assert "act.incomplete" in codes(tell, tmp_path, scribe(kind, 1, **fields))


@pytest.mark.parametrize(
    "seen",
    [{"authoritative": False}, {"authoritative": "true"}, {"authoritative": 1}, {"document": "interpretation-1"}],
)
def test_no_other_sighting_makes_official(
    tell: Callable[..., Any], scribe: Callable[..., bytes], tmp_path: Path, seen: dict[str, Any]
) -> None:
    sighting = scribe("sighting", 1, rel=1, data={**SEEN, **seen})
    assert codes(tell, tmp_path, sighting, scribe("release.official", 1, rel=1)) == ["act.official_time"]


facts = st.fixed_dictionaries(
    {"t": st.sampled_from(["x", "release.approved", "send.intent", "send.result", "sighting", "release.official"])},
    optional={
        "act": st.sampled_from(["publish", "政"]),
        "chan": st.sampled_from(["website", "a,b"]),
        "digest": st.sampled_from([DIGEST, ""]),
        "ed": st.integers(0, 12),
        "rel": st.integers(-1, 12),
        "data": st.dictionaries(st.sampled_from(["authoritative", "document", "x"]), values | st.just("policy")),
        "data.document": values,
        "zz": values,
    },
)


def fresh(*bodies: bytes) -> list[Any]:
    """Read the entries with no memory of shapes but of these."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entries, "_SHAPES", shapes.Shapes())
        return list(entries.read(bodies))


@given(facts, st.data())
def test_reading_by_shape_finds_what_reading_in_full_finds(extra: dict[str, Any], data: st.DataObject) -> None:
    true = canonical.encode({"v": 1, "at": "2026-03-01T09:00:00.000+08:00", **extra})
    text = true.decode()
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from(['"', ",", " ", "0", "-", "}", "]", "t", "政", "\u0301", "\\", "\x00", ""]))
    changed = (text[:at] + put + text[at + 1 :]).encode()
    assert fresh(true, true, changed) == [entries._read_whole(one, learn=False) for one in (true, true, changed)]


@given(st.sampled_from([b"release.approved", b"x"]), st.binary(min_size=1, max_size=2), st.data())
def test_a_changed_byte_is_read_no_less_strictly(kind: bytes, put: bytes, data: st.DataObject) -> None:
    fields = {**EDITION, "data": {"a": [1, "政策", None, {"b": True}], "c": -5}}
    true = canonical.encode({"v": 1, "t": kind.decode(), "at": "2026-03-01T09:00:00.000+08:00", **fields})
    at = data.draw(st.integers(0, len(true) - 1))
    changed = true[:at] + put + true[at + 1 :]
    assert fresh(true, changed) == [entries._read_whole(one, learn=False) for one in (true, changed)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"03-01T", b"02-30T", "entry.time"),
        (b"T09:", b"T24:", "entry.time"),
        (b"+08:00", b"+09:00", "entry.time"),
        (b'["a","b"]', b'["a", "b"]', "entry.not_canonical"),
        (b'["a","b"]', b'["a","b",]', "entry.not_canonical"),
        (b'["a","b"]', b'["a","b"', "entry.not_canonical"),
        (b'{"m":1,"n":2}', b'{"n":1,"m":2}', "entry.not_canonical"),
        (b'{"m":1,"n":2}', b'{"m":1,"m":2}', "entry.not_canonical"),
        (b'{"m":1,"n":2}', b'{"m":1,"n":00}', "entry.not_canonical"),
        (b'{"m":1,"n":2}', b'{"m":1,"n":9007199254740993}', "entry.not_canonical"),
        (b'"who":"a"', b'"who":"\xff"', "entry.not_canonical"),
        (b'"who":"a"', b'"who":"\xed\xa0\x80"', "entry.not_canonical"),
        (b'"who":"a"', b'"who":"a\\u0000"', None),
        (b'"v":1', b'"v":2', "entry.shape"),
    ],
)
def test_one_that_resembles_proven_ones_must_still_be_right(
    tell: Callable[..., Any], tmp_path: Path, old: bytes, new: bytes, code: str | None
) -> None:
    fields = {"data": {"list": ["a", "b"], "z": {"m": 1, "n": 2}}, "who": "a"}
    true = canonical.encode({"v": 1, "t": "x", "at": "2026-03-01T09:00:00.000+08:00", **fields})
    assert true.count(old) == 1
    assert codes(tell, tmp_path, true, true, true.replace(old, new), true) == ([code] if code else [])


def test_a_field_beside_the_data_does_not_pass_for_one_in_it(
    tell: Callable[..., Any], scribe: Callable[..., bytes], tmp_path: Path
) -> None:
    seen = {"address": "a", "authoritative": True}
    sighting = scribe("sighting", 1, **{"rel": 1, "data": seen, "data.document": "policy"})
    official = scribe("release.official", 1, rel=1)
    assert codes(tell, tmp_path, sighting, sighting, official) == ["act.official_time"]


def test_rules_bind_escaped_and_plain_entries_alike(
    tell: Callable[..., Any], scribe: Callable[..., bytes], tmp_path: Path
) -> None:
    """An entry with an escape is read in full, its neighbours by shape: the keys of both must meet."""
    intent, result = scribe("send.intent", 1, **SENDING), scribe("send.result", 1, **SENDING, data={"said": 'a"b'})
    approved = scribe("release.approved", 1, **EDITION, who="c\\d")
    for told, found in [((approved, intent, result), []), ((intent, result), ["act.intent_without_approval"])]:
        assert codes(tell, tmp_path / str(len(told)), *told) == found
