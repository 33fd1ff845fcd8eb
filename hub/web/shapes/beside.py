"""What the API takes and gives of what stands beside a text: one's unsaved one, its attachments, its comments."""

from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import text
from schemas.comment import Thread
from schemas.draft import MAX_BODY, MAX_TYPED, Draft
from schemas.particulars import Form
from schemas.release import Attachment, Frozen


class DraftForm(Frozen):
    """A text that is not saved yet. `base` is the mark of the saved text that it was begun on; now's unless named."""

    title: Annotated[str, Field(max_length=MAX_TYPED), AfterValidator(text.nfc)] = ""
    summary: Annotated[str, Field(max_length=MAX_TYPED), AfterValidator(text.nfc)] = ""
    body: Annotated[str, Field(max_length=MAX_BODY), AfterValidator(text.nfc)]
    form: Form | None = None
    base: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class AttachmentName(Frozen):
    """Another name of an attachment; its ending stays."""

    name: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(text.one_line)]


class SettledForm(Frozen):
    """Whether a comment is settled."""

    settled: bool


class OwnDraft(Frozen):
    """One's own unsaved text of a document, if there is one, and the mark of the text that is saved."""

    saved: str
    draft: Draft | None


class Attachments(Frozen):
    """The files beside one document, in their order."""

    attachments: tuple[Attachment, ...]


class Threads(Frozen):
    """All comments with their answers, the oldest first, whichever edition they were made on."""

    comments: tuple[Thread, ...]
