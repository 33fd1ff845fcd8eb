"""What the templates are given, worked out from a parcel or a list alone. Pure: no clock, no I/O."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from channels import body, standing
from channels.contract import Site
from channels.website import closing, dates, facts
from channels.website.code import Code, code
from channels.website.facts import Pair
from channels.website.words import WORDS
from schemas import addresses, columns, feeds
from schemas.columns import Column
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.entry import stamp
from schemas.parcel import Listed, Parcel
from schemas.particulars import Form
from schemas.release import Document, Kind, Metadata, Role
from schemas.words import word

#: A first paragraph that ends in a colon names the 主送机关 and stands flush left (GB/T 9704-2012, 7.3.2).
ADDRESSED = re.compile(r"\s*<p\b[^<>]*>[^<>]{1,300}[：:]\s*</p>")
#: What ends a block of the text: words on its two sides are not one word.
BLOCK = re.compile(r"</(?:p|h[1-6]|li|t[dh]|caption|figcaption|blockquote)>|<br>")
#: Characters of a description that nobody wrote.
DESCRIBED = 120
#: The first paragraph, whatever it says.
OPENING = re.compile(r"\s*<p\b[^<>]*>.{0,300}?</p>", re.DOTALL)
MARKUP = re.compile(r"<[^<>]*>")
#: One whole tag: what looks like a tag inside a quoted attribute is no tag.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^<>"]|"[^"]*")*>')
#: A tag, or letters without a break, such as an address: too long to stand on one line beside Chinese. What is written
#: as `&lt;` is one letter and is never cut.
LONG = re.compile(rf"{TAG.pattern}|(?P<long>(?:[!-%'-;=?-~]|&[A-Za-z0-9#]{{1,10}};){{24,}})|&[A-Za-z0-9#]{{1,10}};")
#: Around every table of the text. The second class tells extractors, who shun what scrolls, that it is text.
FRAME = f'<div class="scroll text-table" role="group" aria-label="{WORDS["table"]}" tabindex="0">'


@dataclass(frozen=True)
class Link:
    """A title that leads somewhere."""

    title: str
    path: str
    detail: str = ""  #: what stands beside it: a size, a document number
    day: str = ""  #: `YYYY-MM-DD`
    beside: Sequence["Link"] = ()  #: the interpretations of a policy


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
        meta=_meta(parcel, one, site),
        feeds=_feeds(edition.release, metadata),
        properties=_properties(parcel, one, site),
        notice=_notice(parcel, one, site),
        path=addresses.path(edition.release, one.name),
        title=standing.title(one, parcel.notice),
        column=columns.own(metadata.kind, one.role),
        head=_head(metadata, one) if is_policy else "",
        rows=_rows(parcel, one, shown_at),
        closing=Markup(closing.line(metadata, dates.of(parcel.planned_at)) if is_policy else ""),  # noqa: S704 - it escapes
        published=dates.minute(shown_at),
        published_stamp=dates.rfc3339(shown_at),
        source=metadata.issuer or site.bureau,
        official_label=WORDS["official" if is_policy else "official_of_policy"],
        official=dates.second(parcel.official_at) if parcel.official_at else "",
        official_stamp=stamp(parcel.official_at) if parcel.official_at else "",
        addressed=ADDRESSED.match(one.body) is not None,
        text="" if is_gone else _set(body.placed(one, edition.release)),
        attachments=() if is_gone else _attachments(edition.release, one),
        copies=() if is_gone else _copies(edition.release, one, copies),
        related_label=WORDS["interpretations" if is_policy else "interprets"],
        related=() if is_gone else _related(edition, one),
        comparison="" if is_gone else _before_and_after(parcel, one),
        ties=() if is_gone else _ties(parcel, one),
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


def site_tags(site: Site) -> list[Pair]:
    """网站标签: required on every page (国办发〔2017〕47号 附件《网页设计规范》)."""
    return [("SiteName", site.name), ("SiteDomain", site.domain), ("SiteIDCode", site.code)]


def column_tags(column: Column) -> list[Pair]:
    """栏目标签: required on column pages, and on articles for the column that they stand in."""
    return [
        ("ColumnName", column.name),
        ("ColumnDescription", column.description),
        ("ColumnKeywords", column.keywords),
        ("ColumnType", column.type),
    ]


def links(listed: Sequence[Listed], role: Role) -> list[Link]:
    """The documents of one role, in the order of the list."""
    return [
        Link(
            title=standing.title(one, line.notice),
            path=addresses.path(line.edition.release, one.name),
            detail=(line.edition.metadata.doc_no or "") if role is Role.POLICY else _form(one),
            day=dates.day(line.official_at or line.planned_at),
            beside=_related(line.edition, one) if role is Role.POLICY else (),
        )
        for line in shown(listed)
        for one in line.edition.documents
        if one.role is role
    ]


def shown(listed: Sequence[Listed]) -> list[Listed]:
    """Those that lists name: what is withdrawn keeps its address and is found nowhere."""
    return [line for line in listed if line.notice is None or not line.notice.is_withdrawal]


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


def _feeds(release: int, metadata: Metadata) -> list[Pair]:
    """Its own feed, and those of who issued it and of what it is about."""
    units = [(feeds.of_unit(unit), unit) for unit in feeds.units(metadata.issuer)]
    group = feeds.group(metadata.theme)
    return [(feeds.of_release(release), WORDS["feed_own"]), *units, (feeds.of_theme(group), group)]


def _properties(parcel: Parcel, one: Document, site: Site) -> list[Pair]:
    """The same facts once more, by the names that links' previews and article readers know (ogp.me)."""
    return [
        ("og:type", "article"),
        ("og:site_name", site.name),
        ("og:title", standing.title(one, parcel.notice)),
        ("og:url", site.url + addresses.path(parcel.edition.release, one.name)),
        ("article:published_time", dates.rfc3339(parcel.official_at or parcel.planned_at)),
    ]


def _meta(parcel: Parcel, one: Document, site: Site) -> list[Pair]:
    edition = parcel.edition
    wanted = [
        *site_tags(site),
        *column_tags(columns.own(edition.metadata.kind, one.role)),
        ("ArticleTitle", standing.title(one, parcel.notice)),
        ("PubDate", dates.minute(parcel.official_at or parcel.planned_at)),
        ("ContentSource", edition.metadata.issuer or site.bureau),
    ]
    is_gone = parcel.action is Action.WITHDRAW
    known = [
        ("robots", "noindex" if is_gone else ""),
        ("Keywords", ",".join(edition.metadata.keywords)),
        ("Author", edition.metadata.issuer or site.bureau),
        ("Description", "" if is_gone else _description(one)),
        ("Image", "" if is_gone else _first_image(edition.release, one, site)),
        ("Url", site.url + addresses.path(edition.release, one.name)),
        ("gongbu:edition", f"sha256:{edition.digest}"),
        ("gongbu:release", str(edition.release)),
        ("gongbu:number", str(edition.number)),
        ("gongbu:standing", standing.tag(parcel.notice) if parcel.notice else ""),
    ]
    return wanted + [(name, content) for name, content in known if content]


def _description(one: Document) -> str:
    """The summary that somebody wrote, or how the text begins."""
    words = " ".join((one.summary or html.unescape(MARKUP.sub("", BLOCK.sub(" ", one.body)))).split())
    return words if one.summary or len(words) <= DESCRIBED else f"{words[: DESCRIBED - 1]}…"


def _first_image(release: int, one: Document, site: Site) -> str:
    if not one.images:
        return ""
    return site.url + addresses.image(release, one.images[0].sha256, one.images[0].media)


def _head(metadata: Metadata, one: Document) -> str:
    """Return the number unless the approved text, which stands as it is, already opens with it."""
    number = metadata.doc_no or ""
    opening = OPENING.match(one.body)
    return "" if opening and MARKUP.sub("", opening[0]).strip() == number else number


def _set(text: str) -> str:
    """Set the text for screens, every character as it was: no table or address makes a phone's page move sideways.

    A table scrolls by itself and takes the keyboard; a long address may break anywhere, and stretches no line.
    """
    return LONG.sub(_framed, text)


def _framed(found: re.Match[str]) -> str:
    if found["long"]:
        return f'<span class="loose">{found["long"]}</span>'
    if found[2] != "table":
        return found[0]
    return f"{found[0]}</div>" if found[1] else FRAME + found[0]


def _attachments(release: int, one: Document) -> list[Link]:
    return [
        Link(title=file.name, path=addresses.attachment(release, one.name, n, file.name), detail=_size(file.size))
        for n, file in enumerate(one.attachments, 1)
    ]


def _copies(release: int, one: Document, kinds: Sequence[str]) -> list[Link]:
    return [Link(title=WORDS[f"copy_{kind}"], path=addresses.copy(release, one.name, kind)) for kind in kinds]


def _related(edition: Edition, one: Document) -> list[Link]:
    others = edition.interpretations if one.role is Role.POLICY else (edition.policy,)
    return [Link(other.title, addresses.path(edition.release, other.name), detail=_form(other)) for other in others]


def _form(one: Document) -> str:
    return "" if one.form is Form.TEXT else word(one.form)


def _before_and_after(parcel: Parcel, one: Document) -> str:
    ties = standing.ties(one, parcel.edition.metadata, parcel.notice)
    is_after = any(tie.release and tie.kind.is_act and not tie.is_passive for tie in ties)
    return addresses.comparison(parcel.edition.release) if is_after else ""


def _ties(parcel: Parcel, one: Document) -> list[Link]:
    return [
        Link(title=tie.title, path=standing.place(tie), detail=standing.called(tie))
        for tie in standing.ties(one, parcel.edition.metadata, parcel.notice)
    ]


def _size(count: int) -> str:
    if count < 1024:  # noqa: PLR2004 - a kilobyte
        return WORDS["bytes"].format(count=count)
    if count < 1024**2:
        return WORDS["kilobytes"].format(count=-(-count // 1024))
    return WORDS["megabytes"].format(count=f"{count / 1024**2:.1f}")
