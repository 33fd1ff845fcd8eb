"""One request over a bare connection, byte for byte as it is written here: no client tidies it up first."""

import asyncio
import gzip
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
    parts = urlsplit(url)
    said = {"Host": parts.netloc, "Connection": "close"}
    body = body.encode() if isinstance(body, str) else body
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body or method == "POST":
        said["Content-Length"] = str(len(body))
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in said.items()) + "\r\n"
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(head.encode("latin-1") + body)
            await writer.drain()
            heard = await reader.read(MAX_BYTES)
            while more := await reader.read(MAX_BYTES):
                heard += more
        finally:
            writer.close()
    return _heard(heard)


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
