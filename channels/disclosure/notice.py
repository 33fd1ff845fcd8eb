"""What the column is told of a document's standing: its mark, its reason, and what came instead. Pure."""

from channels import standing
from schemas.parcel import Parcel
from schemas.release import Document, Frozen
from schemas.words import word


class Said(Frozen):
    """What holds of the document since its publication."""

    tag: str  #: `2/repealed`: the page's own meta carries it
    mark: str  #: 已废止
    sentence: str
    reason: str
    ground: str
    since: str
    expires_on: str | None
    successor: str
    successor_url: str


def said(parcel: Parcel, document: Document, site_url: str) -> Said | None:
    """Return the statement, None where nothing was said of the release."""
    notice = parcel.notice
    if notice is None:
        return None
    return Said(
        tag=standing.tag(notice),
        mark=word(notice.kind),
        sentence=standing.sentence(document, notice),
        reason=notice.reason,
        ground=notice.ground,
        since=notice.effective_on.isoformat(),
        expires_on=notice.expires_on.isoformat() if notice.expires_on else None,
        successor=notice.successor.title if notice.successor else "",
        successor_url=notice.successor.url(site_url) if notice.successor else "",
    )
