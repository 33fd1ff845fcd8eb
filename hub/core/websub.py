"""The rules of our own WebSub hub (https://www.w3.org/TR/websub/): what is asked, what answers mean, when to try again.

Pure. The hub speaks for our own topics alone: the feeds below `/feeds/`.
"""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import unquote, urlencode, urlsplit

from schemas.websub import Asked, Full, Wish

PATH = "/websub"
FEEDS = "/feeds/"
MEDIA = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
}
#: A subscriber that names no lease gets the usual one; others get theirs, within the bounds.
LEAST_LEASE, USUAL_LEASE, MOST_LEASE = timedelta(minutes=5), timedelta(days=10), timedelta(days=30)
MAX_SECRET = 199  # bytes; the specification says "less than 200"
MAX_TOPIC = 300
#: Subscriptions that there may be, and of one callback host.
MOST, MOST_OF_HOST = 10_000, 300
#: Requests that are taken within an hour: each makes us call somebody who may not have asked for it.
HOURLY, HOURLY_OF_HOST = 3_000, 400
#: How long after a failure the next try comes; after the last of them it is given up until the topic changes again.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400))
#: A callback that cannot be asked is asked again after these.
ASK_PAUSES = (timedelta(seconds=10), timedelta(seconds=60))

#: code → (HTTP status, what is wrong in Chinese, in English).
REFUSALS = {
    "encoding": (415, "请求须为 application/x-www-form-urlencoded", "send application/x-www-form-urlencoded"),
    "large": (413, "请求过大", "the request is too large"),
    "unreadable": (400, "请求内容无法读取", "the request cannot be read"),
    "mode": (400, "hub.mode 须为 subscribe 或 unsubscribe", "hub.mode must be subscribe or unsubscribe"),
    "topic": (404, "hub.topic 不是本站的订阅源", "hub.topic is not a feed of this site"),
    "callback": (400, "hub.callback 不是可用的 http(s) 网址", "hub.callback is not a usable http(s) address"),
    "closed": (403, "hub.callback 指向不允许访问的地址", "hub.callback leads to an address that is not allowed"),
    "port": (403, "hub.callback 的端口不在允许之列", "the port of hub.callback is not allowed"),
    "secret": (400, "hub.secret 须少于 200 字节", "hub.secret must have less than 200 bytes"),
    "lease": (400, "hub.lease_seconds 须为正整数", "hub.lease_seconds must be a positive integer"),
    "often": (429, "请求过于频繁，请一小时后再试", "too many requests, try again in an hour"),
    "full": (503, "订阅数量已达上限", "there is no room for more subscriptions"),
}


class RefusedError(Exception):
    """The request cannot be taken; `code` is a key of `REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.status, self.chinese, self.english = REFUSALS[code]


def wish(form: Mapping[str, str], base: str) -> Wish:
    """Read a request. Names that the specification does not know are passed over. Raises RefusedError."""
    mode = form.get("hub.mode")
    if mode not in {"subscribe", "unsubscribe"}:
        raise RefusedError("mode")
    secret = form.get("hub.secret", "").encode(errors="surrogatepass")
    if len(secret) > MAX_SECRET:
        raise RefusedError("secret")
    callback = form.get("hub.callback", "")
    return Wish(
        mode="subscribe" if mode == "subscribe" else "unsubscribe",
        topic=_topic(form.get("hub.topic", ""), base),
        callback=callback,
        host=_host(callback),
        secret=secret or None,
        lease=_lease(form.get("hub.lease_seconds", "")),
    )


def judge(wished: Wish, full: Full) -> None:
    """Raise RefusedError when taking the request would pass a bound."""
    if full.asked >= HOURLY or full.asked_of_host >= HOURLY_OF_HOST:
        raise RefusedError("often")
    is_more = wished.mode == "subscribe" and not full.is_known
    if is_more and (full.subscriptions >= MOST or full.of_host >= MOST_OF_HOST):
        raise RefusedError("full")


def question(asked: Asked, base: str, challenge: str) -> str:
    """The address by which the callback is asked whether it meant it; its own query stays as it is."""
    said = {"hub.mode": asked.mode, "hub.topic": base + asked.topic, "hub.challenge": challenge}
    if asked.mode == "subscribe":
        said["hub.lease_seconds"] = str(int(asked.lease.total_seconds()))
    joint = "&" if "?" in asked.callback else "?"
    return asked.callback + joint + urlencode(said)


def agrees(status: int, body: bytes, challenge: str) -> bool:
    """Whether the answer says: yes, that was me."""
    return 200 <= status < 300 and hmac.compare_digest(body.strip(), challenge.encode())  # noqa: PLR2004


def headers(topic: str, base: str, secret: bytes | None, body: bytes) -> dict[str, str]:
    """What is said with the feed. With a secret it is signed; nobody who gave one is ever sent an unsigned feed."""
    said = {
        "Content-Type": MEDIA.get(topic[topic.rfind(".") :], "application/octet-stream"),
        "Link": f'<{base}{PATH}>; rel="hub", <{base}{topic}>; rel="self"',
    }
    if secret is not None:
        said["X-Hub-Signature"] = "sha256=" + hmac.digest(secret, body, "sha256").hex()
    return said


def pause(tries: int, dice: float, *, asking: bool = False) -> timedelta | None:
    """How long to wait after this many failures, up to a quarter more by `dice`; None to give up."""
    pauses = ASK_PAUSES if asking else PAUSES
    return pauses[tries - 1] * (1 + dice / 4) if tries <= len(pauses) else None


def owner(topic: str, callback: str) -> str:
    """Whose secret it is, for sealing: moved to another subscription's row it does not open."""
    return f"websub {topic} {callback}"


def file(topic: str) -> str | None:
    """The path of the topic's file in the public tree; None for what cannot be a feed of ours."""
    path = unquote(topic, errors="strict") if topic.isascii() else ""
    parts = path.removeprefix(FEEDS).split("/")
    plain = all(part and not part.startswith(".") and part.isprintable() and "\\" not in part for part in parts)
    is_feed = path.startswith(FEEDS) and path[path.rfind(".") :] in MEDIA
    return path if is_feed and plain and not {"?", "#"} & set(topic) else None


def _topic(address: str, base: str) -> str:
    """The feed's path. It is compared as text: an address that is spelt otherwise is another topic."""
    topic = address.removeprefix(base)
    try:
        is_ours = address.startswith(base + FEEDS) and len(topic) <= MAX_TOPIC and file(topic) is not None
    except UnicodeDecodeError:
        is_ours = False
    if not is_ours:
        raise RefusedError("topic")
    return topic


def _host(callback: str) -> str:
    try:
        host = urlsplit(callback).hostname
    except ValueError:
        host = None
    if not host or len(host) > 253:  # noqa: PLR2004 - the longest name that the DNS has
        raise RefusedError("callback")
    return host.rstrip(".")


def _lease(given: str) -> timedelta:
    if not given:
        return USUAL_LEASE
    if not (given.isascii() and given.isdigit()) or len(given) > 12 or not int(given):  # noqa: PLR2004 - a million years
        raise RefusedError("lease")
    return min(max(timedelta(seconds=min(int(given), 10**9)), LEAST_LEASE), MOST_LEASE)
