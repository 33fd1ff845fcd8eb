"""A parcel: all that a channel is given about one delivery. It holds no settings and no connections."""

from datetime import datetime

from schemas import canonical
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.publication import Receipt
from schemas.release import Frozen
from schemas.standing import Notice


class Parcel(Frozen):
    """One edition, packed for one channel."""

    key: str  #: 32 hex digits, the same on every retry: the idempotency key and the marker to look up by
    action: Action
    edition: Edition
    planned_at: datetime
    official_at: datetime | None  #: shown where the channel can show it; None until somebody has seen the policy
    addresses: dict[str, str]  #: document name → its address on the bureau's own site
    notice: Notice | None = None  #: what holds of the release, shown with it, or in its place when it is withdrawn
    published: Receipt | None = None  #: of a withdrawal: what the channel answered when it took the edition
    choice: str = ""  #: which of the channel's options a person chose (`schemas.option`); empty where it offers none
    cover: str = ""  #: SHA-256 of the picture of the edition that stands for the whole; empty: the channel's own
    is_void: bool = False  #: withdrawn since it was sent: find out what became of it, and send nothing again


class RenderedFile(Frozen):
    """One piece of a rendering: a page, a record, an article."""

    name: str
    media: str
    body: bytes


class Remark(Frozen):
    """What a channel's readers get otherwise than it was written, or do not get: for people, before they approve it."""

    words: str  #: in Chinese, without a full stop
    is_loss: bool = False  #: words or pictures are missing there; otherwise it only looks different


class Rendering(Frozen):
    """The exact bytes meant for a channel, derived from the parcel alone. Their digest is logged before they leave."""

    files: tuple[RenderedFile, ...]
    remarks: tuple[Remark, ...] = ()  #: told to people; no part of the digest

    @property
    def sha256(self) -> str:
        """SHA-256 over the canonical list of (name, SHA-256 of body)."""
        return canonical.digest(canonical.encode([[f.name, canonical.digest(f.body)] for f in self.files]))


class Listed(Frozen):
    """One line of a list page or feed: an edition that is, or is this moment being, published on a channel."""

    edition: Edition
    official_at: datetime | None
    planned_at: datetime
    updated_at: datetime
    notice: Notice | None = None  #: what holds of it; one that is withdrawn is listed with its withdrawal
