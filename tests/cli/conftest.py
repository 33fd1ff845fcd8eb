"""The command line in this process: `gongbu(*words)` as a person types it, over real engines and a fresh database."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from hub.app import Servers
from hub.cli import root

FOOTER = {
    "党政机关网站标识": "https://bszs.conac.cn/1",
    "我为政府网站找错": "https://zfwzgl.www.gov.cn/1",
    "联系方式": "022",
    "ICP备案编号": "津ICP备1号",
    "公安机关备案号": "津公网安备1号",
}
TOML = f"""
public_url = "http://localhost:1"

[site]
code = "1200000000"
bureau = "测试局"
footer = {{{", ".join(f'"{label}" = "{value}"' for label, value in FOOTER.items())}}}

[[channels]]
name = "website"
kind = "website"
authoritative = true

[[channels]]
name = "rss"
kind = "rss"
"""


@dataclass(frozen=True)
class Told:
    """What a command left: its exit code, standard output, standard error."""

    code: int
    out: str
    said: str

    @property
    def json(self) -> Any:
        return json.loads(self.out.splitlines()[-1])


Gongbu = Callable[..., Awaitable[Told]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a gongbu.toml and no engines."""
    (tmp_path / "gongbu.toml").write_text(TOML, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    return tmp_path


@pytest.fixture
def gongbu(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Gongbu:
    """Run one command. It has a loop of its own, so it runs in a thread; signals reach the main thread only."""
    monkeypatch.setattr("hub.signals.stop_on_signal", asyncio.Event)
    runner = CliRunner()

    async def run(*words: str) -> Told:
        given = ["--data-dir", str(folder / "data")] if takes_data(words) else []
        found = await asyncio.to_thread(runner.invoke, root.gongbu(), [*words, *given])
        structlog.reset_defaults()
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return Told(found.exit_code, found.stdout, found.stderr)

    return run


def takes_data(words: tuple[str, ...]) -> bool:
    return words[:2] not in {("log", "verify"), ("log", "verify-certificate")} and "--help" not in words


@pytest.fixture
def stored(servers: Servers, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, with a fresh database for its commands."""
    monkeypatch.setenv("GONGBU_DATABASE_URL", servers.database_url)
    monkeypatch.setenv("GONGBU_DATABASE_OWNER_URL", servers.owner_url)
    monkeypatch.setenv("GONGBU_REDIS_URL", servers.redis_url)
    return folder
