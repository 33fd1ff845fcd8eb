"""Reviews: one person's decision on one edition digest."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from schemas.release import Frozen


class Level(StrEnum):
    """三审 and 保密审查 (政府信息公开条例 第十七条; 先审后发, 国办发〔2018〕123号)."""

    FIRST = "first"  #: 初审
    SECOND = "second"  #: 复审
    FINAL = "final"  #: 终审/签发, only after the other three
    SECRECY = "secrecy"  #: 保密审查, item by item


#: All levels in the order in which they are told.
WHOLE = (Level.FIRST, Level.SECRECY, Level.SECOND, Level.FINAL)
#: What no chain does without: the secrecy review of 条例 第十七条, and the word that lets it go.
LEAST = frozenset({Level.SECRECY, Level.FINAL})


def chain(levels: Iterable[Level]) -> tuple[Level, ...]:
    """These levels in their order; none stands for all of them. Raises ValueError without those of `LEAST`."""
    named = frozenset(levels)
    if named and not named >= LEAST:
        raise ValueError("a chain holds the secrecy review and the final word")
    return () if named == frozenset(WHOLE) else tuple(level for level in WHOLE if level in named)


#: The levels that a fast lane (应急发布) asks; empty is all of them.
Chain = Annotated[tuple[Level, ...], AfterValidator(chain)]


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
