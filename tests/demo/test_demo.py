"""What a newcomer does first, and what he does to it: run it, run it twice, stop it, kill it, point it elsewhere."""

import asyncio
import json
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from hub import embedded
from hub.cli import root
from tests.demo import shows

Start = Callable[..., Awaitable[shows.Show]]
Gongbu = Callable[..., Awaitable[Result]]
#: Each starts one program or two, every part of it: seconds on a quiet machine, a minute and more on a busy one.
pytestmark = pytest.mark.timeout(240)
FREE = ("--public-listen", "[::]:0", "--staff-listen", "off")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not below pytest's own folder: see the fixture `engines`.
    with tempfile.TemporaryDirectory(prefix="gongbu-demo-") as folder:
        yield Path(folder) / "demo"


@pytest.fixture
async def start(data_dir: Path) -> AsyncIterator[Start]:
    """`await start(data_dir, *options)`; what a failed test leaves running is stopped after it."""
    running: list[shows.Show] = []

    async def begin(data_dir: Path, *options: str) -> shows.Show:
        running.append(await shows.start(data_dir, *options))
        return running[-1]

    yield begin
    for show in running:
        await show.stop()
    if shows.left(data_dir):
        async with embedded.engines(data_dir):
            pass


@pytest.fixture
def taken() -> Iterator[int]:
    """The usual public port, taken, by us if by nobody else."""
    try:
        holder = socket.create_server(("::", 8080), family=socket.AF_INET6, dualstack_ipv6=True)
    except OSError:
        yield 8080
    else:
        with holder:
            yield 8080


async def test_a_demo_after_a_killed_one_proves_what_it_shows(start: Start, data_dir: Path, taken: int) -> None:
    killed = await start(data_dir, *FREE)
    await killed.until(shows.MIDDLE)
    assert (await killed.end(signal.SIGKILL)).code == -signal.SIGKILL
    assert shows.left(data_dir), "the engines of a killed demo outlive it, else this tests nothing"
    result = await (await start(data_dir, "--staff-listen", "off")).end()
    assert result.code == 0, result.said
    assert f"端口 {taken} 已被占用，改用端口" in result.said
    last = json.loads(result.out.splitlines()[-1])
    is_complete(last)
    assert shows.left(data_dir) == []


def is_complete(last: dict[str, Any]) -> None:
    """The object of the outside surface, every field with a true value."""
    assert set(last) == {"release", "official_at", "channels", "log", "certificate", "seconds"}
    assert [set(one) for one in last["channels"]] == [{"name", "state", "url", "accepted_at", "seen_at"}] * 4
    assert {one["name"] for one in last["channels"]} == {"website", "rss", "wechat", "disclosure"}
    assert {one["state"] for one in last["channels"]} == {"visible"}
    for one in last["channels"]:
        assert one["url"].startswith("http://")
        assert datetime.fromisoformat(one["accepted_at"]) <= datetime.fromisoformat(one["seen_at"])
    authoritative = [one["seen_at"] for one in last["channels"] if one["name"] in {"website", "disclosure"}]
    assert last["official_at"] == min(authoritative)
    assert last["release"] > 0
    assert last["log"]["size"] > 0
    assert last["log"]["verified"] is True
    assert Path(last["certificate"]["path"]).read_bytes().startswith(b"c2sp.org/tlog-proof")
    assert last["certificate"]["verified"] is True
    assert 0 < last["seconds"] <= 60


@pytest.mark.parametrize(
    ("number", "when"), [(signal.SIGTERM, shows.MIDDLE), (signal.SIGINT, shows.READING)], ids=["SIGTERM", "SIGINT"]
)
async def test_a_demo_that_is_stopped_in_the_middle_leaves_nothing_running(
    start: Start, data_dir: Path, number: signal.Signals, when: str
) -> None:
    show = await start(data_dir, *FREE)
    await show.until(when)
    result = await show.end(number)
    assert result.code == 1
    assert "演示中止" in result.said
    assert "Traceback" not in result.said
    assert result.out == ""
    assert shows.left(data_dir) == []


@pytest.fixture
def gongbu(monkeypatch: pytest.MonkeyPatch) -> Gongbu:
    """`gongbu demo` with these options, in this process: for what ends before anything is started."""
    monkeypatch.setattr("hub.signals.stop_on_signal", asyncio.Event)

    async def run(*options: str) -> Result:
        words = ["demo", "--once", "--json", *options]
        found = await asyncio.to_thread(CliRunner().invoke, root.gongbu(), words)
        structlog.reset_defaults()
        assert isinstance(found.exception, SystemExit), found.exception
        return found

    return run


@pytest.fixture
def others(data_dir: Path) -> Path:
    """A folder that holds what is not a demo's."""
    folder = data_dir / "others"
    folder.mkdir(parents=True)
    (folder / "别人的文件.txt").write_text("不可清空", "utf-8")
    return folder


async def test_what_cannot_be_is_refused_in_chinese_and_touches_nothing(
    gongbu: Gongbu, data_dir: Path, others: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        address = f"127.0.0.1:{holder.getsockname()[1]}"
        port = await gongbu("--data-dir", str(data_dir / "new"), "--public-listen", address, "--staff-listen", "off")
    folder = await gongbu("--data-dir", str(others), *FREE)
    assert (port.exit_code, folder.exit_code) == (1, 1)
    assert f"无法监听 {address}" in port.stderr
    assert "请换一个端口" in port.stderr
    assert "请另选一个目录" in folder.stderr
    assert port.stdout + folder.stdout == ""
    assert content(data_dir) == {"others": None, "others/别人的文件.txt": "不可清空"}


def content(folder: Path) -> dict[str, str | None]:
    found = folder.rglob("*")
    return {str(one.relative_to(folder)): one.read_text("utf-8") if one.is_file() else None for one in found}
