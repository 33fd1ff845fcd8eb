"""Reminders (提醒): what staff are mailed of days that come near, once for each stage, in one digest a day."""

from datetime import date, datetime
from enum import StrEnum

from schemas.release import Frozen


class Subject(StrEnum):
    """What has a day."""

    PUBLICITY = "publicity"  #: 20 working days, or the special limit
    READING = "reading"  #: the interpretation of what is public
    REVIEW = "review"  #: a review that stands still
    TERM = "term"  #: a normative document's last day
    RECEIPT = "receipt"  #: 签收
    OLDER = "older"  #: older documents whose 公开属性 is to be decided


class Matter(Frozen):
    """One thing with a day. No title: what is not public yet is nobody's business who reads a mail by mistake."""

    subject: Subject
    number: str  #: the release's number, the dispatch's, or the unit
    due: date
    stage: str  #: how near it is; a person hears of each stage once
    words: str  #: the line, whole

    @property
    def key(self) -> str:
        """The same for the same matter. A day that moves makes it another one: people hear of the new day."""
        return f"{self.subject}:{self.number}:{self.due}"


class Mailbox(Frozen):
    """Where somebody is reminded. The address is sealed."""

    person: str
    sealed: bytes
    is_off: bool = False


class Digest(Frozen):
    """One mail to one person on one day."""

    id: int
    person: str
    day: date
    lines: tuple[str, ...]
    fence: int
    attempts: int
    made_at: datetime
