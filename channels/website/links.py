"""The links of the site's pages: lines of lists, what stands beside a document, what it is tied to. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channels import standing
from channels.website import dates
from channels.website.words import WORDS
from schemas import addresses, footer
from schemas.edition import Edition
from schemas.office import REACH
from schemas.parcel import Listed, Parcel
from schemas.particulars import Form
from schemas.release import Document, Role
from schemas.words import word

_MAILBOX = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_NUMBER = re.compile(r"\+?\d[\d-]{4,20}")


@dataclass(frozen=True)
class Link:
    """A title that leads somewhere."""

    title: str
    path: str
    detail: str = ""  #: what stands beside it: a size, a document number
    day: str = ""  #: `YYYY-MM-DD`
    beside: Sequence["Link"] = ()  #: the interpretations of a policy


def lines(listed: Sequence[Listed], role: Role) -> list[Link]:
    """The documents of one role, in the order of the list."""
    return [
        Link(
            title=standing.title(one, line.notice),
            path=addresses.path(line.edition.release, one.name),
            detail=(line.edition.metadata.doc_no or "") if role is Role.POLICY else _form(one),
            day=dates.day(line.official_at or line.planned_at),
            beside=related(line.edition, one) if role is Role.POLICY else (),
        )
        for line in shown(listed)
        for one in line.edition.documents
        if one.role is role
    ]


def shown(listed: Sequence[Listed]) -> list[Listed]:
    """Those that lists name: what is withdrawn keeps its address and is found nowhere."""
    return [line for line in listed if line.notice is None or not line.notice.is_withdrawal]


def reached(value: str, label: str) -> str:
    """Where a way to reach a unit leads: a page, a mailbox, a telephone; or nowhere."""
    if label == REACH["online"]:
        return value if footer.WEB.fullmatch(value) else f"mailto:{value}" if _MAILBOX.fullmatch(value) else ""
    return f"tel:{value}" if label == REACH["telephone"] and _NUMBER.fullmatch(value) else ""


def attachments(release: int, one: Document) -> list[Link]:
    """Its attachments, each with its size."""
    return [
        Link(title=file.name, path=addresses.attachment(release, one.name, n, file.name), detail=_size(file.size))
        for n, file in enumerate(one.attachments, 1)
    ]


def copies(release: int, one: Document, kinds: Sequence[str]) -> list[Link]:
    """The same text as files of these kinds."""
    return [Link(title=WORDS[f"copy_{kind}"], path=addresses.copy(release, one.name, kind)) for kind in kinds]


def related(edition: Edition, one: Document) -> list[Link]:
    """The interpretations of a policy, or the policy of an interpretation."""
    others = edition.interpretations if one.role is Role.POLICY else (edition.policy,)
    return [Link(other.title, addresses.path(edition.release, other.name), detail=_form(other)) for other in others]


def ties(parcel: Parcel, one: Document) -> list[Link]:
    """Other documents that it changes or that change it; `detail` says how."""
    return [
        Link(title=tie.title, path=standing.place(tie), detail=standing.called(tie))
        for tie in standing.ties(one, parcel.edition.metadata, parcel.notice)
    ]


def _form(one: Document) -> str:
    return "" if one.form is Form.TEXT else word(one.form)


def _size(count: int) -> str:
    if count < 1024:  # noqa: PLR2004 - a kilobyte
        return WORDS["bytes"].format(count=count)
    if count < 1024**2:
        return WORDS["kilobytes"].format(count=-(-count // 1024))
    return WORDS["megabytes"].format(count=f"{count / 1024**2:.1f}")
