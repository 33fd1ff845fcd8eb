"""Who hears of what, and when. Pure: time is an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from schemas import columns, feeds
from schemas.entry import BEIJING
from schemas.release import Kind, Role
from schemas.subscription import Frequency, News, Slot, Subscription, Wish

#: Which one counts when several subscriptions of somebody match.
SOONER = tuple(Frequency)
#: A gathering that leaves so soon takes nothing more: whoever sends it may have begun.
MARGIN = timedelta(minutes=1)
#: News older than this is history: whoever switches mail on again does not send it.
STALE = timedelta(days=7)
#: How long an unconfirmed subscription is kept, and its link is good.
UNCONFIRMED = timedelta(hours=48)
#: Links to be confirmed that one address gets a day, whoever asks for them.
ASKS_PER_ADDRESS = 3
#: Subscriptions that may be asked for from one place in an hour: a whole office may share one.
ASKS_PER_PLACE = 30
#: Subscriptions of one address, unconfirmed ones included.
MAX_EACH = 20
#: Unconfirmed ones of all: a flood ends here.
MAX_UNCONFIRMED = 10_000
#: Addresses of all.
MAX_SUBSCRIBERS = 200_000
#: Hard bounces until an address is written to no longer, and how long one counts.
HARD_BOUNCES = 3
BOUNCE_COUNTS = timedelta(days=90)
#: What says that there is no such mailbox (RFC 3463): one is enough.
NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_GATHERED: Mapping[str, str] = {Frequency.DAILY: "今日", Frequency.WEEKLY: "本周"}
#: How long a refused mail waits before each further attempt; then it is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 480, 480))


@dataclass(frozen=True)
class Terms:
    """When gatherings leave: an hour of Beijing, and for weekly ones a day (1 is Monday)."""

    hour: int
    weekday: int


def matches(wish: Wish, news: News) -> bool:
    """Whether somebody with this wish wants to hear of it."""
    return (
        (not wish.column or wish.column in news.columns)
        and (not wish.issuer or wish.issuer in feeds.units(news.issuer))
        and (wish.theme in {"", news.theme} or news.theme.startswith(wish.theme + "\\"))
        and (not wish.keyword or wish.keyword.casefold() in _words(news))
    )


def listed(kind: Kind, roles: Iterable[Role]) -> tuple[str, ...]:
    """The codes of the columns that a release is found in: those that list it, and those above them."""
    found = [above.code for one in columns.listing(kind, roles) for above in columns.trail(one)]
    return tuple(dict.fromkeys(found))


def _words(news: News) -> str:
    """All that a keyword is looked for in; no word is found across two of them."""
    parts = (news.title, news.doc_no or "", *news.keywords, news.summary, *(one.title for one in news.interpretations))
    return "\n".join(parts).casefold()


def hearers(found: Iterable[Subscription], news: News) -> dict[int, Frequency]:
    """Subscriber → when they are told: each once, as soon as any of their subscriptions wants it."""
    told: dict[int, Frequency] = {}
    for one in found:
        if matches(one.wish, news):
            told[one.subscriber] = min(told.get(one.subscriber, one.frequency), one.frequency, key=SOONER.index)
    return told


def slot(frequency: Frequency, terms: Terms, *, mailing: int, now: datetime) -> Slot:
    """The mail that news of now goes into."""
    if frequency is Frequency.AT_ONCE:
        return Slot(occasion=f"news:{mailing}", due_at=now)
    today = (now + MARGIN).astimezone(BEIJING)
    due = datetime.combine(today.date(), time(terms.hour), BEIJING)
    if frequency is Frequency.WEEKLY:
        due += timedelta(days=(terms.weekday - due.isoweekday()) % 7)
    if due <= today:
        due += timedelta(days=7 if frequency is Frequency.WEEKLY else 1)
    return Slot(occasion=f"{frequency}:{due:%Y-%m-%dT%H}", due_at=due)


def again_at(attempts: int, now: datetime) -> datetime | None:
    """When a mail that was put off is tried again, after so many attempts; None when it is given up."""
    return now + BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None


def gathered(occasion: str) -> str:
    """How a mail is called that gathers what happened in a time; empty for one that tells one thing."""
    return _GATHERED.get(occasion.partition(":")[0], "")


def is_bounce(code: str, status: str, *, at_recipient: bool) -> bool:
    """Whether a refusal is about the mailbox, and not about us: a relay that forbids us to send must silence nobody."""
    if status:
        return status.startswith(("5.1.", "5.2."))
    return at_recipient and code in {"550", "551", "553"}


def is_silenced(status: str, bounces: int) -> bool:
    """Whether an address with so many hard bounces, the last one for this reason, is written to no longer."""
    return status in NO_MAILBOX or bounces >= HARD_BOUNCES


def counted(bounces: int, last: datetime | None, now: datetime) -> int:
    """Hard bounces with the one of now; what is long ago does not count."""
    return 1 if last is None or now - last > BOUNCE_COUNTS else bounces + 1
