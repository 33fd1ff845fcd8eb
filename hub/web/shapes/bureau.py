"""What the API gives beside releases: units, what they were told, older documents, the log."""

from schemas.backfile import Backfile
from schemas.delegation import Delegation
from schemas.dispatch import Dispatch
from schemas.office import Charge, Contact, Unit
from schemas.person import Token
from schemas.release import Frozen


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


class Delegations(Frozen):
    """What was lent, the newest first, what is over included; at most the last 200."""

    delegations: tuple[Delegation, ...]


class TokenLines(Frozen):
    """One's own tokens, the newest first, those that are over included."""

    tokens: tuple[Token, ...]


class Dispatches(Frozen):
    """What units were told, oldest first."""

    dispatches: tuple[Dispatch, ...]


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
