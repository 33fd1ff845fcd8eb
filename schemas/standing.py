"""Standings (效力状态): what holds of a release after its publication. Facts that only grow; two people make each."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas import addresses, canonical, text
from schemas.basis import Basis, Cause
from schemas.entry import BEIJING
from schemas.relation import Tie, Web
from schemas.release import Frozen, Line


class StandingKind(StrEnum):
    """What a standing says. The words are those that the pages of a bureau carry (条例 第二十条, 有效性)."""

    IN_FORCE = "in_force"  #: 有效: as before, extended to another day, or marked wrongly before
    AMENDED = "amended"  #: 已修改: another document changed parts of it
    REPEALED = "repealed"  #: 已废止
    EXPIRED = "expired"  #: 已失效
    WITHDRAWN = "withdrawn"  #: 已撤回: the text is taken out of public sight, the reason stays


class Ruling(StrEnum):
    """What the second person decided."""

    CONFIRM = "confirm"  #: 确认: it holds from now on, and every channel is told
    DECLINE = "decline"  #: 不予确认, or taken back by its proposer


def _said(value: str) -> str:
    """What is left of the words must say something: a reason of spaces is none."""
    if not (told := text.one_line(value)):
        raise PydanticCustomError("string_too_short", "empty", {"min_length": 1})
    return told


Reason = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_said)]


class Successor(Frozen):
    """The document that stands in its place: a release of ours, or a document elsewhere by its title."""

    release: Annotated[int, Field(ge=1)] | None = None
    title: Line = ""
    address: Web = ""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.release is None and not self.title:
            raise ValueError("填写替代文件的编号或标题")
        if self.release is not None and self.address:
            raise ValueError("本单位文件的网址由系统填写，不要另填")
        return self

    def url(self, site_url: str) -> str:
        """Its full address, given the one of our own site; empty when nobody named one."""
        return site_url + addresses.path(self.release, "policy") if self.release else self.address


class Proposal(Frozen):
    """What one person proposes. The reason is public: 行政处罚法 第四十八条 wants it said, and readers need it."""

    kind: StandingKind
    reason: Reason
    ground: Line = ""  #: the rule or decision that it rests on
    successor: Successor | None = None
    effective_on: date | None = None  #: since when; today unless told, never a day to come
    expires_on: date | None = None  #: the new last day, for an extension


class Standing(Frozen):
    """One proposal and what became of it. The row and its decision are written once each."""

    id: int
    release: int
    kind: StandingKind
    reason: str
    ground: str
    successor: Successor | None
    effective_on: date
    expires_on: date | None
    proposed_by: str  #: of an act of time: who wrote what it comes of
    proposed_at: datetime
    cause: Cause = Cause.PROPOSAL
    basis: Basis | None = None  #: of an act of time
    ruling: Ruling | None = None  #: None while it waits for the second person
    ruled_by: str | None = None  #: of an act of time: who signed what it comes of
    ruled_at: datetime | None = None
    on_behalf_of: str | None = None  #: in whose stead the second person signed; None for a duty of their own
    note: str = ""  #: of the second person, not public
    edition: int | None = None  #: the newest edition at the confirmation; a withdrawal voids it and all before
    serial: int | None = None  #: its place among the release's confirmed ones, from 1
    ties: tuple[Tie, ...] = ()  #: what other documents have to do with this one, all that is known by then
    until: date | None = None  #: its last day as last extended, by this one or before it

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is to be said above the text: the document holds, as its own dates have it."""
        return self.kind is StandingKind.IN_FORCE and self.cause is not Cause.PROPOSAL and self.expires_on is None

    @property
    def is_open(self) -> bool:
        return self.ruling is None

    @property
    def sha256(self) -> str:
        """Digest of what was proposed: the log names it, so that reason and successor cannot be exchanged."""
        fields = {"release", "kind", "reason", "ground", "successor", "effective_on", "expires_on"}
        fields |= {"cause", "basis"} if self.cause is not Cause.PROPOSAL else set()
        return canonical.digest(canonical.encode(self.model_dump(mode="json", include=fields)))

    def governs(self, edition: int) -> bool:
        """Whether it is said of this edition: a withdrawal is not, of one that was frozen after it."""
        return self.kind is not StandingKind.WITHDRAWN or edition <= (self.edition or 0)

    def notice(self) -> "Notice":
        """What channels show of it. Raises ValueError while it is not confirmed."""
        if self.ruled_at is None or self.serial is None:
            raise ValueError("a standing that nobody has confirmed is shown to nobody")
        return Notice(
            serial=self.serial,
            kind=self.kind,
            reason=self.reason,
            ground=self.ground,
            successor=self.successor,
            effective_on=self.effective_on,
            expires_on=self.expires_on,
            confirmed_at=self.ruled_at,
            cause=self.cause,
            ties=self.ties,
            until=self.until,
        )


class Notice(Frozen):
    """What the public is told of a confirmed standing: no names of persons."""

    serial: int
    kind: StandingKind
    reason: str
    ground: str
    successor: Successor | None
    effective_on: date
    expires_on: date | None
    confirmed_at: datetime
    cause: Cause = Cause.PROPOSAL
    ties: tuple[Tie, ...] = ()
    until: date | None = None

    @property
    def last_day(self) -> date | None:
        """As last extended; None where nobody has."""
        return self.until or self.expires_on

    @property
    def is_quiet(self) -> bool:
        """As `Standing.is_quiet`."""
        return self.kind is StandingKind.IN_FORCE and self.cause is not Cause.PROPOSAL and self.expires_on is None

    @property
    def is_withdrawal(self) -> bool:
        return self.kind is StandingKind.WITHDRAWN

    @property
    def confirmed_on(self) -> date:
        """The day of the confirmation in Beijing."""
        return self.confirmed_at.astimezone(BEIJING).date()


class Can(StrEnum):
    """Whether a channel can do something after a publication."""

    YES = "yes"  #: the system does it
    BY_HAND = "by_hand"  #: a person must do it at the channel
    NO = "no"  #: nobody can


class Prospect(Frozen):
    """What a standing would do on one channel, told before the act."""

    channel: str
    kind: str  #: of the channel
    can: Can
    words: str  #: what will happen there, what a person must do, or why nothing can be done
    editions: tuple[int, ...]  #: the editions that are, or may be, public there
    addresses: dict[str, str]  #: document → where the public sees it now
    called_off: int  #: deliveries of the release there that have not left and will be called off
    ahead: int  #: deliveries that may have left and must be known of first: the act waits for them
