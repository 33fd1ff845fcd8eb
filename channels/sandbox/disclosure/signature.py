"""The platform's check of who sent a request. Written from the interface's words, not from our client's code."""

import base64
import hashlib
import hmac
import time

from aiohttp import web

from channels.sandbox.disclosure.options import Options
from channels.sandbox.disclosure.refusal import RefusedError

MAX_DIGITS = 12


def check(request: web.Request, body: bytes, options: Options) -> None:
    """Raise RefusedError(401) unless the request is signed with our key, within the window, over exactly this body."""
    if not hmac.compare_digest(_header(request, "Disclosure-Key-Id"), options.key_id.encode()):
        raise RefusedError(401, "unknown_account", "密钥编号不存在。")
    stamp = _header(request, "Disclosure-Timestamp")
    if not (stamp.isdigit() and len(stamp) <= MAX_DIGITS and abs(time.time() - int(stamp)) <= options.window_seconds):
        raise RefusedError(401, "stale_timestamp", "请求时间超出允许范围。")
    lines = (
        request.method.encode(),
        request.rel_url.raw_path.encode(),
        stamp,
        hashlib.sha256(body).hexdigest().encode(),
    )
    mac = hmac.new(options.secret.encode(), b"\n".join(lines), hashlib.sha256).digest()
    if not hmac.compare_digest(_header(request, "Disclosure-Signature"), b"v1," + base64.b64encode(mac)):
        raise RefusedError(401, "bad_signature", "签名不正确。")


def _header(request: web.Request, name: str) -> bytes:
    return request.headers.get(name, "").encode("utf-8", "surrogateescape")
