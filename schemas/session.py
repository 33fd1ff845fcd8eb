"""A session: one person signed in on one browser. And the throttle that slows guessing down."""

from datetime import datetime
from enum import StrEnum

from schemas.release import Frozen


class How(StrEnum):
    """How a person proved who they are when the session began."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a secret
    PASSWORD_TOTP = "password_totp"  # noqa: S105
    PASSWORD_RECOVERY = "password_recovery"  # noqa: S105 #: with a recovery code instead of the device
    PASSWORD_PASSKEY = "password_passkey"  # noqa: S105
    PASSKEY = "passkey"  #: alone, with the device having verified its user
    SINGLE_SIGN_ON = "single_sign_on"  #: the bureau's own identity provider vouches


class SecondFactor(StrEnum):
    """Whether people must have a second factor."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class Session(Frozen):
    """What is known of one session. The token is in the browser alone; the store has its digest."""

    id: str  #: the first 16 hexadecimal digits of the digest: enough to name it, useless to enter with
    person: str
    how: How
    address: str
    agent: str
    created_at: datetime
    proven_at: datetime  #: when the person last proved who they are, in this session
    seen_at: datetime  #: last visit, to the minute
    expires_at: datetime  #: when it ends if nobody comes any more; never after `ends_at`
    ends_at: datetime
    read_at: datetime  #: the store's clock when this was read
    must_change: bool  #: an administrator chose the password: the person must choose another first
    has_factor: bool  #: the person has an authenticator app or a passkey


class Throttle(Frozen):
    """How often something was tried in vain: a login, an address, a second factor."""

    key: str
    failures: int = 0
    failed_at: datetime | None = None
    locked_until: datetime | None = None
