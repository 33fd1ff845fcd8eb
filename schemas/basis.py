"""What a standing comes of: two people's word, or something that people approved before and time carries out."""

from enum import StrEnum
from typing import Literal

from schemas.release import Frozen


class Cause(StrEnum):
    """What a standing comes of."""

    PROPOSAL = "proposal"  #: one person proposed it, another confirmed it
    RELATION = "relation"  #: what was approved of another document says it, and that one is official now
    TERM = "term"  #: a day has come that was approved with the document, or with its extension


class Basis(Frozen):
    """What people approved that an act of time carries out: an edition, or a standing that two people made."""

    by: Literal["edition", "standing"]
    release: int
    number: int  #: of the edition, or of the standing
    what: str  #: the edition's digest, or the standing's kind
