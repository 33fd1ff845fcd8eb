"""What the API takes where that is not the vocabulary itself. Unknown fields are refused, as everywhere."""

from datetime import datetime
from typing import Annotated, Literal, get_type_hints

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, create_model
from pydantic_core import PydanticCustomError

from schemas import text
from schemas.derivation import Redaction
from schemas.particulars import Form
from schemas.release import Frozen, Line, Metadata, Title
from schemas.review import Decision, Level
from schemas.standing import Proposal, Reason, StandingKind, Successor
from schemas.urgency import Verdict

#: Largest number that JSON readers keep exactly.
BIG = 2**53 - 1

#: When somebody may plan a publication.
FIRST_YEAR, LAST_YEAR = 2000, 2999

#: Any of the metadata's fields; those that are not named stay (RFC 7396). The merged whole is validated again.
MetadataPatch: type[BaseModel] = create_model(  # type: ignore[call-overload]
    "MetadataPatch",
    __base__=Frozen,
    **{
        name: (hint | None, None)
        for name, hint in get_type_hints(Metadata, include_extras=True).items()
        if name in Metadata.model_fields
    },
)


class DocumentText(Frozen):
    """A document written by hand. The body is sanitised; images and attachments that are there already stay."""

    title: Title
    summary: Annotated[str, Field(max_length=500), AfterValidator(text.nfc)] = ""
    body: Annotated[str, Field(max_length=2_000_000), AfterValidator(text.nfc)]
    form: Form | None = None  #: of an interpretation; what it is already stays unless it is named


class ReviewForm(Frozen):
    """A decision. `edition` is the number that the reviewer has read, `digest` what that edition's content was."""

    level: Level
    decision: Decision
    edition: Annotated[int, Field(ge=1, le=BIG)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    note: Annotated[str, Field(max_length=2000), AfterValidator(text.nfc)] = ""


class SubmitForm(Frozen):
    """A body that may be left out. `urgent` is why it must go the fast lane (应急发布); without it, the usual way."""

    urgent: Annotated[str, Field(max_length=500), AfterValidator(text.one_line)] | None = None


class CountersignForm(Frozen):
    """A skipped level's word (补签) on an edition that went the fast lane, bound to what the person has read."""

    level: Level
    verdict: Verdict
    edition: Annotated[int, Field(ge=1, le=BIG)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    note: Annotated[str, Field(max_length=500), AfterValidator(text.one_line)] = ""


class DeriveForm(Redaction):
    """What is to be taken out of an original (区分处理). `mark` is of the text that it was chosen from."""

    mark: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


def _of_our_age(at: datetime) -> datetime:
    """Refuse the ends of the calendar: no other time zone can tell them, and ours is told in the log."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise PydanticCustomError("year_range", "out of range", {"first": FIRST_YEAR, "last": LAST_YEAR})
    return at


class PublishForm(Frozen):
    """The button: all configured channels and now, unless told otherwise."""

    channels: Annotated[tuple[Line, ...], Field(max_length=100)] | None = None
    at: Annotated[AwareDatetime, AfterValidator(_of_our_age)] | None = None
    #: Channel → how it goes there, for channels that offer several ways (`GET /api/v1/channels`).
    choices: Annotated[dict[Line, Line], Field(max_length=100)] = Field(default_factory=dict)
    #: Channel → SHA-256 of the edition's picture that stands for the whole, for channels that show one (`covered`).
    covers: Annotated[dict[Line, Line], Field(max_length=100)] = Field(default_factory=dict)


Why = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(text.one_line)]


class WhyForm(Frozen):
    """An act that says why."""

    why: Why


class WithdrawForm(Frozen):
    """Proposes to take a release out of public sight. The reason is public."""

    reason: Reason
    ground: Line = ""
    successor: Successor | None = None

    def proposal(self) -> Proposal:
        """What it proposes."""
        return Proposal(kind=StandingKind.WITHDRAWN, reason=self.reason, ground=self.ground, successor=self.successor)


class AnnotateForm(Proposal):
    """Proposes to mark a release as amended, repealed or expired, to extend it, or to take a wrong mark off."""

    kind: Literal[StandingKind.IN_FORCE, StandingKind.AMENDED, StandingKind.REPEALED, StandingKind.EXPIRED]


Remark = Annotated[str, Field(max_length=500), AfterValidator(text.one_line)]


class ConfirmForm(Frozen):
    """The second person's yes."""

    note: Remark = ""


class DeclineForm(Frozen):
    """The second person's no, or the proposer's own second thought."""

    note: Reason


class PauseForm(WhyForm):
    """Why nothing is to be sent to the channel for now."""


class PostponeForm(Frozen):
    """Another time for a delivery that has not left."""

    at: Annotated[AwareDatetime, AfterValidator(_of_our_age)]


class SettleForm(Frozen):
    """What became of a send whose outcome nobody knew, and how the person found out."""

    published: bool
    #: document → its public address, where the channel cannot tell it; our own look still decides whether it is seen
    addresses: dict[Annotated[str, Field(pattern=r"^(policy|interpretation-[1-9][0-9]?)$")], Line] = Field(
        default_factory=dict
    )
    evidence: Why


class HandedForm(Frozen):
    """Where the public finds what a person carried there: every document's address; our own look decides."""

    addresses: Annotated[
        dict[Annotated[str, Field(pattern=r"^(policy|interpretation-[1-9][0-9]?)$")], Line], Field(min_length=1)
    ]
    evidence: Why


class Nothing(Frozen):
    """A body without fields; it may be left out."""


class Page(Frozen):
    """Which part of a list. `cursor` is the `next` of the page before."""

    cursor: Annotated[int, Field(ge=1, le=BIG)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class UnitForm(Frozen):
    """Which unit to act for."""

    unit: Annotated[str, Field(min_length=1, max_length=200, description="单位名称")]


class YearPage(Frozen):
    """Which year of a report."""

    year: Annotated[int, Field(ge=1990, le=2199)] | None = None  #: this year unless told
    published: Annotated[int, Field(ge=0, le=1_000_000)] | None = None  #: 现行有效 in last year's own report
    unit: Annotated[str, Field(max_length=200)] | None = None  #: whose releases; everybody's unless told


class LogPage(Frozen):
    """Which entries of the log: those after this place."""

    after: Annotated[int, Field(ge=-1, le=BIG)] = -1
    limit: Annotated[int, Field(ge=1, le=100)] = 100
