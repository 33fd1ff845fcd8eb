"""What the API gives where that is not the vocabulary itself."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import Field

from hub.core.checks import Finding
from hub.core.circuit import opens_at
from schemas.backfile import Backfile
from schemas.budget import Spent
from schemas.circuit import Circuit
from schemas.delivery import Action, Delivery, DeliveryState, Step, Trouble
from schemas.derivation import Removal
from schemas.dispatch import Dispatch
from schemas.office import Charge, Contact, Unit
from schemas.option import Option
from schemas.parcel import Remark
from schemas.publication import Publication, Receipt
from schemas.release import Frozen, Metadata, Release, ReleaseState
from schemas.review import Level
from schemas.standing import Can, Prospect, Standing, StandingKind
from schemas.urgency import Countersign, Urgency


class Saved(Release):
    """The release after a document was put, with what an import wants a person to look at."""

    recognised: dict[str, str] = Field(default_factory=dict)  #: 公文要素 found in the file, as suggestions
    warnings: tuple[str, ...] = ()


class ReleaseLine(Frozen):
    """One line of the list."""

    id: int
    state: ReleaseState
    version: int
    metadata: Metadata
    edition: int | None
    official_at: datetime | None
    updated_at: datetime
    urgent: bool = False  #: its newest edition goes, or went, the fast lane (应急发布)


class ReleaseLines(Frozen):
    """One page, newest first. `next` is None on the last one."""

    releases: tuple[ReleaseLine, ...]
    next: int | None


class EditionName(Frozen):
    """Which edition this was."""

    release: int
    number: int
    digest: str


class Findings(Frozen):
    """What the checks say, the blocking ones first."""

    findings: tuple[Finding, ...]


class PreviewFile(Frozen):
    """One piece of a rendering; its bytes are at `…/preview/{channel}/{name}`."""

    name: str
    media: str
    size: int
    sha256: str


class Preview(Frozen):
    """What the channel would be given. `edition` is the number that a draft would get."""

    channel: str
    edition: int
    digest: str
    sha256: str
    files: tuple[PreviewFile, ...]
    remarks: tuple[Remark, ...] = ()  #: what its readers get otherwise than it was written, or do not get


class Attempt(Frozen):
    """One line of a delivery's history."""

    fence: int
    step: Step
    outcome: str
    detail: dict[str, Any]
    at: datetime


class DeliveryNow(Frozen):
    """A delivery as people follow it."""

    id: int
    edition: int
    digest: str
    channel: str
    action: Action
    state: DeliveryState
    step: Step
    standing: int | None
    planned_at: datetime
    due_at: datetime
    intended_at: datetime | None
    receipt: Receipt | None
    trouble: Trouble | None
    attempts: int
    accepted_at: datetime | None
    seen_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery, **more: Any) -> Self:
        """What is shown of the delivery; `more` are the fields that it does not have itself."""
        return cls.model_validate(delivery.model_dump(include=set(DeliveryNow.model_fields)) | more)


class DeliveryLine(DeliveryNow):
    """A delivery with everything that workers did with it."""

    history: tuple[Attempt, ...]


class DeliveryLines(Frozen):
    """One page of a release's deliveries, oldest first. `next` is None on the last one."""

    deliveries: tuple[DeliveryLine, ...]
    next: int | None


class OfficialTime(Frozen):
    """正式发布时间: the earliest sighting on an authoritative channel."""

    release: int
    at: datetime
    channel: str


class Publications(Frozen):
    """Where each document is, or will be, in public."""

    publications: tuple[Publication, ...]


class Standings(Frozen):
    """Proposals with what became of them, oldest first."""

    standings: tuple[Standing, ...]


class Outlook(Frozen):
    """What a standing would do on each channel where the release is, or may be, public."""

    kind: StandingKind
    prospects: tuple[Prospect, ...]


class UrgencyNow(Urgency):
    """An edition that went the fast lane (应急发布), and its countersigning (补签) as it stands."""

    spared: tuple[Level, ...]  #: the levels that were not asked before its publication
    owing: tuple[Level, ...]  #: the levels that have still to sign; none before it is published
    due_on: date | None  #: by when; None when nobody owes anything
    is_overdue: bool
    countersigns: tuple[Countersign, ...]


class Urgencies(Frozen):
    """Editions of the fast lane, oldest first."""

    urgencies: tuple[UrgencyNow, ...]


class PassageLine(Frozen):
    """One paragraph, cell or heading of a document."""

    document: str
    number: int
    text: str


class Passages(Frozen):
    """An original's passages; `mark` tells this text from any other."""

    mark: str
    passages: tuple[PassageLine, ...]


class RemovedLine(Removal):
    """One place that was taken out, with what stood there."""

    text: str


class Removed(Frozen):
    """What a public version (区分处理) was made from, and what was taken out of it."""

    release: int
    origin: int
    origin_edition: int
    origin_digest: str
    removals: tuple[RemovedLine, ...]


class Backfiles(Frozen):
    """One page of older documents whose 公开属性 is decided again, oldest first. `next` is None on the last one."""

    backfiles: tuple[Backfile, ...]
    next: int | None


class UnitLine(Unit):
    """One unit with who answers for it now and how the public reaches it."""

    charges: tuple[Charge, ...]
    contact: Contact


class UnitLines(Frozen):
    """All units in their order, closed ones last."""

    units: tuple[UnitLine, ...]


class Acting(Frozen):
    """Which unit somebody acts for now."""

    unit: str


class Dispatches(Frozen):
    """What units were told, oldest first."""

    dispatches: tuple[Dispatch, ...]


class ChannelHealth(Frozen):
    """Whether anything is sent to the channel now, and if not, why and until when."""

    paused_at: datetime | None
    paused_by: str
    paused_why: str
    failures: int  #: in a row
    opens_at: datetime | None  #: when something is sent again; None is now, or a person's to say
    trouble: Trouble | None

    @classmethod
    def of(cls, circuit: Circuit, now: datetime) -> Self:
        """What is shown of a circuit now; a rest that is over is no trouble any more."""
        values = circuit.model_dump(include=set(cls.model_fields)) | {"opens_at": opens_at(circuit, now)}
        is_well = not (circuit.failures or values["opens_at"])
        return cls.model_validate(values | ({"trouble": None} if is_well else {}))


class ChannelLine(Frozen):
    """A configured channel, without its settings: they may name secrets."""

    name: str
    kind: str
    authoritative: bool
    editable: bool
    annotate: Can  #: whether a mark (已废止 …) can be set on what is published there
    withdraw: Can  #: whether what is published there can be taken down
    health: ChannelHealth
    budgets: tuple[Spent, ...]  #: what the platform still allows now, and when it starts again
    choices: tuple[Option, ...]  #: how an edition can go there, the usual way first; empty: there is only one
    covered: bool = False  #: it shows a picture for the whole, and takes one of the edition's (`covers`)
    handed: bool = False  #: a person carries each package there (`GET /api/v1/deliveries/{delivery}/package`)


class ChannelLines(Frozen):
    """Every configured channel, by name."""

    channels: tuple[ChannelLine, ...]


class LogLine(Frozen):
    """One entry. `entry` is the leaf's exact text: hash it as it stands."""

    seq: int
    entry: str


class LogLines(Frozen):
    """One page of the log, with its size now and the key that its checkpoints are signed with."""

    entries: tuple[LogLine, ...]
    next: int | None  #: the `after` of the next page
    size: int
    vkey: str
