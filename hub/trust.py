"""What signing in rests on: the hub's secret, how long a session lives, where the console is. Made in `hub.secret`."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.provider import Provider
from hub.remote import Network
from schemas.session import SecondFactor

_NONCE = 12


class ForeignSealError(Exception):
    """It was sealed with another secret, for somebody else, or was changed since."""


class Secret:
    """The hub's secret: separate keys are derived from it, so that none can be used for another purpose (RFC 5869)."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    def __repr__(self) -> str:
        return "Secret(…)"

    @cached_property
    def _sealing(self) -> AESGCM:
        return AESGCM(self._derived(b"second factors"))

    @cached_property
    def _marking(self) -> bytes:
        return self._derived(b"marks")

    def mark(self, of: str) -> str:
        """Return what nobody else can make of `of`: 43 characters that fit into a form or an address."""
        made = hmac.digest(self._marking, of.encode(errors="surrogatepass"), "sha256")
        return urlsafe_b64encode(made).rstrip(b"=").decode()

    def seal(self, plain: bytes, owner: str) -> bytes:
        """Encrypt for `owner`: moved to another owner's row it does not open."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._sealing.encrypt(nonce, plain, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Decrypt. Raises ForeignSealError."""
        try:
            return self._sealing.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode())
        except (InvalidTag, ValueError) as error:
            raise ForeignSealError from error

    def branch(self, purpose: str) -> "Secret":
        """Return another secret, derived from this one: what either seals or marks means nothing to the other."""
        return Secret(self._derived(b"branch " + purpose.encode()))

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gongbu " + purpose).derive(self._seed)


@dataclass(frozen=True)
class Trust:
    """See the module. `staff_url` is where browsers reach the console, without a slash at its end."""

    secret: Secret = field(repr=False)
    staff_url: str
    name: str = "公布"  #: how the console is called in an authenticator app
    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=10)
    second_factor: SecondFactor = SecondFactor.OPTIONAL
    mixed_passwords: bool = False
    provider: Provider | None = None
    proxies: tuple[Network, ...] = ()  #: those before the console, whose word on an address counts

    @property
    def origin(self) -> str:
        """What a browser names as its origin there."""
        parts = urlsplit(self.staff_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The relying party's id of passkeys: they work at this host name alone."""
        return urlsplit(self.staff_url).hostname or "localhost"
