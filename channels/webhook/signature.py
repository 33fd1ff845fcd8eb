"""How a message is signed (Standard Webhooks 1.0, https://www.standardwebhooks.com). Pure: the time is an argument."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

#: How a secret is written: `whsec_` before the base64 of 24 to 64 random bytes.
PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64


def key(secret: str) -> bytes:
    """Return the bytes that the secret stands for. Raises ValueError, which does not quote it."""
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("secret is not base64") from None
    if not SHORTEST <= len(found) <= LONGEST:
        raise ValueError("secret has the wrong length")
    return found


def headers(keys: Sequence[bytes], *, identity: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Return the three headers. Each key signs, so that a receiver may exchange its own at any time."""
    message = b".".join((identity.encode(), str(timestamp).encode(), body))
    signatures = (hmac.new(one, message, hashlib.sha256).digest() for one in keys)
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
    }
