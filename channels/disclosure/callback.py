"""What the platform calls back: a record is public, was returned by its reviewers, or was taken down later.

Signed as our requests are, in the query: `timestamp`, and `signature` = hex HMAC-SHA256 over `callback`, the timestamp
and the SHA-256 of the body, a line each. A call that comes twice is the same message under the same key.
"""

import hashlib
import hmac
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels.contract import Call, Heard
from channels.disclosure.replies import Placed

#: How far the caller's clock may be from ours.
WINDOW_SECONDS = 300
MAX_BYTES = 100_000
MAX_DIGITS = 12


class Event(BaseModel):
    """One thing that happened to a package. Unknown keys are left alone: the platform may grow."""

    model_config = ConfigDict(frozen=True)

    event: Literal["published", "returned", "removed"]
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    receipt: Annotated[str, Field(max_length=100)] = ""
    received_at: Annotated[str, Field(max_length=60)] = ""
    records: Annotated[tuple[Placed, ...], Field(max_length=100)] = ()
    reason: Annotated[str, Field(max_length=500)] = ""


def name(event: str, key: str) -> str:
    """Under what a message is kept: one for each thing that can happen to a package."""
    return f"{event}:{key}"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a call."""
    said = "\n".join(("callback", timestamp, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def read(call: Call, *, secret: str, now: float) -> Heard:
    """Verify and read a call. Hostile input gives a status of 4xx and keeps nothing."""
    if call.method != "POST" or len(call.body) > MAX_BYTES:
        return _refused(405 if call.method != "POST" else 413)
    stamp = call.query.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= MAX_DIGITS):
        return _refused(401)
    given = call.query.get("signature", "").encode("utf-8", "replace")
    is_signed = hmac.compare_digest(given, sign(secret, stamp, call.body).encode())
    if not is_signed or abs(now - int(stamp)) > WINDOW_SECONDS:
        return _refused(401)
    try:
        event = Event.model_validate(json.loads(call.body))
    except (ValueError, RecursionError, ValidationError):
        return _refused(422)
    return Heard(status=204, reply=b"", messages={name(event.event, event.key): event.model_dump(mode="json")})


def _refused(status: int) -> Heard:
    return Heard(status=status, reply=b"", messages={})
