"""The log in words: every kind of act has its sentence, and none fails for what an entry lacks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import chronicle
from hub.core.chronicle import Entry
from schemas import canonical
from schemas.entry import Act, EntryType
from tests.house.test_house import has_chinese

AT = datetime(2026, 11, 26, 6, 3, 5, 123_456, UTC)
WANG = "a" * 32
NAMES = {WANG: "王编辑", "b" * 32: "李初审"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdefg", max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("person", "what", "outcome", "receipt", "trouble", "address", "document", "delay_ms", "duties", "channels")


def told(kind: str, **fields: object) -> str:
    return chronicle.sentence(entry(kind, **fields), NAMES)


def entry(kind: str, **fields: object) -> Entry:
    return Entry.read(Act.model_validate({"type": kind, "who": WANG, **fields}).body(AT))


@pytest.mark.parametrize("kind", EntryType, ids=str)
def test_every_kind_of_act_has_a_sentence_of_its_own(kind: EntryType) -> None:
    said = told(kind, release=1001, edition=2, digest="c" * 64, channel="website", action="publish")
    assert said.startswith("王编辑")
    assert said.endswith("。")
    assert has_chinese(said)
    assert kind.value not in said
    assert said != told(next(one for one in EntryType if one is not kind), release=1001)


def test_a_review_says_who_what_and_of_which_digest() -> None:
    data = {"level": "first", "decision": "approve", "for": "b" * 32}
    said = told("release.reviewed", release=1001, edition=1, digest="d" * 64, data=data)
    assert said == f"王编辑代“李初审”对政策发布 1001 第 1 版作出初审结论：同意，内容摘要 {'d' * 12}…。"


def test_a_sighting_says_where_what_and_how_late() -> None:
    data = {"document": "policy", "address": "http://x/1.html", "sha256": "e" * 64, "delay_ms": 1205}
    said = told("sighting", release=1001, edition=1, channel="website", data=data)
    assert "http://x/1.html" in said
    assert "政策文件" in said
    assert "1.205 秒" in said


def test_a_worker_is_no_person() -> None:
    found = Entry.read(Act(type=EntryType.SEND_INTENT, who="worker:vm-1").body(AT))
    assert found.people == frozenset()
    assert found.people == frozenset()
    assert chronicle.sentence(found, {}).startswith("投递进程“vm-1”")


def test_whoever_has_no_name_keeps_the_id() -> None:
    assert chronicle.sentence(entry("release.created", release=7), {}).startswith(f"编号 {WANG[:8]}")


def test_an_act_of_a_later_version_is_told_by_its_name() -> None:
    body = canonical.encode({"v": 1, "t": "moon.landed", "at": "2026-11-26T14:03:05.123+08:00", "who": WANG})
    assert chronicle.sentence(Entry.read(body), NAMES) == "王编辑办理了“moon.landed”。"


def test_an_entry_is_read_as_it_was_written() -> None:
    found = entry("release.published", release=1001, edition=3, digest="f" * 64, data={"channels": ["website"]})
    assert (found.release, found.edition, found.digest, found.who) == (1001, 3, "f" * 64, WANG)
    assert found.at == AT.replace(microsecond=123_000)
    assert found.data["channels"] == ["website"]


@given(st.sampled_from(EntryType), st.dictionaries(st.sampled_from(FIELDS), VALUES))
def test_no_entry_whatever_it_holds_stops_the_reader(kind: EntryType, data: dict[str, object]) -> None:
    fields = {"v": 1, "t": kind.value, "at": "2026-11-26T14:03:05.123+08:00", "who": WANG, "data": data}
    try:
        body = canonical.encode(fields)
    except ValueError:
        return  # Text that is not NFC never becomes an entry.
    assert chronicle.sentence(Entry.read(body), NAMES).endswith("。")
