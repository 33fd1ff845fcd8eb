"""Signed slips: what a subscriber brings instead of a login. Whoever reads the mailbox has them, and nobody else.

Nothing of them is stored. A slip to confirm is good for two days; one to manage for as long as there is something to
manage, because a mail of years ago must still unsubscribe.
"""

import hmac
from base64 import b32encode
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from hub.core.subscribing import UNCONFIRMED
from hub.trust import ForeignSealError, Secret

#: Longer ones are not looked at.
LONGEST = 200
#: Of a mark in an address, which must be short and survive changes of case: 80 bits.
_MARK = 16
_BOUNCE = "b"


class Slips:
    """Makes and reads slips, and keeps addresses: sealed for the store, and as digests to find them by."""

    def __init__(self, secret: Secret) -> None:
        mail = secret.branch("mail")
        how = {"digest_method": sha256, "key_derivation": "hmac"}
        self._seals = mail
        self._confirming = URLSafeTimedSerializer(mail.mark("confirm"), salt="confirm", signer_kwargs=how)
        self._managing = URLSafeSerializer(mail.mark("manage"), salt="manage", signer_kwargs=how)

    def __repr__(self) -> str:
        return "Slips(…)"

    def digest(self, address: str) -> bytes:
        """32 bytes by which an address is found again. Upper and lower case are the same mailbox."""
        return sha256(self._seals.mark(f"address {address.casefold()}").encode()).digest()

    def place(self, address: str) -> str:
        """A key to count by, from which the network address cannot be told."""
        return self._seals.mark(f"place {address}")[:22]

    def seal(self, address: str) -> bytes:
        return self._seals.seal(address.encode(), "address")

    def open(self, sealed: bytes) -> str:
        """The address. Raises ForeignSealError: this machine's secret is not the one that it was sealed with."""
        return self._seals.open(sealed, "address").decode()

    def confirming(self, subscription: int) -> str:
        return str(self._confirming.dumps(subscription))

    def confirmed(self, slip: str) -> int | None:
        """The subscription that it confirms; None for one that is too old, or not ours."""
        try:
            found = self._confirming.loads(_plain(slip), max_age=int(UNCONFIRMED.total_seconds()))
        except BadData:
            return None
        return found if isinstance(found, int) else None

    def managing(self, subscriber: int) -> str:
        return str(self._managing.dumps(subscriber))

    def managed(self, slip: str) -> int | None:
        """The subscriber whose it is; None for one that is not ours."""
        try:
            found = self._managing.loads(_plain(slip))
        except BadData:
            return None
        return found if isinstance(found, int) else None

    def bouncing(self, subscriber: int, address: str) -> str:
        """Where the bounces of a subscriber's mail go (VERP): `bounces+b-1f-…@…`."""
        local, _, domain = address.partition("@")
        return f"{local}+{_BOUNCE}-{subscriber:x}-{self._mark(subscriber)}@{domain}"

    def bounced(self, address: str) -> int | None:
        """The subscriber for whom this address was made, in whatever case it came back; None for another address."""
        detail = address.strip("<> ").partition("@")[0].rpartition("+")[2].casefold()
        kind, _, rest = detail.partition("-")
        number, _, mark = rest.partition("-")
        try:
            subscriber = int(number[:16], 16)
        except ValueError:
            return None
        fits = kind == _BOUNCE and hmac.compare_digest(mark.encode(), self._mark(subscriber).encode())
        return subscriber if fits else None

    def _mark(self, subscriber: int) -> str:
        made = sha256(self._seals.mark(f"bounce {subscriber}").encode()).digest()
        return b32encode(made).decode().casefold()[:_MARK]


def _plain(slip: str) -> str:
    """What came by an address may be anything; what cannot be a slip reads as an empty one."""
    return slip if slip.isascii() and len(slip) <= LONGEST else ""


__all__ = ["ForeignSealError", "Slips"]
