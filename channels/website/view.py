"""What the templates are given, worked out from a parcel alone. Pure: no clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from channels import body, standing
from channels.contract import Site
from channels.website import closing, dates, facts, links, tags, typeset
from channels.website.code import Code, code
from channels.website.facts import Pair
from channels.website.links import Link
from channels.website.words import WORDS
from schemas import addresses, columns
from schemas.columns import Column
from schemas.delivery import Action
from schemas.entry import stamp
from schemas.parcel import Parcel
from schemas.release import Document, Kind, Role
from schemas.words import word


@dataclass(frozen=True)
class DocumentView:
    """One document page."""

    meta: Sequence[Pair]
    feeds: Sequence[Pair]  #: name and words of those that tell of it in particular
    properties: Sequence[Pair]  #: what readers of Open Graph look for
    path: str
    title: str
    column: Column
    head: str  #: the document number below the title; empty where the text itself opens with it
    rows: Sequence[Sequence[Pair]]  #: lines of the metadata table, one or two facts each
    closing: Markup  #: until when what it announces lasts, or that this is over; empty where nothing ends
    published: str
    published_stamp: str
    source: str
    official_label: str
    official: str  #: to the second; empty until it is known
    official_stamp: str
    addressed: bool
    text: str  #: clean HTML
    attachments: Sequence[Link]
    copies: Sequence[Link]  #: the same text as Word and PDF
    related_label: str
    related: Sequence[Link]
    comparison: str  #: where it stands beside what it changed or replaced; empty where that is none of ours
    ties: Sequence[Link]  #: other documents that it changes or that change it; `detail` says how
    release: int
    digest: str
    number: str
    code: Code  #: of its own address
    notice: "NoticeView | None"


@dataclass(frozen=True)
class NoticeView:
    """What holds of the document, above its text or in its place."""

    kind: str  #: `repealed`
    mark: str  #: 已废止
    sentence: str
    facts: Sequence[Pair]  #: reason and ground
    successor: Link | None
    comparison: str  #: where old and new stand side by side; empty unless both are ours and both can be read
    rows: Sequence[Sequence[Pair]]  #: of a withdrawal: all that is still told of the document


def document(parcel: Parcel, one: Document, site: Site, copies: Sequence[str] = ()) -> DocumentView:
    """Raises ChannelError as `body.placed` does."""
    edition, metadata = parcel.edition, parcel.edition.metadata
    is_policy = one.role is Role.POLICY
    shown_at = parcel.official_at or parcel.planned_at
    is_gone = parcel.action is Action.WITHDRAW
    return DocumentView(
        meta=tags.of_document(parcel, one, site),
        feeds=tags.of_feeds(edition.release, metadata),
        properties=tags.properties(parcel, one, site),
        notice=_notice(parcel, one, site),
        path=addresses.path(edition.release, one.name),
        title=standing.title(one, parcel.notice),
        column=columns.own(metadata.kind, one.role),
        head=typeset.head(metadata, one) if is_policy else "",
        rows=_rows(parcel, one, shown_at),
        closing=Markup(closing.line(metadata, dates.of(parcel.planned_at)) if is_policy else ""),  # noqa: S704 - it escapes
        published=dates.minute(shown_at),
        published_stamp=dates.rfc3339(shown_at),
        source=metadata.issuer or site.bureau,
        official_label=WORDS["official" if is_policy else "official_of_policy"],
        official=dates.second(parcel.official_at) if parcel.official_at else "",
        official_stamp=stamp(parcel.official_at) if parcel.official_at else "",
        addressed=typeset.ADDRESSED.match(one.body) is not None,
        text="" if is_gone else typeset.fitted(body.placed(one, edition.release, sized=True)),
        attachments=() if is_gone else links.attachments(edition.release, one),
        copies=() if is_gone else links.copies(edition.release, one, copies),
        related_label=WORDS["interpretations" if is_policy else "interprets"],
        related=() if is_gone else links.related(edition, one),
        comparison="" if is_gone else _before_and_after(parcel, one),
        ties=() if is_gone else links.ties(parcel, one),
        release=edition.release,
        digest=edition.digest,
        number=WORDS["edition_number"].format(number=edition.number),
        code=code(site.url + addresses.path(edition.release, one.name)),
    )


def _rows(parcel: Parcel, one: Document, shown_at: datetime) -> list[list[Pair]]:
    if one.role is not Role.POLICY:
        return facts.form_rows(one)
    metadata, release = parcel.edition.metadata, parcel.edition.release
    # Only what was official before has a version before this one that the public can be shown.
    is_later = metadata.kind is Kind.POWERS and parcel.action is Action.PUBLISH and parcel.official_at is not None
    own = facts.own_rows(metadata, addresses.comparison(release) if is_later else "")
    return [*facts.rows(metadata, one.title, shown_at, parcel.notice), *own]


def _notice(parcel: Parcel, one: Document, site: Site) -> NoticeView | None:
    notice = parcel.notice
    if notice is None or notice.is_quiet:
        return None
    successor = notice.successor
    return NoticeView(
        kind=notice.kind,
        mark=word(notice.kind),
        sentence=standing.sentence(one, notice),
        facts=[(WORDS[name], said) for name in ("reason", "ground") if (said := getattr(notice, name))],
        successor=Link(title=successor.title, path=successor.url(site.url)) if successor else None,
        comparison=_comparison(parcel, one),
        rows=facts.notice_rows(parcel.edition.metadata, one.title, notice) if notice.is_withdrawal else (),
    )


def _comparison(parcel: Parcel, one: Document) -> str:
    notice = parcel.notice
    if notice is None or notice.is_withdrawal or one.role is not Role.POLICY:
        return ""
    return addresses.comparison(parcel.edition.release) if notice.successor and notice.successor.release else ""


def _before_and_after(parcel: Parcel, one: Document) -> str:
    ties = standing.ties(one, parcel.edition.metadata, parcel.notice)
    is_after = any(tie.release and tie.kind.is_act and not tie.is_passive for tie in ties)
    return addresses.comparison(parcel.edition.release) if is_after else ""
