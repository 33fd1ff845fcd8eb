"""Relations stand in what is approved, and change nothing where there are none."""

import pytest
from pydantic import ValidationError

from schemas.edition import Edition
from schemas.relation import Relation
from tests import making

#: As it was before there were relations.
DIGEST = "bcc46b294ac6910fbd3dd2038c86719aa661b43c7455c1c56eb2f404fac6b121"


def edition(**changes: object) -> Edition:
    return Edition(release=7, number=1, metadata=making.metadata(**changes), documents=making.documents())


def test_an_edition_without_relations_keeps_its_bytes() -> None:
    assert edition().digest == DIGEST
    assert b"relations" not in edition().encoded()
    assert Edition.thaw(edition().encoded()).metadata.relations == ()


def test_what_is_declared_is_part_of_the_digest() -> None:
    declared = edition(relations=[{"kind": "repeals", "release": 3, "title": "旧的通知"}])
    assert declared.digest != DIGEST
    assert Edition.thaw(declared.encoded()) == declared


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "repeals"},
        {"kind": "repeals", "release": 3, "address": "https://example.org/"},
        {"kind": "repeals", "title": "旧", "address": "javascript:alert(1)"},
        {"kind": "withdraws", "release": 3},
    ],
)
def test_a_relation_names_one_document_and_one_act(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Relation.model_validate(wrong)
