"""An edition: the frozen snapshot of a release. What is approved, sent and proven is always an edition."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field

from schemas import canonical
from schemas.release import Document, Frozen, Metadata
from schemas.review import Chain


class Edition(Frozen):
    """The content that a digest stands for. Equal content under another number is another edition."""

    release: int
    number: int = Field(ge=1)
    metadata: Metadata
    documents: tuple[Document, ...] = Field(min_length=1)
    #: The levels of its fast lane (应急发布). Left out of the canonical bytes where it is all of them: as before.
    chain: Annotated[Chain, Field(exclude_if=lambda levels: not levels)] = ()

    @classmethod
    def thaw(cls, content: bytes) -> Self:
        """Return the edition of these frozen bytes. Their digest is its own, whatever a later version would write."""
        edition = cls.model_validate_json(content)
        edition.__dict__["digest"] = canonical.digest(content)
        return edition

    def encoded(self) -> bytes:
        """The canonical JSON bytes, as stored and as digested."""
        return canonical.encode(self.model_dump(mode="json"))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `encoded()`, 64 hex digits: what reviews bind to and every channel's page carries."""
        return canonical.digest(self.encoded())

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy. One with changes is other content: it works its digest out anew, and never says the old."""
        made = super().model_copy(update=update, deep=deep)
        if update:
            made.__dict__.pop("digest", None)
        return made

    def shown(self, documents: Iterable[Document]) -> Self:
        """The same with as much of its documents as a list needs. It keeps the digest of the whole."""
        part = self.model_copy(update={"documents": tuple(documents)})
        part.__dict__["digest"] = self.digest
        return part

    def outline(self) -> Self:
        """The same without its texts and files, as lists need it. It keeps the digest of the whole."""
        bare = {"body": "", "attachments": (), "images": ()}
        return self.shown(one.model_copy(update=bare) for one in self.documents)

    @property
    def policy(self) -> Document:
        return self.documents[0]

    @property
    def interpretations(self) -> tuple[Document, ...]:
        return self.documents[1:]
