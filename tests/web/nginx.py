"""Debian's nginx with our own configuration, on a free port, over a real tree."""

import asyncio
import getpass
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
CONFIGURATION = Path(__file__).parents[2] / "docs" / "operations" / "nginx.conf"
START_SECONDS = 20


@asynccontextmanager
async def started(folder: Path, site: Path, hub: str) -> AsyncIterator[str]:
    """Yield its address while it serves the tree, and the hub behind it. All that it writes is below the folder."""
    port = _free()
    (folder / "nginx.conf").write_text(_configured(folder, site, hub, port), "utf-8")
    with (folder / "said").open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *(str(PROGRAM), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"),
            stdout=said,
            stderr=said,
        )
    try:
        await _listening(port, process, folder / "said")
        yield f"http://localhost:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _configured(folder: Path, site: Path, hub: str, port: int) -> str:
    """The configuration as it stands, with the lines that the manual names and the places of files changed."""
    text = CONFIGURATION.read_text("utf-8")
    for old, new in (
        (r"/tmp/", f"{folder}/"),  # before the others bring theirs
        (r"^  resolver .*$", ""),
        (r"set \$hub .*;", f"set $hub {hub.replace('localhost', '127.0.0.1')};"),
        (r"root /srv/site;", f"root {site};"),
        (r"listen (\[::\]:)?8080;", rf"listen \g<1>{port};"),
        (r"/dev/(stdout|stderr)", f"{folder}/\\1"),
        (r"^worker_processes auto;", f"worker_processes 1;\nuser {getpass.getuser()};"),
    ):
        text, count = re.subn(old, new, text, flags=re.MULTILINE)
        assert count, old
    return text


def _free() -> int:
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as one:
        return int(one.getsockname()[1])


async def _listening(port: int, process: asyncio.subprocess.Process, said: Path) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            assert process.returncode is None, said
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
