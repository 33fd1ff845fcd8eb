"""区分处理 (条例 第三十七条): a public version of a document that is not open, without what must stay closed.

What was taken out is named by its place in the original, never by its words: only there can it be read.
"""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import text
from schemas.grounds import GROUNDS
from schemas.release import Frozen

#: What stands where a passage stood, and where words stood. Their length tells nothing of what they replace.
PASSAGE_MARK = "〔此处略〕"
WORDS_MARK = "■■"
PICTURE_MARK = "〔图略〕"


def _ground(words: str) -> str:
    if words not in GROUNDS:
        raise ValueError("依据应从年度报告所列八项中选定")
    return words


Ground = Annotated[str, Field(max_length=40), AfterValidator(_ground)]
_Document = Annotated[str, Field(pattern=r"^(policy|interpretation-[1-9]\d?)$")]


class Cut(Frozen):
    """A whole passage to be taken out: the document's paragraph, cell or heading of this number, from 1."""

    document: _Document
    number: Annotated[int, Field(ge=1, le=100_000)]
    ground: Ground


class Blackout(Frozen):
    """Words to be taken out wherever they stand, in documents and 公文要素. White space in them means nothing."""

    words: Annotated[str, Field(min_length=2, max_length=200), AfterValidator(text.one_line)]
    ground: Ground


class Redaction(Frozen):
    """What is to be taken out of an original. Attachments and pictures stay behind unless they are named."""

    cuts: Annotated[tuple[Cut, ...], Field(max_length=5_000)] = ()
    blackouts: Annotated[tuple[Blackout, ...], Field(max_length=100)] = ()
    #: SHA-256 of the attachments that somebody has looked through and that may go along.
    keeps: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...], Field(max_length=50)] = ()


class Removal(Frozen):
    """One place that was taken out: letters of the original's body (text without tags and white space), and why."""

    document: str
    part: str  #: `body`, `title` or `summary`; `metadata.title` … for 公文要素
    start: int
    end: int
    ground: str
    is_passage: bool


class Derivation(Frozen):
    """What a public version was made from. Only grows: what was left out is settled by making another one."""

    release: int
    origin: int
    origin_edition: int
    origin_digest: str
    removals: tuple[Removal, ...]
    keeps: tuple[str, ...] = ()  #: attachments of the original that went along
    made_by: str
    made_at: datetime

    @property
    def grounds(self) -> dict[str, int]:
        """Ground → how many places: what the log says of it."""
        said: dict[str, int] = {}
        for one in self.removals:
            said[one.ground] = said.get(one.ground, 0) + 1
        return said
