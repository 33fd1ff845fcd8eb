"""A program that asks one server for one page as fast as it can: `python -m tests.benchmarks.client URL SECONDS`.

Prints requests per second. It does as little as a client can, so that the server is what is measured.
"""

import asyncio
import shutil
import sys
import time
from urllib.parse import urlsplit

CONNECTIONS = 32


async def rate(url: str, seconds: float) -> float:
    """Run the client in a process of its own, wrk where it is installed, and return requests per second."""
    wrk = shutil.which("wrk")
    if wrk:
        command = (wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", url)
    else:
        command = (sys.executable, "-m", "tests.benchmarks.client", url, str(seconds))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), seconds + 30)
    said = out.decode()
    return float(said.partition("Requests/sec:")[2].split()[0] if wrk else said)


class _Asker(asyncio.Protocol):
    """One kept-alive connection: asks, counts the answer's bytes, asks again."""

    def __init__(self, request: bytes, done: list[int]) -> None:
        self._request = request
        self._done = done
        self._left = 0
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self._left:
            self._head += data
            head, found, body = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            self._left = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]) - len(body)
            self._head = b""
        else:
            self._left -= len(data)
        if not self._left:
            self._done[0] += 1
            self._transport.write(self._request)


async def _ask(url: str, seconds: float) -> float:
    parts = urlsplit(url)
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    done = [0]
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Asker(request, done), parts.hostname or "", parts.port or 80)
    await asyncio.sleep(seconds / 4)
    before, started = done[0], time.perf_counter()
    await asyncio.sleep(seconds)
    return (done[0] - before) / (time.perf_counter() - started)


if __name__ == "__main__":
    print(asyncio.run(_ask(sys.argv[1], float(sys.argv[2]))))  # noqa: T201 - the answer
