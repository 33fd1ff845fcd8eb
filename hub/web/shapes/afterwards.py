"""What the API gives of all that may come after a review: standings, countersigning, a public version."""

from datetime import date

from schemas.derivation import Removal
from schemas.release import Frozen
from schemas.review import Level
from schemas.standing import Prospect, Standing, StandingKind
from schemas.urgency import Countersign, Urgency


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
