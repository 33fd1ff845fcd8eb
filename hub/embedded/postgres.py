"""The embedded PostgreSQL: its durable settings, its first initialisation, its two roles and one database.

Only the hub's own system user may connect, over a private unix socket; the superuser never leaves this module.
"""

import os
import shutil
import signal
from pathlib import Path
from urllib.parse import quote

import asyncpg

from hub.embedded import account, binaries, places, supervise

OWNER, APP, DATABASE = "gongbu_owner", "gongbu_app", "gongbu"
_PORT = 5432
_CONNECT_SECONDS = 20.0
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "logging_collector": "off",
    # Neither statements nor row values belong in a log: documents under review are not public.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} LOGIN; END IF;
END $$
"""
_CREATE = (
    f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'"
    " LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
)
_RIGHTS = f"""
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {APP};
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC
"""


def engine(here: places.Places) -> supervise.Engine:
    """Describe PostgreSQL at these places."""
    settings = _SETTINGS | {
        "unix_socket_directories": f'"{here.sockets}"',
        "hba_file": str(here.root / "pg_hba.conf"),
        "ident_file": str(here.root / "pg_ident.conf"),
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    async def prepare(engine: supervise.Engine) -> None:
        if not (here.postgres / "PG_VERSION").exists():
            await _initialise(engine, here)
        _check_version(here.postgres)
        _forget_stale(here)
        _write_access(here)

    async def answers() -> bool:
        return _is_ready(here.postgres / "postmaster.pid")

    return supervise.Engine(
        name="PostgreSQL",
        command=(str(binaries.binary("postgres")), "-D", str(here.postgres), *options),
        folder=here.root,
        log=here.root / "postgres.log",
        life=here.root / "postgres.life",
        pid_file=here.postgres / "postmaster.pid",
        account=here.account,
        prepare=prepare,
        answers=answers,
        # Fast, then immediate shutdown: https://www.postgresql.org/docs/18/server-shutdown.html
        farewell=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)),
    )


def url(here: places.Places, role: str) -> str:
    """Return SQLAlchemy's address for a role. The port is named because asyncpg would else obey PGPORT."""
    return f"postgresql+asyncpg://{role}@/{DATABASE}?host={quote(str(here.sockets))}&port={_PORT}"


async def furnish(here: places.Places) -> None:
    """Create the roles and the database where they are missing. May run twice; run it behind the gate."""
    try:
        connection = await asyncpg.connect(
            host=str(here.sockets), port=_PORT, user="postgres", database="postgres", timeout=_CONNECT_SECONDS
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise binaries.EmbeddedError(f"内嵌的 PostgreSQL 已启动但无法连接：{error}") from error
    try:
        for role in (OWNER, APP):
            await connection.execute(_ROLE.format(role=role))
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(_CREATE)
        # Not in one transaction with the creation, which PostgreSQL forbids: a death in between is made good next time.
        await connection.execute(_RIGHTS)
    finally:
        await connection.close(timeout=_CONNECT_SECONDS)


async def _initialise(engine: supervise.Engine, here: places.Places) -> None:
    """Make the data in a side folder and rename it, so that a half-made one is never started from."""
    fresh = here.root / "postgres.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir()
    account.give(fresh, here.account)
    command = (
        *(str(binaries.binary("initdb")), "-D", str(fresh), "-U", "postgres", "-A", "peer", "--no-instructions"),
        *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"),
    )
    await supervise.run(engine, command)
    fresh.rename(here.postgres)
    # Else a power cut could undo the rename after documents were committed, and the next start would make data anew.
    folder = os.open(here.root, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(binaries.POSTGRES_MAJOR):
        raise binaries.EmbeddedError(
            f"数据目录 {data} 属于 PostgreSQL {found}，而内嵌的是 {binaries.POSTGRES_MAJOR}。"
            "请用原版本的 gongbu backup 备份，再用本版本的 gongbu restore 恢复到新的数据目录。"
        )


def _forget_stale(here: places.Places) -> None:
    """Remove the ids of a dead PostgreSQL, which may be a stranger's or a zombie's by now: the new one would not start.

    The life lock is free, so none of ours lives. One that a person started by hand on the same data has that folder
    as working directory: its files stay, and PostgreSQL itself refuses with clear words.
    """
    pid_file = here.postgres / "postmaster.pid"
    if Path("/proc/self").exists() and not _is_at_work(pid_file):
        for path in (pid_file, here.sockets / f".s.PGSQL.{_PORT}.lock"):
            path.unlink(missing_ok=True)


def _is_at_work(pid_file: Path) -> bool:
    try:
        owner = Path("/proc") / pid_file.read_text().split()[0] / "cwd"
        return owner.samefile(pid_file.parent)
    except (OSError, IndexError):
        return False


def _write_access(here: places.Places) -> None:
    # Rewritten at every start: the hub's user may have changed with a copied data directory.
    rules = f"local all postgres,{OWNER},{APP} peer map=hub\n"
    names = "".join(f'hub "{here.account.client}" {role}\n' for role in ("postgres", OWNER, APP))
    for name, text in (("pg_hba.conf", rules), ("pg_ident.conf", names)):
        path = here.root / name
        path.write_text(text)
        path.chmod(0o600)
        os.chown(path, here.account.uid, here.account.gid)


def _is_ready(pid_file: Path) -> bool:
    # The eighth line is the server's own word, as pg_ctl reads it (LOCK_FILE_LINE_PM_STATUS in its sources).
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"  # noqa: PLR2004 (the eighth line)
