"""Full verification of an exported log of a million entries, and one certificate from a store that holds as many."""

import asyncio
import hashlib
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import asyncpg

from hub import evidence
from hub.log import verify
from tests.benchmarks import ledger, town
from tests.benchmarks.report import Figure, quantile, spread, tell
from tests.log import generated

NAME = "verify"
ENTRIES, QUICK = 1_000_000, 5_000
PROOFS = 200


async def run(*, quick: bool) -> list[Figure]:
    """An auditor's work first, then the hub's."""
    size = QUICK if quick else ENTRIES
    return [*await asyncio.to_thread(_verified, size), await _proven(size)]


def _verified(size: int) -> list[Figure]:
    """Time a verification; its floor is one SHA-256 of every entry, which no verifier can do without."""
    with tempfile.TemporaryDirectory(prefix="gongbu-bench-") as name:
        folder = Path(name) / "log"
        policy = generated.write(folder, size)
        tell(f"a log of {size} entries is written")
        started = time.perf_counter()
        report = verify.verify_directory(folder, policy=policy)
        took = time.perf_counter() - started
    if report.findings or report.entries_checked != size:
        raise RuntimeError(f"{report.entries_checked} of {size} entries checked, {len(report.findings)} findings")
    entries = list(generated.Generated(size).entries(0, size))
    started = time.perf_counter()
    for entry in entries:
        hashlib.sha256(entry).digest()
    hashing = time.perf_counter() - started
    # Fewer entries are no claim about a million.
    bar = "value <= 10" if size == ENTRIES else ""
    return [Figure(f"{NAME}.full", took, "s", hashing, bar)]


async def _proven(size: int) -> Figure:
    """Time certificates of releases all over the log; its floor is one statement to the same store."""
    async with town.built() as built, town.superuser(built) as store:
        whole = await ledger.fill(store, built.house.signer, _told(size))
        await store.execute("ANALYZE")
        tell(f"a store with {whole} log entries is ready")
        query = "SELECT DISTINCT release_id FROM log_entries WHERE type = 'release.official' AND seq < $1"
        releases = [row[0] for row in await store.fetch(query, size)]
        times, floors = [], []
        for release in random.choices(releases, k=PROOFS):  # noqa: S311 - no secret
            async with built.house.engine.connect() as connection:
                floors.append(await _one_statement(store))
                started = time.perf_counter()
                await evidence.certificate(connection, release)
                times.append(1000 * (time.perf_counter() - started))
    spread("certificate", times, "ms")
    return Figure(f"{NAME}.proof", quantile(times, 0.99), "ms", median(floors), "value <= 20")


async def _one_statement(store: asyncpg.Connection) -> float:
    started = time.perf_counter()
    await store.fetchval("SELECT size FROM log_head")
    return 1000 * (time.perf_counter() - started)


def _told(size: int) -> Iterator[ledger.Told]:
    entries = generated.Generated(size).entries(1, size)
    for entry in entries:
        fields = json.loads(entry)
        yield fields["rel"], fields["t"], entry
