"""A small user of the engines, run as a process of its own: prints who serves, then stays until told to go.

SIGTERM and SIGINT end it in order, as they end the hub; the end of its standard input too.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path

import asyncpg

from hub import embedded


async def who_serves(engines: embedded.Engines) -> dict[str, int]:
    folder = engines.database_url.partition("?host=")[2].partition("&")[0]
    connection = await asyncpg.connect(host=folder, port=5432, user="gongbu_app", database="gongbu")
    try:
        postgres = parent_of(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()
    return {"postgres": postgres, "valkey": await pid_of_valkey(engines.redis_url)}


async def pid_of_valkey(url: str) -> int:
    # In the protocol's own words: a client library would take half of the guest's time to load.
    reader, writer = await asyncio.open_unix_connection(url.removeprefix("unix://").partition("?")[0])
    writer.write(b"INFO server\r\n")
    async for line in reader:
        if line.startswith(b"process_id:"):
            writer.close()
            return int(line.partition(b":")[2])
    raise EOFError


def parent_of(pid: int) -> int:
    # The second field after the bracketed name, which may itself hold spaces (proc_pid_stat(5)).
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def main() -> None:
    leave = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave.set)
    loop.add_reader(sys.stdin, leave.set)
    async with embedded.engines(Path(sys.argv[1])) as engines:
        sys.stdout.write(json.dumps(await who_serves(engines)) + "\n")
        sys.stdout.flush()
        await leave.wait()


if __name__ == "__main__":
    asyncio.run(main())
