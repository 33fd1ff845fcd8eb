"""The metadata block of a policy's page: its 公文要素 and its dates, none of them mixed. Pure."""

from collections.abc import Sequence
from datetime import datetime

from channels.website.dates import chinese
from channels.website.words import WORDS
from schemas.entry import BEIJING
from schemas.release import Metadata
from schemas.standing import Notice, StandingKind
from schemas.words import word

Pair = tuple[str, str]


def rows(metadata: Metadata, title: str, shown_at: datetime, notice: Notice | None = None) -> list[list[Pair]]:
    """The metadata block, in the order of gov.cn's own pages (国办公开办函〔2019〕61号); every known date.

    Lines of one or two facts: a fact that stands alone takes the whole line.
    """
    before = [
        (WORDS["index_no"], metadata.index_no or WORDS["none"]),
        (WORDS["theme"], metadata.theme),
        (WORDS["issuer"], metadata.issuer),
        (WORDS["signed_on"], chinese(metadata.signed_on)),
    ]
    dates = {
        "printed_on": metadata.printed_on,
        "effective_on": metadata.effective_on,
        "expires_on": metadata.expires_on,
    }
    after = [
        (WORDS["doc_no"], metadata.doc_no or WORDS["none"]),
        (WORDS["released_at"], chinese(shown_at.astimezone(BEIJING).date())),
        *((WORDS[name], chinese(day)) for name, day in dates.items() if day),
        (WORDS["validity"], _validity(metadata, notice)),
    ]
    return [*_pairs(before), [(WORDS["title_label"], title)], *_pairs(after)]


def _pairs(facts: Sequence[Pair]) -> list[list[Pair]]:
    return [list(facts[at : at + 2]) for at in range(0, len(facts), 2)]


def notice_rows(metadata: Metadata, title: str, notice: Notice) -> list[list[Pair]]:
    """What is told in place of a text that was withdrawn: what it was, and why and when it went."""
    known = [
        (WORDS["title_label"], title),
        (WORDS["doc_no"], metadata.doc_no or ""),
        (WORDS["index_no"], metadata.index_no or ""),
        (WORDS["issuer"], metadata.issuer),
        (WORDS["reason"], notice.reason),
        (WORDS["ground"], notice.ground),
        (WORDS["withdrawn_on"], chinese(notice.effective_on)),
    ]
    return [[pair] for pair in known if pair[1]]


def _validity(metadata: Metadata, notice: Notice | None) -> str:
    ended = notice is not None and notice.kind in {StandingKind.REPEALED, StandingKind.EXPIRED}
    if notice and ended:
        return WORDS["validity_since"].format(kind=word(notice.kind), date=chinese(notice.effective_on))
    parts = [WORDS["valid"]]
    if notice and notice.kind is StandingKind.AMENDED:
        parts = [WORDS["validity_since"].format(kind=word(notice.kind), date=chinese(notice.effective_on))]
    if metadata.effective_on:
        parts.append(WORDS["valid_from"].format(date=chinese(metadata.effective_on)))
    if notice and notice.expires_on:
        parts.append(WORDS["valid_extended"].format(date=chinese(notice.expires_on)))
    elif metadata.expires_on:
        parts.append(WORDS["valid_until"].format(date=chinese(metadata.expires_on)))
    return "，".join(parts)
