import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import arq.connections
import pytest
import redis.asyncio
import sqlalchemy.exc
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from hub import embedded
from hub.embedded import account, binaries, places, postgres
from tests.embedded import guests


@pytest.fixture(scope="module")
async def engines(tmp_path_factory: pytest.TempPathFactory, furnished: Path) -> AsyncIterator[embedded.Engines]:
    data_dir = shutil.copytree(furnished, tmp_path_factory.mktemp("served") / "data")
    async with embedded.engines(data_dir) as served:
        yield served


async def ask(url: str, question: str) -> object:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(text(question))
            return result.scalar() if result.returns_rows else None
    finally:
        await engine.dispose()


async def test_both_roles_reach_the_database_as_themselves(engines: embedded.Engines) -> None:
    assert await ask(engines.database_url, "SELECT current_user || '@' || current_database()") == "gongbu_app@gongbu"
    assert await ask(engines.owner_url, "SELECT current_user || '@' || current_database()") == "gongbu_owner@gongbu"


@pytest.mark.parametrize(
    "deed",
    [
        "CREATE TABLE mine (n int)",
        "CREATE TEMPORARY TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "SET ROLE gongbu_owner",
    ],
)
async def test_the_app_role_may_only_connect(engines: embedded.Engines, deed: str) -> None:
    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="permission denied"):
        await ask(engines.database_url, deed)


async def test_the_owner_may_create(engines: embedded.Engines) -> None:
    await ask(engines.owner_url, "CREATE SCHEMA theirs CREATE TABLE theirs.table (n int)")
    await ask(engines.owner_url, "DROP SCHEMA theirs CASCADE")


async def test_neither_role_may_do_anything_to_the_server(engines: embedded.Engines) -> None:
    question = (
        "SELECT count(*) FROM pg_roles WHERE rolname IN ('gongbu_owner', 'gongbu_app')"
        " AND NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)"
    )
    assert await ask(engines.owner_url, question) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
async def test_postgresql_is_durable_and_closed(engines: embedded.Engines, name: str, value: str) -> None:
    assert await ask(engines.owner_url, f"SELECT current_setting('{name}')") == value


async def test_chinese_text_is_compared_by_code_point(engines: embedded.Engines) -> None:
    assert await ask(engines.database_url, "SELECT datlocale FROM pg_database WHERE datname = 'gongbu'") == "C.UTF-8"
    assert await ask(engines.database_url, "SELECT '公布' < '津规' AND upper('é') = 'É'") is True


async def test_valkey_keeps_what_it_is_given_and_has_no_port(engines: embedded.Engines) -> None:
    client = redis.asyncio.Redis.from_url(engines.redis_url, decode_responses=True)
    try:
        for name, value in {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}.items():
            assert await client.config_get(name) == {name: value}
        assert await client.config_get("port") == {"port": "0"}
    finally:
        await client.aclose()


async def test_arq_connects_by_the_same_address(engines: embedded.Engines) -> None:
    pool = await arq.connections.create_pool(arq.connections.RedisSettings.from_dsn(engines.redis_url))
    try:
        assert await pool.ping()
    finally:
        await pool.aclose()


async def test_what_is_in_the_data_directory_is_private(engines: embedded.Engines) -> None:
    run = Path(engines.redis_url.removeprefix("unix://").partition("?")[0]).parent
    folders = (run, run.parent / "postgres", run.parent / "valkey")
    assert [oct(folder.stat().st_mode & 0o777) for folder in folders] == ["0o700"] * 3
    assert all(file.stat().st_mode & 0o077 == 0 for file in run.parent.iterdir() if file.is_file())
    # Only the engines' own system user (and root) gets this far; 0711 at most above it.
    assert run.parent.stat().st_mode & 0o066 == run.parent.parent.stat().st_mode & 0o066 == 0


async def test_a_deep_data_directory_gets_its_sockets_elsewhere(tmp_path: Path, furnished: Path) -> None:
    deep = shutil.copytree(furnished, tmp_path / ("深" * 20) / ("d" * 60))
    async with embedded.engines(deep) as served:
        assert await ask(served.database_url, "SELECT 1") == 1
        assert len(served.redis_url) < len(str(deep))
        run = (deep / "engines" / "run").readlink()
        assert run.stat().st_mode & 0o777 == 0o700
    run.rmdir()


async def test_a_strangers_folder_in_the_temporary_directory_is_refused(tmp_path: Path) -> None:
    root = places.found(tmp_path / ("d" * 100))
    # A link in place of the folder: whoever made it could move the sockets.
    planted = places._short(root, account.find())
    planted.symlink_to(tmp_path)
    try:
        with pytest.raises(embedded.EmbeddedError, match="已拒绝使用"):
            async with embedded.engines(root.parent):
                pass
    finally:
        planted.unlink()


def test_a_copied_deep_data_directory_does_not_take_the_sockets_of_the_original(tmp_path: Path) -> None:
    original, copy = (places.found(tmp_path / (letter * 100)) for letter in "oc")
    who = account.find()
    theirs = places._sockets(original, who)
    (copy / "run").symlink_to(theirs)
    ours = places._sockets(copy, who)
    assert ours != theirs
    assert places._sockets(copy, who) == ours
    for folder in (ours, theirs):
        folder.rmdir()


async def test_a_missing_wheel_names_the_two_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_package_folder", lambda _package: None)
    with pytest.raises(embedded.EmbeddedError, match=r"GONGBU_DATABASE_URL.*GONGBU_REDIS_URL"):
        async with embedded.engines(tmp_path / "data"):
            pass


async def test_an_engine_that_will_not_start_says_why(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres._SETTINGS, "shared_buffers", "much")
    with pytest.raises(embedded.EmbeddedError, match='invalid value for parameter "shared_buffers"'):
        async with embedded.engines(house):
            pass
    assert guests.is_free(house / "engines" / "valkey.life"), "Valkey, which had started, was left behind"


async def test_an_unusable_data_directory_is_told_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(embedded.EmbeddedError, match="无法使用数据目录"):
        async with embedded.engines(tmp_path / "file"):
            pass


async def test_data_of_another_major_version_is_left_alone(tmp_path: Path) -> None:
    version = tmp_path / "data" / "engines" / "postgres" / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("17\n")
    with pytest.raises(embedded.EmbeddedError, match="PostgreSQL 17"):
        async with embedded.engines(tmp_path / "data"):
            pass
    assert [item.name for item in version.parent.iterdir()] == ["PG_VERSION"]


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore", "psql", "postgres", "initdb", "valkey-server"])
def test_the_programs_of_the_wheels_are_found(name: str) -> None:
    assert binaries.binary(name).is_file()


@pytest.mark.parametrize("name", ["../bin/psql", "no_such", "*", ""])
def test_anything_else_is_no_program(name: str) -> None:
    with pytest.raises(embedded.EmbeddedError):
        binaries.binary(name)
