"""The chain of a fast lane stands in the edition, and an edition without one is the bytes that it always was."""

import pytest
from pydantic import ValidationError

from schemas import canonical
from schemas.edition import Edition
from schemas.review import Level
from schemas.rulebook import Rulebook
from tests import making

#: Of an edition from before there was a fast lane, as a store has it.
BEFORE = (
    '{"documents":[{"attachments":[],"body":"<p>一、为了测试。</p>","images":[],"number":0,"role":"policy","summary":"",'
    '"title":"关于测试的通知"}],"metadata":{"addressees":"","disclosure":"open","disclosure_ground":"","doc_no":"津规资办发〔2026〕1号",'
    '"effective_on":null,"expires_on":null,"index_no":"11120000MB1909339E/2026-00001","issuer":"天津市规划和自然资源局","keywords":[],'
    '"kind":"notice","note":"","printed_on":null,"secrecy":"none","signed_on":"2026-11-01","theme":"综合政务\\\\政务公开",'
    '"title":"关于测试的通知"},"number":1,"release":7}'
)


def test_an_edition_without_a_chain_keeps_its_bytes_and_its_digest() -> None:
    thawed = Edition.thaw(BEFORE.encode())
    written = Edition.model_validate(thawed.model_dump())
    assert written.encoded() == BEFORE.encode()
    assert written.digest == thawed.digest == canonical.digest(BEFORE.encode())


def test_a_chain_is_part_of_what_is_approved() -> None:
    usual = Edition(release=7, number=1, metadata=making.metadata(), documents=making.documents())
    hurried = usual.model_copy(update={"chain": (Level.SECRECY, Level.FINAL)})
    assert hurried.encoded() != usual.encoded()
    assert Edition.thaw(hurried.encoded()).chain == hurried.chain


@pytest.mark.parametrize("levels", [("final",), ("secrecy",), ("first", "second"), ("first", "second", "final")])
def test_no_chain_does_without_the_secrecy_review_and_the_final_word(levels: tuple[str, ...]) -> None:
    whole = {"release": 7, "number": 1, "metadata": making.metadata(), "documents": making.documents()}
    with pytest.raises(ValidationError):
        Edition.model_validate({**whole, "chain": levels})
    with pytest.raises(ValidationError):
        Rulebook.model_validate({"urgent_levels": levels})
