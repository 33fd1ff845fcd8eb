"""One account's blocking conversation with the platform, on top of wechatpy. Used by one thread at a time.

It never raises for what the platform does: whatever happened is an `Answer`, so that no exception of a library, whose
text holds addresses with secrets in them, can escape or hang on as a context.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import urllib3
from wechatpy.client import base
from wechatpy.exceptions import WeChatClientException

from channels.wechat import errors

MAX_REPLY_BYTES = 8_000_000
#: An access token is renewed when less than this is left of it.
MARGIN_SECONDS = 60
#: A forced renewal is allowed 20 times a day and not within 30 seconds of the last one (getStableAccessToken).
FORCES_PER_DAY = 20
FORCE_PAUSE_SECONDS = 30.0
DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class Answer:
    """What came of one call. `code` is None when nothing readable came back; 0 is success."""

    code: int | None
    message: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    left: bool = True  #: False: no connection was made or the call was not tried, so nothing was carried out


class Transport(base.BaseWeChatClient):  # type: ignore[misc] # wechatpy has no types
    """`auto_retry` stays off: a token refused for ever made wechatpy fetch hundreds of new ones."""

    def __init__(self, app_id: str, secret: str, api_base: str, *, timeout_seconds: float) -> None:
        super().__init__(app_id, timeout=timeout_seconds, auto_retry=False)
        self.API_BASE_URL = f"{api_base}/cgi-bin/"
        self._secret = secret
        self._http = _Session()
        self._lock = threading.Lock()
        self._forced: deque[float] = deque(maxlen=FORCES_PER_DAY)

    def call(self, method: str, endpoint: str, **arguments: Any) -> Answer:
        """Call with a token. A refused token is fetched again once, then renewed by force once; then it stands."""
        answer = self._with_token(method, endpoint, arguments)
        for force in (False, True):
            if answer.code not in errors.STALE_TOKEN or not answer.left:
                return answer
            renewed = self.fetch_access_token(force=force)
            if renewed is not None:
                return renewed
            answer = self._with_token(method, endpoint, arguments)
        return answer

    def fetch_access_token(self, *, force: bool = False) -> Answer | None:
        """Fetch the account's stable token; several processes get the same one. Returns the answer only if it failed.

        Replaces wechatpy's own, which has the address written in, no time limit, and makes the last token invalid.
        """
        with self._lock:
            if force and not self._may_force():
                return Answer(code=40001, message="forced renewal of the token is used up", left=False)
            body = {
                "grant_type": "client_credential",
                "appid": self.appid,
                "secret": self._secret,
                "force_refresh": force,
            }
            answer = self._once("post", "stable_token", {"data": body, "params": {"access_token": None}})
            token, seconds = answer.fields.get("access_token"), answer.fields.get("expires_in")
            if answer.code != 0 or not isinstance(token, str) or not isinstance(seconds, int):
                return Answer(code=answer.code or None, message=answer.message, left=False)
            self.session.set(self.access_token_key, token)
            self.expires_at = time.time() + seconds
            return None

    def scrub(self, text: str) -> str:
        """Return the text without the account's secrets."""
        for secret in (self._secret, self.session.get(self.access_token_key)):
            if secret:
                text = text.replace(secret, "***")
        return text

    def close(self) -> None:
        self._http.close()

    def _with_token(self, method: str, endpoint: str, arguments: Mapping[str, Any]) -> Answer:
        token = self.session.get(self.access_token_key)
        if not token or self.expires_at - time.time() < MARGIN_SECONDS:
            failed = self.fetch_access_token()
            if failed is not None:
                return failed
            token = self.session.get(self.access_token_key)
        params = {**arguments.get("params", {}), "access_token": token}
        return self._once(method, endpoint, {**arguments, "params": params})

    def _once(self, method: str, endpoint: str, arguments: Mapping[str, Any]) -> Answer:
        try:
            result = self._request(method, endpoint, **arguments)
        except WeChatClientException as error:
            return self._read(error.response)
        except requests.RequestException as error:
            return Answer(code=None, message=type(error).__name__, left=not _never_connected(error))
        return self._read(result)

    def _handle_result(self, res: Any, *_: Any, **__: Any) -> Any:
        """Give the response itself: wechatpy's own reading repeats calls and hides answers that are not JSON."""
        return res

    def _read(self, response: requests.Response) -> Answer:
        fields = _decode(response.content)
        if response.status_code != requests.codes.ok or fields is None:
            return Answer(code=None, message=f"HTTP {response.status_code}", raw=response.content)
        code = _integer(fields.get("errcode", 0))
        message = self.scrub(str(fields.get("errmsg", ""))[:500])
        return Answer(code=code, message=message, fields=fields, raw=response.content)

    def _may_force(self) -> bool:
        now = time.monotonic()
        if self._forced and now - self._forced[-1] < FORCE_PAUSE_SECONDS:
            return False
        if len(self._forced) == FORCES_PER_DAY and now - self._forced[0] < DAY_SECONDS:
            return False
        self._forced.append(now)
        return True


class _Session(requests.Session):
    """Reads no proxy settings, follows no redirect (it would carry the token along), and bounds every answer."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.headers["Accept-Encoding"] = "identity"

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        deadline = time.monotonic() + 2 * float(kwargs["timeout"])
        response = super().request(*args, **{**kwargs, "stream": True, "allow_redirects": False})
        try:
            response._content = _bounded(response, deadline)  # noqa: SLF001 - requests has no bounded read of its own
        finally:
            response.close()
        return response


def _bounded(response: requests.Response, deadline: float) -> bytes:
    chunks = bytearray()
    try:
        while chunk := response.raw.read1(65_536):
            chunks += chunk
            if len(chunks) > MAX_REPLY_BYTES or time.monotonic() > deadline:
                raise requests.exceptions.ContentDecodingError("the answer is too long or too slow")
    except urllib3.exceptions.HTTPError:
        raise requests.exceptions.ConnectionError("the answer broke off") from None
    return bytes(chunks)


def _never_connected(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _decode(body: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(body.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _integer(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
