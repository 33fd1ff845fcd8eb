"""An edition: the frozen snapshot of a release. What is approved, sent and proven is always an edition."""

from functools import cached_property

from pydantic import Field

from schemas import canonical
from schemas.release import Document, Frozen, Metadata


class Edition(Frozen):
    """The content that a digest stands for. Equal content under another number is another edition."""

    release: int
    number: int = Field(ge=1)
    metadata: Metadata
    documents: tuple[Document, ...] = Field(min_length=1)

    def encoded(self) -> bytes:
        """The canonical JSON bytes, as stored and as digested."""
        return canonical.encode(self.model_dump(mode="json"))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `encoded()`, 64 hex digits: what reviews bind to and every channel's page carries."""
        return canonical.digest(self.encoded())

    @property
    def policy(self) -> Document:
        return self.documents[0]

    @property
    def interpretations(self) -> tuple[Document, ...]:
        return self.documents[1:]
