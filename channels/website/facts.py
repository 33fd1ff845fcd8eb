"""The metadata block of a policy's page: its 公文要素 and its dates, none of them mixed. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from channels import standing
from channels.website.dates import chinese
from channels.website.words import WORDS
from schemas import filled
from schemas.card import Validity
from schemas.entry import BEIJING
from schemas.kinds import Entry, Field
from schemas.particulars import Form
from schemas.release import Document, Metadata
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
        "printed_on": chinese(metadata.printed_on) if metadata.printed_on else "",
        "effective_on": chinese(metadata.effective_on) if metadata.effective_on else "",
        "expires_on": _last_day(metadata, notice),
    }
    after = [
        (WORDS["doc_no"], metadata.doc_no or WORDS["none"]),
        (WORDS["released_at"], chinese(shown_at.astimezone(BEIJING).date())),
        *((WORDS[name], day) for name, day in dates.items() if day),
        (WORDS["validity"], _validity(metadata, notice, shown_at.astimezone(BEIJING).date())),
    ]
    return [*_pairs(before), [(WORDS["title_label"], title)], *_pairs(after)]


def own_rows(metadata: Metadata, comparison: str = "") -> list[list[Pair]]:
    """What the document has by its kind, a line each; `comparison` is where it stands beside its last version."""
    told = [(one.label, _told(one, said)) for one, said in filled.public(metadata)]
    if comparison:
        link = Markup('<a href="{}">{}</a>').format(comparison, WORDS["compare_before_text"])
        told.append((WORDS["compare_before"], link))
    return [[pair] for pair in told]


def form_rows(one: Document) -> list[list[Pair]]:
    """What an interpretation is given in, where that is not plain text."""
    return [] if one.form is Form.TEXT else [[(WORDS["form"], word(one.form))]]


def _told(one: Field, said: Any) -> str:
    match one.entry:
        case Entry.LINK:
            return Markup('<a href="{0}">{0}</a>').format(said)
        case Entry.MAILBOX:
            return Markup('<a href="mailto:{0}">{0}</a>').format(said)
        case _:
            return filled.read(said)


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


def _last_day(metadata: Metadata, notice: Notice | None) -> str:
    """失效日期 as it now is, and as the text itself has it where that is another day."""
    written, now = metadata.expires_on, notice.last_day if notice else None
    if now and written and now != written:
        return WORDS["expires_moved"].format(date=chinese(now), before=chinese(written))
    return chinese(day) if (day := now or written) else ""


def _validity(metadata: Metadata, notice: Notice | None, released: date) -> str:
    last = (notice.last_day if notice else None) or metadata.expires_on
    valid = standing.validity(metadata, notice, released)
    if valid is Validity.EXPIRED and not (notice and notice.kind is StandingKind.EXPIRED) and last:
        return WORDS["validity_since"].format(kind=word(valid), date=chinese(last + timedelta(days=1)))
    if notice and valid in {Validity.REPEALED, Validity.EXPIRED, Validity.AMENDED}:
        parts = [WORDS["validity_since"].format(kind=word(valid), date=chinese(notice.effective_on))]
    else:
        parts = [word(valid)]
    if valid in {Validity.REPEALED, Validity.EXPIRED}:
        return parts[0]
    if metadata.effective_on:
        parts.append(WORDS["valid_from"].format(date=chinese(metadata.effective_on)))
    if notice and notice.last_day:
        parts.append(WORDS["valid_extended"].format(date=chinese(notice.last_day)))
    elif metadata.expires_on:
        parts.append(WORDS["valid_until"].format(date=chinese(metadata.expires_on)))
    return "，".join(parts)
