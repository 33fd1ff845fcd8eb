"""One request over a bare connection, byte for byte as it is written here: no client tidies it up first."""

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import brotli
from multidict import CIMultiDict

#: An answer of the tree is far smaller.
MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Heard:
    """What came back."""

    status: int
    headers: CIMultiDict[str]
    sent: bytes  #: as it came over the wire

    @property
    def body(self) -> bytes:
        """Without its coding."""
        coding = self.headers.get("Content-Encoding", "")
        if coding == "br":
            read: bytes = brotli.decompress(self.sent)
            return read
        return gzip.decompress(self.sent) if coding == "gzip" else self.sent

    @property
    def text(self) -> str:
        return self.body.decode()


async def ask(url: str, path: str, method: str = "GET", body: bytes | str = b"", **headers: str) -> Heard:
    """Ask for the path as it stands. `If_None_Match="…"` is a header. Fails after ten seconds."""
    body = body.encode() if isinstance(body, str) else body
    said = {"Host": urlsplit(url).netloc, "Connection": "close"} | _spelled(headers)
    if body or method == "POST":
        said["Content-Length"] = str(len(body))
    return _heard(await _told(url, _head(method, path, said) + body))


async def in_turn(url: str, path: str, **headers: str) -> list[Heard]:
    """Ask three times over one connection without waiting for an answer; only the last one asks for its end."""
    said = {"Host": urlsplit(url).netloc} | _spelled(headers)
    asked = _head("GET", path, said) * 2 + _head("GET", path, said | {"Connection": "close"})
    data, heard = await _told(url, asked), []
    while data:
        size = int(_heard(data).headers["Content-Length"]) + data.index(b"\r\n\r\n") + 4
        heard.append(_heard(data[:size]))
        data = data[size:]
    assert len(heard) == 3
    return heard


def _spelled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _head(method: str, path: str, said: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


async def _told(url: str, asked: bytes) -> bytes:
    """Everything that comes back until the server ends the connection."""
    parts = urlsplit(url)
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(asked)
            await writer.drain()
            heard = await reader.read(MAX_BYTES)
            while more := await reader.read(MAX_BYTES):
                heard += more
        finally:
            writer.close()
    return heard


def _heard(data: bytes) -> Heard:
    head, _, sent = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = CIMultiDict((name, value) for name, _, value in (line.partition(": ") for line in lines))
    if headers.get("Transfer-Encoding") == "chunked":
        sent = b"".join(_chunks(sent))
    return Heard(int(first.split()[1]), headers, sent)


def _chunks(sent: bytes) -> list[bytes]:
    found = []
    while sent:
        size, _, sent = sent.partition(b"\r\n")
        found.append(sent[: int(size, 16)])
        sent = sent[int(size, 16) + 2 :]
    return found
