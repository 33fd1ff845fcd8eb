"""A passkey as the hub knows it: the public half. The private one never leaves the person's device."""

from datetime import datetime

from schemas.release import Frozen


class Passkey(Frozen):
    """One passkey of one person."""

    id: bytes
    person: str
    public_key: bytes
    sign_count: int
    name: str  #: what the person calls it
    transports: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None
