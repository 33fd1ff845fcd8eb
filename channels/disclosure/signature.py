"""How a request to the platform is signed. Pure: the time is an argument, and the secret goes nowhere else.

Modelled on Standard Webhooks (https://www.standardwebhooks.com/): HMAC-SHA256, versioned, base64, with a time window.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def headers(*, key_id: str, secret: str, method: str, path: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Return the headers that prove who sent this method, path (raw, without query) and body, in this second."""
    message = "\n".join((method, path, str(timestamp), hashlib.sha256(body).hexdigest()))
    mac = hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()
    return {
        "Disclosure-Key-Id": key_id,
        "Disclosure-Timestamp": str(timestamp),
        "Disclosure-Signature": f"v1,{base64.b64encode(mac).decode()}",
    }
