"""What a copy of an edition says of itself: only its own digest."""

import pkgutil
from functools import cached_property
from importlib import import_module

import pytest

import schemas
from schemas import canonical
from schemas.edition import Edition
from schemas.release import Attachment, Frozen
from tests import making


@pytest.fixture
def edition() -> Edition:
    made = Edition(release=7, number=1, metadata=making.metadata(), documents=making.documents())
    assert made.digest == canonical.digest(made.encoded())
    return made


def test_a_copy_with_changes_never_answers_with_the_old_digest(edition: Edition) -> None:
    later = edition.model_copy(update={"number": 2})
    assert later.digest == canonical.digest(later.encoded()) != edition.digest
    other = edition.model_copy(update={"documents": edition.documents[:1]}, deep=True)
    assert other.digest == canonical.digest(other.encoded()) != edition.digest


def test_a_copy_without_changes_keeps_the_digest_of_its_bytes(edition: Edition) -> None:
    # As of an older software's bytes, which this one would write otherwise.
    thawed = Edition.thaw(edition.encoded() + b" ")
    assert thawed.digest != edition.digest
    assert thawed.model_copy().digest == thawed.digest
    assert thawed.model_copy(update={"number": 1}).digest == edition.digest


def test_what_is_shown_of_an_edition_keeps_the_digest_of_the_whole(edition: Edition) -> None:
    part = edition.shown(edition.documents[:1])
    assert (len(part.documents), part.digest) == (1, edition.digest)
    assert edition.outline().shown(edition.documents[1:]).digest == edition.digest
    assert edition.outline().policy.body == ""


def test_a_picture_that_nobody_measured_is_written_as_before() -> None:
    old = '{"media":"image/png","name":"a.png","sha256":"' + "0" * 64 + '","size":3}'
    assert canonical.encode(Attachment.model_validate_json(old).model_dump(mode="json")).decode() == old
    measured = Attachment.model_validate_json(old.replace("{", '{"extent":[640,480],'))
    assert measured.extent == (640, 480)
    assert Attachment.model_validate_json(canonical.encode(measured.model_dump(mode="json"))) == measured


def test_no_other_value_remembers_what_a_copy_could_inherit() -> None:
    """A model with a `cached_property` must forget it in `model_copy`, as an edition does."""
    for module in pkgutil.iter_modules(schemas.__path__):
        import_module(f"schemas.{module.name}")
    kinds: list[type[Frozen]] = [Frozen]
    found: set[type[Frozen]] = set()
    for kind in kinds:
        kinds += kind.__subclasses__()
        is_ours = kind.__module__.startswith("schemas.")
        if is_ours and any(isinstance(one, cached_property) for one in vars(kind).values()):
            found.add(kind)
    assert found == {Edition}
