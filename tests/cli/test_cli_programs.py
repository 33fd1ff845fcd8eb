"""What the programs say when they start, and that every word of help is Chinese."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.cli.people import DUTIES
from schemas.person import Duty
from schemas.words import word
from tests.cli.conftest import TOML, Gongbu
from tests.cli.tree import every, whole


class Program:
    """A running `gongbu`; `said` is what it has told so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""

    async def until(self, words: str) -> None:
        assert self.process.stderr
        async with asyncio.timeout(20):
            while words not in self.said:
                line = await self.process.stderr.readline()
                assert line, self.said
                self.said += line.decode()

    async def end(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self.process.communicate(), 30)
        assert self.process.returncode is not None
        return self.process.returncode


@pytest.fixture
async def programs(stored: Path) -> AsyncIterator[list[Program]]:
    """`up` on free ports, and a worker beside it."""
    house = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": house}
    (stored / "gongbu.toml").write_text(TOML.replace('public_url = "http://localhost:1"', ""), "utf-8")
    running = []
    for words in (("up", "--public-listen", "[::1]:0", "--staff-listen", "[::1]:0"), ("worker",)):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", *words, "--data-dir", "data"),
            cwd=stored,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        running.append(Program(process))
        # One after the other, so that the first makes the key.
        await running[-1].until("投递：")
    yield running
    for one in running:
        await one.end()


async def test_up_names_both_addresses_and_a_worker_none(programs: list[Program]) -> None:
    up, worker = programs
    public = re.search(r"公众端：(http://\[::1\]:\d+)/", up.said)
    staff = re.search(r"工作端：(http://\[::1\]:\d+)/", up.said)
    assert public
    assert staff
    async with aiohttp.ClientSession() as http:
        for address in (public[1], staff[1]):
            async with http.get(f"{address}/healthz") as answer:
                assert answer.status == 200
    assert "投递：rss、website" in worker.said
    assert "公众端" not in worker.said
    assert [await one.end() for one in programs] == [0, 0]


@pytest.mark.usefixtures("stored")
async def test_a_taken_port_does_not_speak_of_content(gongbu: Gongbu) -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        told = await gongbu("serve", "--public-listen", f"127.0.0.1:{port}", "--staff-listen", "off")
    assert told.code == 1
    assert "请换一个端口" in told.said
    assert "(listen)" in told.said
    assert "内容没有丢失" not in told.said


@pytest.mark.usefixtures("stored")
async def test_a_worker_of_an_unknown_channel_is_refused(gongbu: Gongbu) -> None:
    told = await gongbu("worker", "--channel", "nosuch")
    assert (told.code, "(no_channel)" in told.said, "已启动" in told.said) == (1, True, False)


@pytest.mark.parametrize(
    ("name", "one"),
    list(every(whole())),
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_every_command_and_every_parameter_has_chinese_help(name: str, one: Any) -> None:
    assert has_chinese(one.help), name
    for parameter in one.params:
        if parameter.name != "help":
            assert has_chinese(parameter.help), f"{name} {parameter.name}"


def test_the_duties_are_shown_in_chinese() -> None:
    assert all(word(duty) in DUTIES and duty in DUTIES for duty in Duty)


def has_chinese(text: str | None) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text or "")
