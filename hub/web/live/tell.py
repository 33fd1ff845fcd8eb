"""From cards and rows to what the open data tells. Pure: addresses are worked out, nothing is read."""

import json
import re
from collections.abc import Sequence

from hub.commands.searching import Hit
from hub.core.search import letters
from hub.core.search.excerpt import Piece
from hub.store.open_data import Holding, Seen
from hub.web.live import told, told_site
from hub.web.live.api import Ask
from schemas import addresses, feeds
from schemas.card import Card
from schemas.columns import Column
from schemas.edition import Edition
from schemas.relation import Tie
from schemas.release import Document

_IMAGE = re.compile(r'(<img src=")blob:([0-9a-f]{64})"')


def release(ask: Ask, cards: Sequence[Card], holding: Holding | None) -> told.Release:
    """One release, of its cards; the first one is its policy's, or stands in for it."""
    first = cards[0]
    return told.Release(
        id=first.release,
        url=ask.url + addresses.path(first.release, "policy"),
        data=ask.link(f"/releases/{first.release}"),
        kind=first.kind,
        title=first.policy,
        **{name: getattr(first, name) for name in _SAME},
        units=feeds.units(first.issuer),
        standing=_standing(ask, first),
        sha256=first.digest,
        certificate=f"{ask.url}/c/{first.release}" if first.official_at else None,
        documents=tuple(_line(ask, one) for one in cards),
        relations=tuple(_relation(ask, tie) for tie in first.ties),
        particulars=first.particulars,
        changed_at=holding.changed_at if holding else None,
    )


_SAME = (
    *("doc_no", "index_no", "issuer", "theme", "signed_on", "effective_on", "expires_on", "validity"),
    *("official_at", "edition"),
)


def _standing(ask: Ask, card: Card) -> told.Standing | None:
    if card.standing is None or card.standing_on is None:
        return None
    said = card.successor
    link = told.Link(title=said.title, url=said.url(ask.url)) if said else None
    return told.Standing(kind=card.standing, since=card.standing_on, successor=link)


def _relation(ask: Ask, tie: Tie) -> told.Relation:
    url = ask.url + addresses.path(tie.release, "policy") if tie.release else tie.address
    return told.Relation(kind=tie.kind, is_passive=tie.is_passive, release=tie.release, title=tie.title, url=url)


def _line(ask: Ask, card: Card) -> told.DocumentLine:
    return told.DocumentLine(
        name=card.name,
        role=card.role,
        title=card.title,
        url=ask.url + card.path,
        data=_data(ask, card),
        seen_at=card.seen_at,
        form=card.form,
    )


def _data(ask: Ask, card: Card) -> str:
    return ask.link(f"/releases/{card.release}/documents/{card.name}")


def document(ask: Ask, card: Card, edition: Edition, one: Document) -> told.Document:
    """One text in full, its pictures and files at their addresses on the site."""
    return told.Document(
        release=card.release,
        name=card.name,
        role=card.role,
        title=one.title,
        url=ask.url + card.path,
        summary=one.summary,
        html=_placed(ask, edition.release, one),
        text=letters.plain(one.body),
        form=one.form,
        attachments=tuple(
            told.Attachment(
                name=file.name,
                media=file.media,
                size=file.size,
                sha256=file.sha256,
                url=ask.url + addresses.attachment(card.release, card.name, at, file.name),
            )
            for at, file in enumerate(one.attachments, start=1)
        ),
        edition=edition.number,
        sha256=edition.digest,
    )


def _placed(ask: Ask, release: int, one: Document) -> str:
    media = {image.sha256: image.media for image in one.images}

    def place(found: re.Match[str]) -> str:
        return f'{found[1]}{ask.url}{addresses.image(release, found[2], media.get(found[2], ""))}"'

    return _IMAGE.sub(place, one.body)


def publication(seen: Seen) -> told.Publication:
    """One document on one channel."""
    return told.Publication(
        document=seen.document,
        channel=seen.channel,
        edition=seen.edition,
        url=seen.address,
        seen_at=seen.seen_at,
        withdrawn_at=seen.withdrawn_at,
    )


def sighting(place: int, entry: bytes) -> told.Sighting:
    """One sighting as the log has it."""
    body = json.loads(entry)
    data = body["data"]
    return told.Sighting(
        log_entry=place,
        at=body["at"],
        channel=body["chan"],
        document=data["document"],
        edition=body["ed"],
        url=data["address"],
        sha256=data["sha256"],
        authoritative=data["authoritative"],
    )


def column(ask: Ask, one: Column) -> told_site.Column:
    """One column with its feeds."""
    name = feeds.of_column(one)
    return told_site.Column(
        code=one.code,
        name=one.name,
        description=one.description,
        parent=one.parent or None,
        url=ask.url + one.path,
        feeds={kind: ask.url + feeds.path(name, kind) for kind in feeds.MEDIA},
    )


def hit(ask: Ask, found: Hit) -> told_site.Hit:
    """One document that was found."""
    card = found.card
    return told_site.Hit(
        release=card.release,
        document=card.name,
        role=card.role,
        kind=card.kind,
        title=card.title,
        doc_no=card.doc_no,
        issuer=card.issuer,
        validity=card.validity,
        released_on=card.released_on,
        form=card.form,
        particulars=card.particulars,
        url=ask.url + card.path,
        data=_data(ask, card),
        snippet="".join(piece.text for piece in found.snippet),
        found=_places(found.snippet),
        is_number=found.is_number,
    )


def _places(pieces: Sequence[Piece]) -> tuple[tuple[int, int], ...]:
    places, at = [], 0
    for piece in pieces:
        if piece.found:
            places.append((at, at + len(piece.text)))
        at += len(piece.text)
    return tuple(places)
