"""What the person who brings a file must know about it, each with a stable code, a count and a sample of the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemas.text import one_line

MAX_SAMPLE = 60
_MAX_NOTICES = 50


class NoticeCode(StrEnum):
    """Stable names of what may be noticed."""

    TRACKED_CHANGES = "tracked_changes"
    COMMENTS = "comments"
    HIDDEN_TEXT = "hidden_text"
    LOST_OBJECTS = "lost_objects"
    LOST_PICTURES = "lost_pictures"
    FOREIGN_PICTURES = "foreign_pictures"
    LOST_LINKS = "lost_links"
    HALF_WIDTH = "half_width"
    SECRECY_MARK = "secrecy_mark"
    ODD_DOC_NO = "odd_doc_no"
    DROPPED_DOC_NO = "dropped_doc_no"
    DROPPED_TITLE = "dropped_title"
    EFFECTIVE_ON_RELEASE = "effective_on_release"


#: The text is not settled, or was not what its reader saw: a person decides before it goes on.
ASKING = frozenset((NoticeCode.TRACKED_CHANGES, NoticeCode.COMMENTS, NoticeCode.HIDDEN_TEXT))


@dataclass(frozen=True)
class Notice:
    """One thing noticed."""

    code: NoticeCode
    message: str  #: a Chinese sentence: what it is, what was done, what to do
    count: int = 1
    sample: str = ""  #: the first words concerned, "" when there are none

    @property
    def asks(self) -> bool:
        """Whether a person has to decide (take it as it is, or give it back) before the text is used."""
        return self.code in ASKING

    def packed(self) -> dict[str, Any]:
        """The notice for the child's pipe."""
        return {"code": self.code.value, "message": self.message, "count": self.count, "sample": self.sample}


def notice(code: NoticeCode, message: str, *, count: int = 1, sample: str = "") -> Notice:
    """Make a notice; the sample is cut to a line."""
    flat = one_line(sample)
    return Notice(code, message, count, flat if len(flat) <= MAX_SAMPLE else flat[: MAX_SAMPLE - 1] + "…")


def unpacked(packed: Iterable[dict[str, Any]]) -> tuple[Notice, ...]:
    """Read what `packed` wrote, distrusting it. Raises ValueError, KeyError or TypeError for what it did not write."""
    return tuple(
        notice(
            NoticeCode(one["code"]),
            one_line(str(one["message"])),
            count=int(one["count"]),
            sample=str(one["sample"]),
        )
        for one in list(packed)[:_MAX_NOTICES]
    )
