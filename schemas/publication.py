"""What came of a delivery in public: receipts are a channel's word, sightings are our own eyes."""

from datetime import datetime

from pydantic import Field

from schemas.release import Frozen


class Receipt(Frozen):
    """What a channel answered when it took an edition. It proves acceptance, never publication."""

    id: str  #: the channel's own id
    addresses: dict[str, str] = Field(default_factory=dict)  #: document name → public address, as far as known yet
    channel_time: str = ""  #: the channel's own time, verbatim
    reply_sha256: str = ""  #: digest of the bytes it answered


class Sighting(Frozen):
    """One successful fetch of a public address that found the right document there."""

    document: str
    address: str
    sha256: str  #: digest of the fetched bytes
    fetched_at: datetime  #: the worker's clock; the time that counts is the store's, when the sighting is recorded


class Loss(Frozen):
    """One document that a channel showed and shows no longer, though nobody here withdrew it."""

    document: str
    address: str
    words: str  #: in Chinese: what the channel, or its page, says of it


class Publication(Frozen):
    """One document on one channel."""

    release: int
    document: str
    channel: str
    edition: int
    address: str
    accepted_at: datetime
    seen_at: datetime | None  #: first sighting
    withdrawn_at: datetime | None = None  #: our own look found it gone; None while it is live
