"""An index card (索引卡): what search, the register and open data tell of one document that the public can see.

Cards repeat what editions, sightings and standings say, so that it is found by words. They may be thrown away and made
again at any time.
"""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from schemas import addresses
from schemas.entry import BEIJING
from schemas.particulars import NOTHING, Form, Particulars
from schemas.relation import Tie
from schemas.release import Frozen, Kind, Role
from schemas.standing import StandingKind, Successor


class Validity(StrEnum):
    """有效性, as the register tells it on a given day."""

    NOT_YET = "not_yet"  #: 尚未施行: its day has not come
    IN_FORCE = "in_force"  #: 有效
    AMENDED = "amended"  #: 已修改, and in force as amended
    REPEALED = "repealed"  #: 已废止
    EXPIRED = "expired"  #: 已失效: marked so by two people, or past the last day that the document itself names


class Card(Frozen):
    """One document of an edition that was seen on the site and is not withdrawn."""

    release: int
    number: int = Field(ge=0, le=99)  #: of the document; 0 is the policy
    edition: int
    digest: str
    kind: Kind
    title: str  #: of this document
    policy: str  #: title of the release's policy
    doc_no: str | None
    index_no: str | None
    issuer: str
    theme: str
    signed_on: date
    effective_on: date | None
    expires_on: date | None  #: as last extended
    validity: Validity
    turns_on: date | None  #: the day on which the validity changes by itself; None for never
    standing: StandingKind | None  #: what two people said last; None when nobody said anything
    standing_on: date | None  #: since when
    successor: Successor | None
    official_at: datetime | None
    seen_at: datetime  #: when the public could first see this document on the site
    text: str  #: without tags, a block on each line
    ties: tuple[Tie, ...] = ()  #: what the policy has to do with other documents
    form: Form = Form.TEXT  #: of an interpretation
    particulars: Particulars = NOTHING  #: what the policy has by its kind, without what only staff work by

    @property
    def role(self) -> Role:
        return Role.INTERPRETATION if self.number else Role.POLICY

    @property
    def name(self) -> str:
        """As `schemas.release.Document.name`."""
        return f"interpretation-{self.number}" if self.number else "policy"

    @property
    def released_on(self) -> date:
        """发布日期: the day, in Beijing, on which the public could first see it."""
        first = self.seen_at if self.number or self.official_at is None else self.official_at
        return first.astimezone(BEIJING).date()

    @property
    def path(self) -> str:
        return addresses.path(self.release, self.name)


class Filters(Frozen):
    """Which documents are looked for, beside words. None is any."""

    unit: str | None = None  #: one of those who issued it
    theme: str | None = None  #: 主题分类, whole or its group
    year: int | None = None  #: of the 成文日期
    validity: Validity | None = None
    kind: Kind | None = None
    role: Role | None = None
