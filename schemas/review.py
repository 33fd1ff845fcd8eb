"""Reviews: one person's decision on one edition digest."""

from datetime import datetime
from enum import StrEnum

from schemas.release import Frozen


class Level(StrEnum):
    """三审 and 保密审查 (政府信息公开条例 第十七条; 先审后发, 国办发〔2018〕123号)."""

    FIRST = "first"  #: 初审
    SECOND = "second"  #: 复审
    FINAL = "final"  #: 终审/签发, only after the other three
    SECRECY = "secrecy"  #: 保密审查, item by item


class Decision(StrEnum):
    """What a reviewer decided."""

    APPROVE = "approve"  #: 同意
    RETURN = "return"  #: 退回修改: the release is a draft again
    ESCALATE = "escalate"  #: 提请上级: no approval; the level stays open, for somebody else with its duty or a signer


class Review(Frozen):
    """One decision. It counts only for the edition whose digest it names."""

    release: int
    edition: int
    digest: str
    level: Level
    decision: Decision
    reviewer: str
    note: str
    at: datetime
    on_behalf_of: str | None = None  #: whose duty it was, where the reviewer decided by delegation (授权代办)

    @property
    def people(self) -> frozenset[str]:
        """Everyone behind it. What the rules forbid one of them, they forbid both."""
        return frozenset({self.reviewer, self.on_behalf_of or self.reviewer})
