"""应急发布, the fast lane: an edition that fewer levels have approved, and what the others say of it afterwards."""

from datetime import datetime
from enum import StrEnum

from schemas import canonical
from schemas.release import Frozen
from schemas.review import WHOLE, Chain, Level


class Verdict(StrEnum):
    """What a countersigner says (补签)."""

    ENDORSE = "endorse"  #: 同意补签
    CORRECT = "to_correct"  #: 有异议，须更正: its authors are asked to write and submit another edition
    WITHDRAW = "to_withdraw"  #: 有异议，须撤回: the withdrawal is proposed in the same act, for a signer to confirm


class Urgency(Frozen):
    """Why one edition went the fast lane, and which levels it was spared for then."""

    release: int
    edition: int
    reason: str
    chain: Chain  #: the levels that were asked; the edition itself names them too
    warnings: tuple[str, ...] = ()  #: codes of the findings that warned when it was submitted
    requested_by: str
    requested_at: datetime
    published_at: datetime | None = None  #: when the button was first pressed for it; the countersigning counts from it

    @property
    def skipped(self) -> tuple[Level, ...]:
        """The levels that must countersign."""
        return tuple(level for level in WHOLE if level not in self.chain) if self.chain else ()

    @property
    def sha256(self) -> str:
        """Digest of what was asked for: the log names it, so that the reason cannot be exchanged."""
        fields = {"release", "edition", "reason", "chain"}
        return canonical.digest(canonical.encode(self.model_dump(mode="json", include=fields)))


class Countersign(Frozen):
    """One skipped level's word on an edition that is public already. It counts for the digest that it names."""

    release: int
    edition: int
    digest: str
    level: Level
    verdict: Verdict
    signer: str
    note: str
    at: datetime
    on_behalf_of: str | None = None

    @property
    def people(self) -> frozenset[str]:
        """Everyone behind it."""
        return frozenset({self.signer, self.on_behalf_of or self.signer})
