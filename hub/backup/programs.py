"""PostgreSQL's own programs, for stores of ours and of the operator's. Passwords go by the environment, never by words.

https://www.postgresql.org/docs/18/app-pgdump.html, https://www.postgresql.org/docs/18/app-pgrestore.html
"""

import asyncio
import os
from pathlib import Path

from sqlalchemy import URL, make_url

from hub import embedded
from schemas.errors import ErrorCode, HubError

#: The end of what a program complained of, for an operator.
_TOLD = 300


async def dump(url: str, snapshot: str, target: Path) -> None:
    """Write everything that the snapshot shows, compressed. Raises HubError(BACKUP)."""
    words = ("--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")
    await _run("pg_dump", url, *words)


async def load(url: str, source: Path) -> None:
    """Fill an empty database, in one transaction: wholly or not at all. Raises HubError(BACKUP)."""
    words = ("--no-owner", "--single-transaction", "--exit-on-error", str(source))
    await _run("pg_restore", url, *words)


async def _run(name: str, url: str, *words: str) -> None:
    where = make_url(url)
    try:
        program = embedded.binary(name)
    except embedded.EmbeddedError as error:
        raise HubError(ErrorCode.BACKUP, detail=str(error), advice="") from error
    running = await asyncio.create_subprocess_exec(
        program, f"--dbname={where.database}", *words, stderr=asyncio.subprocess.PIPE, env=_environment(where)
    )
    try:
        _, told = await running.communicate()
    except asyncio.CancelledError:
        running.kill()
        await running.wait()
        raise
    if running.returncode:
        detail = f"{name} 没有成功（{told.decode(errors='replace').strip()[-_TOLD:]}）"
        raise HubError(ErrorCode.BACKUP, detail=detail, advice="没有改动任何数据；请按上面的原因处理后重试。")


def _environment(where: URL) -> dict[str, str]:
    """Where the programs connect: https://www.postgresql.org/docs/18/libpq-envars.html."""
    given = {
        "PGHOST": where.host or where.query.get("host"),
        "PGPORT": where.port or where.query.get("port"),
        "PGUSER": where.username,
        "PGPASSWORD": where.password,
        "PGSSLMODE": where.query.get("ssl"),
        "PGCONNECT_TIMEOUT": 20,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {name: str(value) for name, value in given.items() if value}
