"""Links that the public cannot follow, or not safely."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from html import unescape
from urllib.parse import urlsplit

from hub.core import passages
from hub.core.checks.finding import Finding, found
from hub.core.checks.known import Known
from hub.core.checks.reading import Reading
from hub.core.redline import source
from schemas.edition import Edition
from schemas.passage import Passage

LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_INSIDE = (".local", ".lan", ".intra", ".internal", ".localdomain")
_MOST = 20
_SHOWN = re.compile(r"(?:https?://)?((?:[A-Za-z0-9-]+\.)+(?:cn|com|net|org|gov))(?![A-Za-z0-9.@-])", re.IGNORECASE)


def links(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        seen: set[str] = set()
        for match in LINK.finditer(reading.document.body):
            address = unescape(match[1])
            if address in seen or len(seen) == _MOST:
                continue
            seen.add(address)
            yield from _judged(reading, match, address)


def silent(_edition: Edition, readings: Sequence[Reading], known: Known) -> Iterator[Finding]:
    """Links that did not answer when somebody looked."""
    for reading in readings:
        told: set[str] = set()
        for match in LINK.finditer(reading.document.body):
            address = unescape(match[1])
            if address in known.links and address not in told:
                told.add(address)
                message = f"链接 {address} 打不开：{known.links[address]}。请核对地址。"
                yield found("broken_link", reading.name, message, passage=_passage(reading, match))


def _judged(reading: Reading, match: re.Match[str], address: str) -> Iterator[Finding]:
    if is_internal(address):
        message = f"链接 {address} 指向内部网络或固定地址，公众可能打不开。请改为公开网站的域名地址。"
        yield found("internal_link", reading.name, message, passage=_passage(reading, match))
    elif address.lower().startswith("http://"):
        message = f"链接 {address} 没有使用https。确认对方网站支持后请改为https。"
        yield found("plain_link", reading.name, message, passage=_passage(reading, match))
    if shown := _disguise(match, address):
        message = f"链接的文字是 {shown}，实际指向 {address}。请核对，读者会被带到别处。"
        yield found("disguised_link", reading.name, message, passage=_passage(reading, match))
    if is_outside(address):
        message = f"链接 {address} 指向非政府网站，离开本站时读者应得到提示。请确认确有必要。"
        yield found("outside_link", reading.name, message, passage=_passage(reading, match))


def _disguise(link: re.Match[str], address: str) -> str:
    """The host that the link's words show, when it is another than the one that it leads to; else ""."""
    words = _SHOWN.search(unescape(source.letters(link[2])))
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if "@" in parts.netloc:  # https://tj.gov.cn@elsewhere
        return parts.netloc.partition("@")[0]
    shown = words[1].lower() if words else ""
    return shown if shown and host and shown.removeprefix("www.") != host.removeprefix("www.") else ""


def is_outside(address: str) -> bool:
    """Tell whether the address leads to a web site that is no government's."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    is_government = host == "gov.cn" or host.endswith(".gov.cn")
    return parts.scheme in {"http", "https"} and "." in host and not is_government and not is_internal(address)


def is_internal(address: str) -> bool:
    """Tell whether the address names a machine by number, or a name that only an internal network knows."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    if not host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)
    return True


def place(body: str, link: re.Match[str]) -> tuple[int, int]:
    """Return the letters from and to which the link's words stand."""
    start = len(source.letters(body[: link.start()]))
    return start, start + len(source.letters(link[2]))


def _passage(reading: Reading, link: re.Match[str]) -> Passage | None:
    return passages.cut(reading.name, reading.letters, *place(reading.document.body, link))
