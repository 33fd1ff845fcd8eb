"""From what is public of a release to its index cards, and to all that they are found by. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hub.core import relations, validity
from hub.core.search import letters
from schemas import filled, marks
from schemas.card import Card, Validity
from schemas.edition import Edition
from schemas.particulars import NOTHING
from schemas.release import Disclosure, Document, Secrecy
from schemas.standing import Standing, StandingKind

_NUMBER = re.compile(r"(.+)〔(\d{4})〕(\d+)号")


def make(
    edition: Edition,
    *,
    seen: Mapping[str, datetime],
    official_at: datetime | None,
    said: Sequence[Standing],
    today: date,
) -> list[Card]:
    """A card for every document of the edition that was seen. None for what is withdrawn or may not be public.

    `seen` is document → when the public could first see it, `said` every confirmed standing of the release, oldest
    first.
    """
    metadata = edition.metadata
    if metadata.disclosure is not Disclosure.OPEN or metadata.secrecy is not Secrecy.NONE:
        return []
    # Any of them, not only the last: what is said later is said of a later edition.
    if any(one.kind is StandingKind.WITHDRAWN and one.governs(edition.number) for one in said):
        return []
    holding = [one for one in said if one.kind is not StandingKind.WITHDRAWN]
    return [
        _card(edition, one, seen[one.name], official_at, holding, today)
        for one in edition.documents
        if one.name in seen
    ]


def _card(
    edition: Edition, one: Document, seen_at: datetime, official_at: datetime | None, said: list[Standing], today: date
) -> Card:
    metadata, current = edition.metadata, said[-1] if said else None
    expires_on = validity.last_day(metadata.expires_on, said)
    valid, turns_on = validity.judge(current, metadata.effective_on, expires_on, today)
    return Card(
        release=edition.release,
        number=one.number,
        edition=edition.number,
        digest=edition.digest,
        title=one.title,
        policy=edition.policy.title,
        **{name: getattr(metadata, name) for name in _SAME},
        expires_on=expires_on,
        validity=valid,
        turns_on=turns_on,
        standing=current.kind if current else None,
        standing_on=current.effective_on if current else None,
        successor=current.successor if current else None,
        official_at=official_at,
        seen_at=seen_at,
        text=_text(one),
        ties=() if one.number else relations.ties(edition, current),
        form=one.form,
        particulars=NOTHING if one.number else filled.shown(metadata),
    )


_SAME = ("kind", "doc_no", "index_no", "issuer", "theme", "signed_on", "effective_on")


def _text(one: Document) -> str:
    lines = (one.summary, letters.plain(one.body), *(file.name for file in one.attachments))
    return "\n".join(line for line in lines if line)[: letters.MAX_TEXT]


def is_unmarked(card: Card) -> bool:
    """Whether it is over by its own dates alone: nobody has marked it since."""
    marked = {StandingKind.REPEALED, StandingKind.EXPIRED}
    return card.validity is Validity.EXPIRED and card.standing not in marked


def title_words(card: Card) -> set[str]:
    """What the card is found by in the first place: title, 发文字号, and its marks."""
    head = card.title if card.number else f"{card.title}\n{card.doc_no or ''}"
    return letters.lexemes(head, single=True) | marks.of_card(card)


def words(card: Card) -> set[str]:
    """All that the card is found by."""
    return title_words(card) | letters.lexemes("\n".join(texts(card)))


def texts(card: Card) -> tuple[str, ...]:
    """All that a word may stand in."""
    return card.title, card.doc_no or "", card.index_no or "", card.issuer, card.text


def order_no(doc_no: str | None) -> str:
    """What 发文字号 sort by: year, then 代字, then number; empty without one."""
    found = _NUMBER.fullmatch(doc_no or "")
    return f"{found[2]}{found[1]}{found[3]:0>10}" if found else ""
