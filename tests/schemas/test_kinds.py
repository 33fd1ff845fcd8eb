"""The kinds as data: the table agrees with the values that are kept, and older editions keep their bytes."""

from datetime import date
from typing import Any

import pytest

from schemas import filled, kinds
from schemas.columns import COLUMNS
from schemas.edition import Edition
from schemas.kinds import FIELDS, INSIDE, KINDS
from schemas.particulars import Form, Particulars
from schemas.release import Document, Kind, Metadata, Role
from schemas.rulebook import Rulebook


def edition(form: Form = Form.TEXT, **particulars: Any) -> Edition:
    fields: dict[str, Any] = {"title": "会议", "issuer": "局", "theme": "综合政务", "keywords": ("甲",)}
    metadata = Metadata(
        kind=Kind.MEETING, signed_on=date(2026, 11, 1), particulars=Particulars(**particulars), **fields
    )
    policy = Document(role=Role.POLICY, number=0, title="会议", body="<p>甲</p>")
    reading = Document(role=Role.INTERPRETATION, number=1, title="解读", body="<p>乙</p>", form=form)
    return Edition(release=7, number=1, metadata=metadata, documents=(policy, reading))


def test_an_edition_without_them_keeps_the_bytes_that_it_had_before_there_were_any() -> None:
    # Digest of the same edition, worked out by the release before the fields existed.
    assert edition().digest == "f2a167a7282d49b9801954fa4a321f6b7a9d60fe5b78787d4b05c041cc64aa39"
    assert edition(session="").digest == edition().digest


def test_what_is_said_is_part_of_the_digest_and_comes_back() -> None:
    said = edition(Form.GRAPHIC, held_on=date(2026, 11, 2))
    assert said.digest != edition(Form.GRAPHIC).digest != edition().digest
    assert Edition.thaw(said.encoded()) == said
    assert b'"particulars":{"held_on":"2026-11-02"}' in said.encoded()


def test_every_value_has_its_field_in_some_kind_and_every_field_its_value() -> None:
    assert set(FIELDS) == set(Particulars.model_fields)
    assert set(FIELDS).isdisjoint(Metadata.model_fields)  # they share one form
    assert set(FIELDS) >= INSIDE


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_names_only_what_there_is(kind: Kind) -> None:
    row = KINDS[kind]
    assert {row.column, *row.columns} <= set(COLUMNS)
    known = {one.name for one in row.fields} | set(Metadata.model_fields)
    named = {*row.either, *(name for pair in row.order for name in pair), *(one.since for one in row.clocks)}
    assert {*named, *(one.until for one in row.clocks if one.until)} <= known
    assert {one.rule for one in row.clocks if one.rule} <= set(Rulebook.model_fields)
    assert all(one.source for one in (*row.fields, *row.needs) if one.need is kinds.Need.REQUIRED)


def test_what_belongs_to_another_kind_is_named() -> None:
    odd = edition(closes_on=date(2026, 12, 1), held_on=date(2026, 11, 2)).metadata
    assert [one.label for one in filled.foreign(odd)] == ["截止日期"]
    assert [(one.label, filled.read(said)) for one, said in filled.filled(odd)] == [("会议日期", "2026年11月2日")]


def test_only_an_interpretation_has_a_form() -> None:
    with pytest.raises(ValueError, match="只有解读才有解读形式"):
        Document(role=Role.POLICY, number=0, title="甲", body="", form=Form.VIDEO)
