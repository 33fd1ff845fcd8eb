"""A document as the fields that a mapping may name, derived from the parcel alone. Pure."""

from html import escape

from channels import body, standing
from schemas import addresses
from schemas.delivery import Action
from schemas.entry import BEIJING, stamp
from schemas.parcel import Parcel
from schemas.release import Document, Role
from schemas.words import word


def fields(parcel: Parcel, document: Document, site_url: str) -> dict[str, str]:
    """Return every field but `id`. What a document does not have is empty."""
    edition, metadata = parcel.edition, parcel.edition.metadata
    is_policy = document.role is Role.POLICY
    days = {name: getattr(metadata, name) for name in ("signed_on", "effective_on", "expires_on")}
    notice = parcel.notice
    return {
        "key": parcel.key,
        "slug": slug(edition.release, document),
        "release": str(edition.release),
        "document": document.name,
        "edition": str(edition.number),
        "edition_sha256": edition.digest,
        "genre": word(document.role),
        "title": standing.title(document, notice),
        "summary": document.summary,
        "html": (_notice if parcel.action is Action.WITHDRAW else _html)(parcel, document, site_url),
        "index_no": (metadata.index_no or "") if is_policy else "",
        "doc_no": (metadata.doc_no or "") if is_policy else "",
        "theme": metadata.theme,
        "issuer": metadata.issuer,
        **{name: day.isoformat() if day and is_policy else "" for name, day in days.items()},
        "validity": _validity(parcel) if is_policy else "",
        "keywords": ",".join(metadata.keywords),
        "planned_at": stamp(parcel.planned_at),
        "official_at": stamp(parcel.official_at) if parcel.official_at else "",
        "source": parcel.addresses[document.name],
    }


def _validity(parcel: Parcel) -> str:
    """As every page of ours says it."""
    notice, released = parcel.notice, (parcel.official_at or parcel.planned_at).astimezone(BEIJING).date()
    if notice and notice.is_withdrawal:
        return word(notice.kind)
    return word(standing.validity(parcel.edition.metadata, notice, released))


def refuse(parcel: Parcel) -> None:
    """Stop what must never be public. Raises ChannelError(BUG)."""
    body.refuse_closed(parcel.edition.metadata)


def slug(release: int, document: Document) -> str:
    """What a document is found again by: the same for every edition, and nobody else's."""
    return f"gongbu-{release}-{document.name}"


def mark(parcel: Parcel) -> str:
    """The id of the element that holds the text: it names the edition, and what was said of it since."""
    said = "".join(filter(str.isalnum, standing.tag(parcel.notice))) if parcel.notice else "0"
    return f"gongbu-{parcel.edition.digest[:24]}-{said}"


def official(parcel: Parcel) -> str:
    """The official time as the page tells it; empty while there is none."""
    if parcel.official_at is None:
        return ""
    at = parcel.official_at.astimezone(BEIJING)
    return f"正式发布时间：{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}"


def _html(parcel: Parcel, document: Document, site_url: str) -> str:
    text = body.placed(document, parcel.edition.release, base=site_url)
    at = f"<p>{official(parcel)}</p>" if parcel.official_at else ""
    said = at + _said(parcel, document)
    return f'{said}<div id="{mark(parcel)}">{text}</div>{_attachments(parcel, document, site_url)}'


def _notice(parcel: Parcel, document: Document, site_url: str) -> str:  # noqa: ARG001 - as `_html`
    """What stands at the address instead of a text that was withdrawn."""
    return f'<div id="{mark(parcel)}">{_said(parcel, document)}</div>'


def _said(parcel: Parcel, document: Document) -> str:
    """What holds of the document since its publication, in paragraphs."""
    notice = parcel.notice
    if notice is None:
        return ""
    said = [standing.sentence(document, notice), f"理由：{notice.reason}"]
    said += [f"依据：{notice.ground}"] if notice.ground else []
    said += [f"替代文件：{notice.successor.title}"] if notice.successor else []
    return "".join(f"<p>{escape(one)}</p>" for one in said)


def _attachments(parcel: Parcel, document: Document, site_url: str) -> str:
    """Links to the bureau's own site, where the files are."""
    places = [
        (site_url + addresses.attachment(parcel.edition.release, document.name, number, file.name), file.name)
        for number, file in enumerate(document.attachments, 1)
    ]
    lines = "".join(f'<li><a href="{escape(place)}">{escape(name)}</a></li>' for place, name in places)
    return f"<p>附件</p><ul>{lines}</ul>" if lines else ""
