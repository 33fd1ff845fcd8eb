"""Mail subscriptions of the public: what somebody wants to hear of, and the piece of news that is mailed to them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import text
from schemas.release import Frozen
from schemas.standing import Notice


class Frequency(StrEnum):
    """When news is mailed; the sooner one comes first."""

    AT_ONCE = "at_once"  #: 即时
    DAILY = "daily"  #: 每日: gathered, at the configured hour in Beijing
    WEEKLY = "weekly"  #: 每周: gathered, at that hour of the configured weekday


class MailState(StrEnum):
    """What became of one mail."""

    DUE = "due"  #: due at a time, or leased by a worker
    SENT = "sent"  #: the mail server took it; whether it was delivered only a bounce tells
    REFUSED = "refused"  #: the mail server does not take it, for good
    GIVEN_UP = "given_up"  #: the mail server put it off until it was too old
    DROPPED = "dropped"  #: nothing is left to tell: all of it was withdrawn meanwhile


#: Two characters and more; no sign that a link could be made of, because it comes from whoever typed it.
Keyword = Annotated[str, Field(pattern=r"^(|[\w〔〕《》（）·、 \-]{2,30})$"), AfterValidator(text.one_line)]
Choice = Annotated[str, Field(max_length=200), AfterValidator(text.one_line)]


class Wish(Frozen):
    """What somebody wants to hear of. What is empty does not narrow it; what is filled in must all be true."""

    column: Choice = ""  #: a code of `schemas.columns`
    issuer: Choice = ""  #: one 发文机关; who issued a document with others is meant too
    theme: Choice = ""  #: the whole of 主题分类, or its part before the backslash
    keyword: Keyword = ""


class Subscription(Frozen):
    """One subscription of one subscriber."""

    id: int
    subscriber: int
    wish: Wish
    frequency: Frequency
    confirmed_at: datetime | None
    since: int | None  #: the first place of the log that it hears of


class Link(Frozen):
    """A title that leads somewhere."""

    title: str
    address: str


class News(Frozen):
    """One thing that happened to a release, frozen as it is mailed."""

    release: int
    edition: int
    happened_at: datetime  #: of a release its official time
    title: str
    doc_no: str | None
    issuer: str
    theme: str
    keywords: tuple[str, ...]
    column: str  #: the name of its own one
    columns: tuple[str, ...]  #: the codes of all that list it
    summary: str
    official_at: datetime | None
    address: str  #: where the public has seen it
    certificate: str
    interpretations: tuple[Link, ...] = ()
    notice: Notice | None = None  #: what holds of it now; None is the release itself
    is_gone: bool = False  #: it was withdrawn after this was written; not stored


class Slot(Frozen):
    """Into which mail of a subscriber a piece of news goes, and when that leaves."""

    occasion: str
    due_at: datetime


class Due(Frozen):
    """One mail that a worker has claimed. Nothing in it names the recipient."""

    id: int
    subscriber: int
    fence: int
    attempts: int
    made_at: datetime
    occasion: str
    mailings: tuple[int, ...]
    subscription: int | None  #: what is to be confirmed, of a mail that asks for it
