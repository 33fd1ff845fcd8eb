import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.log import verify
from hub.log.audit import entries, shapes
from schemas import canonical

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


@given(st.dictionaries(st.sampled_from(["chan", "data", "rel", "who", "zz", "act"]), values, max_size=4), st.data())
def test_reading_by_shape_finds_what_reading_in_full_finds(extra: dict[str, Any], data: st.DataObject) -> None:
    entry = {"v": 1, "t": "x", "at": "2026-03-01T09:00:00.000+08:00", **extra}
    text = canonical.encode(entry).decode()
    assume(not entries.misshapen(entry) and shapes.is_plain(text.encode()))
    known = shapes.Shapes()
    known.learn(text, entry)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from(['"', ",", " ", "0", "-", "}", "t", "政", ""])) + text[at + 1 :]
    for one in (text, changed):
        found = known.read(one)
        if found is not None:
            whole = json.loads(one)
            assert canonical.encode(whole) == one.encode()
            assert not entries.misshapen(whole)
            assert {name: found[name] for name in found if name != "data"} == {
                name: whole[name] for name in whole if name in shapes.TEXTS | shapes.NUMBERS | {"v", "t"}
            }
