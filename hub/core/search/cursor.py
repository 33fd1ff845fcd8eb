"""How far somebody has come in what was found, and how much there is. Pure; it travels in addresses."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

#: Beyond this nobody counts.
COUNTED = 1_000
_CURSOR = re.compile(r"([12])-([1-9]\d{0,17})-(\d{1,4})([ag]?)")


class Spot(NamedTuple):
    """How far one has come: titles come before texts, and newer before older."""

    tier: int
    below: int


class Exactness(StrEnum):
    """What a count is worth."""

    EXACT = ""
    ABOUT = "a"  #: counted by the index alone, or not to the end
    GUESSED = "g"  #: by what the newest part of the archive holds


class Count(NamedTuple):
    """How many there are: no more than `COUNTED + 1`, which means more than `COUNTED`."""

    number: int
    worth: Exactness


@dataclass(frozen=True)
class Cursor:
    """Where a page ended. It carries the first page's count along, so that nobody counts again."""

    spot: Spot
    count: Count

    @classmethod
    def read(cls, said: str) -> Self | None:
        """None for what no page of ours has said."""
        found = _CURSOR.fullmatch(said)
        if found is None:
            return None
        return cls(Spot(int(found[1]), int(found[2])), Count(min(int(found[3]), COUNTED + 1), Exactness(found[4])))

    def __str__(self) -> str:
        return f"{self.spot.tier}-{self.spot.below}-{self.count.number}{self.count.worth}"
