"""The town under test: embedded engines, an open house, its public site served, a worker in its own process."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import make_url

from hub import app, embedded, serve
from hub.app import House, Servers
from hub.commands import people
from hub.settings import Settings
from schemas.person import Duty, Person
from tests.benchmarks import memory

Table = Mapping[str, Any]

WEBSITE: Table = {"name": "website", "kind": "website", "authoritative": True}
RSS: Table = {"name": "rss", "kind": "rss"}
STAFF = {
    "editor": Duty.EDITOR,
    "first": Duty.FIRST_REVIEWER,
    "second": Duty.SECOND_REVIEWER,
    "secrecy": Duty.SECRECY_REVIEWER,
    "signer": Duty.SIGNER,
    "publisher": Duty.PUBLISHER,
}
#: A worker that is asked to stop gives its leases back within its own grace; after this it is not waited for.
STOP_SECONDS = 40
#: A program starts within a second or two, on a machine that is busy with other things within many more.
UP_SECONDS = 120


@dataclass(frozen=True)
class Town:
    """One bureau with its own PostgreSQL and Valkey."""

    house: House
    staff: dict[str, Person]
    folder: Path


@asynccontextmanager
async def built(channels: Sequence[Table] = (WEBSITE, RSS)) -> AsyncIterator[Town]:
    """Yield a fresh town without a worker; nothing of it is left afterwards."""
    memory.register()
    # PostgreSQL runs as another user where this is root, so the folder is not below one of root's own.
    with tempfile.TemporaryDirectory(prefix="gongbu-bench-") as name:
        folder = Path(name)
        public = serve.bind("[::]:0")
        given = Settings(
            data_dir=folder / "data",
            public_url=f"http://localhost:{public.getsockname()[1]}",
            worker_name="bench",
            channels=tuple(dict(table) for table in channels),
        )
        given.data_dir.mkdir()
        async with embedded.engines(folder) as engines:
            where = Servers(engines.database_url, engines.owner_url, engines.redis_url)
            await app.prepare(given, where)
            async with (
                app.opened(given, where) as house,
                serve.serving(house, public_socket=public, staff_socket=None),
            ):
                yield Town(house, await _hire(house), folder)


@asynccontextmanager
async def worked(town: Town) -> AsyncIterator[asyncio.subprocess.Process]:
    """Have one worker process deliver while the block runs. Its log lines go to a file, as under a supervisor."""
    given = town.house.settings.model_dump(mode="json")
    where = {k: getattr(town.house.servers, k) for k in ("database_url", "owner_url", "redis_url")}
    with (town.folder / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmarks.worker", json.dumps(given), json.dumps(where)),
            stdout=log,
            stderr=log,
        )
        try:
            await _up(town, process)
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            if process.returncode is None:
                process.kill()
                await process.wait()


@asynccontextmanager
async def superuser(town: Town) -> AsyncIterator[asyncpg.Connection]:
    """A connection that fills tables faster than the application may; for making large stores, never for measuring."""
    url = make_url(town.house.servers.owner_url)
    host = url.query["host"]
    connection = await asyncpg.connect(host=host, port=5432, user="postgres", database=url.database)
    try:
        # Foreign keys are true by construction, and a power cut may take the whole store of a benchmark.
        await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        yield connection
    finally:
        await connection.close()


async def _up(town: Town, process: asyncio.subprocess.Process) -> None:
    """Wait until the worker says that it is up."""
    log = town.folder / "worker.log"
    async with asyncio.timeout(UP_SECONDS):
        # A log line of another process sets no event of ours.
        while log.read_bytes().count(b"worker.up") <= log.read_bytes().count(b"worker.down"):
            if process.returncode is not None:
                raise RuntimeError(log.read_text()[-2000:])
            await asyncio.sleep(0.05)


async def _hire(house: House) -> dict[str, Person]:
    hired = {}
    for login, duty in STAFF.items():
        hired[login] = await people.add(
            house.hub, people.OPERATOR, login=login, name=login, unit="办公室", duties=[duty]
        )
    return hired
