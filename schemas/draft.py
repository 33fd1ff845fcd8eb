"""What is not a release yet: texts typed and not saved, and files that arrived and are still to be confirmed."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import canonical, text
from schemas.particulars import Form
from schemas.release import Attachment, Document, Frozen, Role

#: A title may be too long while it is typed; it is refused when it is saved.
MAX_TYPED = 1_000
MAX_BODY = 2_000_000

_Typed = Annotated[str, Field(max_length=MAX_TYPED), AfterValidator(text.nfc)]


class Text(Frozen):
    """What a person writes in a document, apart from its attachments. `body` is clean HTML."""

    title: _Typed = ""
    summary: _Typed = ""
    body: Annotated[str, Field(max_length=MAX_BODY), AfterValidator(text.nfc)] = ""
    #: Of an interpretation. Left out where it is the usual one: the mark of an older text stays what it was.
    form: Annotated[Form, Field(exclude_if=lambda value: value is Form.TEXT)] = Form.TEXT

    @classmethod
    def of(cls, document: Document | None) -> "Text":
        """The text of the document; an empty one where there is none. The policy's title is one of the 公文要素."""
        if document is None:
            return cls()
        title = "" if document.role is Role.POLICY else document.title
        return cls(title=title, summary=document.summary, body=document.body, form=document.form)

    @property
    def mark(self) -> str:
        """Names this very text: whoever saves says on which one they began, so that nothing is overwritten unseen."""
        return canonical.digest(canonical.encode(self.model_dump()))


class Draft(Frozen):
    """未保存稿: what one person typed into one document and has not saved. Not the release, not in the log."""

    release: int
    document: str
    person: str
    base: str  #: the mark of the text on which it was begun
    text: Text
    images: tuple[Attachment, ...] = ()  #: brought in since, with their bytes in the store
    warnings: tuple[str, ...] = ()  #: what reading a file had to say
    kept_at: datetime


class Presence(Frozen):
    """Somebody else has typed into the document, and when last."""

    name: str
    kept_at: datetime


class Hint(Frozen):
    """An element of the document as it was read off its text, with the words that it was read from."""

    value: str
    sentence: str = ""
    sure: bool = True


class Sheet(Frozen):
    """One file that was read: a policy or an interpretation to be."""

    filename: str
    title: str
    body: str
    images: tuple[Attachment, ...] = ()
    hints: dict[str, Hint] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    #: Why nobody may go on without a decision (修订, 批注, 隐藏文字); empty for a settled text.
    decisions: tuple[str, ...] = ()


class Arrival(Frozen):
    """来稿: files that one person brought, read and kept until a release is made of them, at most once."""

    id: str
    person: str
    sheets: tuple[Sheet, ...]
    attachments: tuple[Attachment, ...] = ()
    refused: tuple[str, ...] = ()  #: files that could not be taken, each with its reason
    release: int | None = None  #: what was made of it
    backfile: int | None = None  #: the 存量文件 that it is to be opened from
    at: datetime
