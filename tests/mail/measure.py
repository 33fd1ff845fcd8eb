"""`python -m tests.mail.measure [RECIPIENTS] [--kill]`: one release to so many subscribers, over SMTP.

With `--kill`, the worker is killed (SIGKILL) each time another quarter has arrived, and started again at once. Ends
with one JSON object: recipients, seconds, per_second (and by_quarter: of each quarter, the start of its worker
included), kills, doubled (mails that came twice), ids_of_doubled (those of them that came under another Message-ID),
put_off (not sent yet, but due again later), forgotten (neither sent nor due), and the processor's milliseconds for each
mail: sender_ms (the start of every worker included) and measurer_ms. The mail server is aiosmtpd in the process that
counts; no pace is kept. Every mail is signed (DKIM, RSA of 2,048 bits).
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from channels.message import Signature
from hub import app, embedded
from hub.app import House, Servers
from hub.settings import Settings
from hub.store import migrate
from tests import databases
from tests.mail import post_office, subscribers
from tests.mail.crowd import crowd, send
from tests.mail.post_office import PostOffice

SPAWN = multiprocessing.get_context("spawn")


async def measure(recipients: int, *, kills: bool) -> dict[str, Any]:
    """Run it once and return the figures."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongbu-")))
        engines = await stack.enter_async_context(embedded.engines(folder / "engines"))
        servers = await stack.enter_async_context(databases.made(engines))
        await migrate.upgrade(servers.owner_url, servers.database_url)
        settings = subscribers.mailing_settings(
            Settings(data_dir=folder / "data", public_url="https://www.bureau.test")
        )
        settings.data_dir.mkdir()
        await app.open_log(settings, servers)
        house = await stack.enter_async_context(app.opened(settings, servers))
        office = await stack.enter_async_context(post_office.opened())
        began = time.perf_counter()
        await crowd(house, recipients)
        due, used = time.perf_counter(), _used()
        killed = await _sent(house, settings, servers, office, recipients, kills=kills)
        seconds, used = time.perf_counter() - due, [now - then for now, then in zip(_used(), used, strict=True)]
        async with house.engine.connect() as connection:
            put_off = (await connection.execute(text("SELECT count(*) FROM mails WHERE ended_at IS NULL"))).scalar_one()
    came = [one.rcpt_tos[0] for one in office.got]
    return {
        "recipients": recipients,
        "made_due_seconds": round(due - began, 2),
        "seconds": round(seconds, 1),
        "per_second": round(len(came) / seconds),
        "by_quarter": _quarters(office.came_at, due),
        "kills": killed,
        "doubled": len(came) - len(set(came)),
        "ids_of_doubled": len(office.counts()) - len(set(came)),
        "put_off": put_off,
        "forgotten": recipients - len(set(came)) - put_off,
        "sender_ms": round(1000 * used[0] / len(came), 1),
        "measurer_ms": round(1000 * used[1] / len(came), 1),
    }


def _signature() -> Signature:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Signature("bureau.test", "s1", key.private_bytes(*form))


def _used() -> list[float]:
    """The processor's seconds so far: of workers that have ended, and of this process."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    return [one.ru_utime + one.ru_stime for one in both]


def _quarters(came_at: Sequence[float], began: float) -> list[int]:
    """Mails per second of each quarter of the mails: what grows with them shows itself here."""
    ends = [len(came_at) * part // 4 for part in range(5)]
    times = [began, *(came_at[end - 1] for end in ends[1:])]
    return [round((end - start) / (times[n + 1] - times[n])) for n, (start, end) in enumerate(pairwise(ends))]


async def _sent(
    house: House, settings: Settings, servers: Servers, office: PostOffice, recipients: int, *, kills: bool
) -> int:
    """Have workers send everything; return how many of them were killed."""
    signature = _signature()
    deaths = [recipients * part // 4 for part in (1, 2, 3)] if kills else []
    for wanted in deaths:
        process = SPAWN.Process(target=send, args=(settings, servers, office.port, signature), daemon=True)
        process.start()
        while len(office.got) < wanted:
            await asyncio.sleep(0.005)
            if process.exitcode is not None:
                raise RuntimeError("the worker ended by itself")
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        await asyncio.to_thread(process.join)
        async with house.engine.begin() as connection:
            # Else the measurement would be of the lease, three minutes each.
            await connection.execute(text("UPDATE mails SET lease_until = NULL"))
    last = SPAWN.Process(target=send, args=(settings, servers, office.port, signature), daemon=True)
    last.start()
    await asyncio.to_thread(last.join)
    return len(deaths)


def main() -> None:
    """Measure and tell."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("recipients", nargs="?", type=int, default=5000)
    asked.add_argument("--kill", action="store_true")
    given = asked.parse_args()
    found = asyncio.run(measure(given.recipients, kills=given.kill))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
