"""Comments (批注): what a reader says of a passage of an edition. Work, not acts: in the store, not in the log."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import text
from schemas.passage import MAX_CONTEXT, MAX_QUOTE, Passage
from schemas.release import Frozen

MAX_WORDS = 2_000

Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS), AfterValidator(text.nfc)]
_Context = Annotated[str, Field(max_length=MAX_CONTEXT)]


class Remark(Frozen):
    """What a form sends: words about a passage, or about a document as a whole where nothing is quoted."""

    document: Annotated[str, Field(pattern=r"^(policy|interpretation-[1-9]\d?)$")]
    edition: Annotated[int, Field(ge=1, le=1_000_000)]
    quote: Annotated[str, Field(max_length=MAX_QUOTE)] = ""
    before: _Context = ""
    after: _Context = ""
    words: Words


class Answer(Frozen):
    """What is said to a comment."""

    words: Words


class Comment(Frozen):
    """One comment, or the answer to one: `thread` is then the comment that it answers, and it has no passage."""

    id: int
    release: int
    edition: int  #: on which it was made
    document: str
    thread: int | None
    quote: str  #: "" speaks of the document as a whole
    before: str
    after: str
    words: str
    author: str
    author_name: str
    at: datetime
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolver_name: str = ""

    @property
    def passage(self) -> Passage | None:
        """Where it is said of, to be found again in any edition; None for the document as a whole."""
        if not self.quote:
            return None
        return Passage(document=self.document, quote=self.quote, before=self.before, after=self.after)


class Thread(Frozen):
    """A comment with its answers, oldest first."""

    first: Comment
    answers: tuple[Comment, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.first.resolved_at is None
