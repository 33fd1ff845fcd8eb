"""The page docs/write-a-channel.md is run: its files pass the suite, and a release is published through them."""

import asyncio
import importlib
import os
import re
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils

from channels import registry
from hub.app import House
from hub.commands import publishing
from hub.settings import Settings
from hub.store import deliveries, releases
from schemas.delivery import FINAL, Action, Delivery, DeliveryState
from schemas.person import Person
from tests import making
from tests.docs.tables import ROOT
from tests.working import working

TOKEN = "a-token-of-the-page"
PAGE = (ROOT / "docs" / "write-a-channel.md").read_text("utf-8")
_FILE = re.compile(r"^\*\*`([\w./-]+)`\*\*\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's files where it wants them, and what an installation adds."""
    root = tmp_path_factory.mktemp("gongbu-board")
    for name, content in _FILE.findall(PAGE):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, "utf-8")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    info = root / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"][registry.GROUP]
    lines = [f"[{registry.GROUP}]", *(f"{kind} = {value}" for kind, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    return root


@pytest.fixture
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The component found as a program would find it that starts now."""
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(registry, "KINDS", registry.load(tuple(entry_points(group=registry.GROUP))))
    yield
    for name in [name for name in sys.modules if name.startswith("gongbu_board")]:
        del sys.modules[name]


@pytest.fixture
async def board(installed: None) -> AsyncIterator[str]:  # noqa: ARG001
    made = importlib.import_module("gongbu_board.board").Board(TOKEN).make_app()
    async with test_utils.TestServer(made) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
def settings(tmp_path: Path, folder: Path, board: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The page's own `gongbu.toml`, with this board's address."""
    monkeypatch.setenv("BOARD_TOKEN", TOKEN)
    [table] = tomllib.loads((folder / "gongbu.toml").read_text("utf-8"))["channels"]
    channels: tuple[dict[str, Any], ...] = (table | {"base": board},)
    return Settings(data_dir=tmp_path / "data", public_url="http://localhost:1", channels=channels)


@pytest.mark.timeout(240)  # a pytest of its own with a hundred tests: seconds on a quiet machine
async def test_the_files_of_the_page_pass_the_conformance_suite(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    # What Hypothesis knows of all characters is worked out once, not again in every fresh folder.
    environment["HYPOTHESIS_STORAGE_DIRECTORY"] = str(ROOT / ".hypothesis")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--color=no"),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said[-6000:]
    passed = re.search(r"(\d+) passed", said)
    assert passed, said
    # What is left out is what the board does not say it can do; most of the suite is asked.
    assert int(passed[1]) > 50, said


async def test_a_release_is_published_on_the_board_and_withdrawn(
    house: House, staff: dict[str, Person], board: str
) -> None:
    await house.channels["公告屏"].knock()
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    address = f"{board}/{edition.release}"
    async with working(house):
        done = await until(house, edition.release, Action.ANNOTATE)
        places = [place for one in done if one.receipt for place in one.receipt.addresses.values()]
        shown = await page(places[0])
        await making.said(house, staff, edition.release)
        await until(house, edition.release, Action.WITHDRAW)
    assert all(place.startswith(board) for place in places), address
    assert "一、为了测试。" in shown
    assert "正式发布时间：" in shown
    gone = await page(places[0])
    assert "一、为了测试。" not in gone
    assert "公开了不应公开的内容" in gone
    async with house.engine.connect() as connection:
        release = await releases.find(connection, edition.release)
    assert release
    assert (release.official_channel, release.official_at is None) == ("公告屏", False)


async def until(house: House, release: int, action: Action) -> list[Delivery]:
    """Wait until the act is there and all that was begun is done; fail when a person would be needed."""
    async with asyncio.timeout(40):
        while True:
            async with house.engine.connect() as connection:
                found = await deliveries.of_release(connection, release)
            assert not [one for one in found if one.state in {DeliveryState.HELD, DeliveryState.FAILED}], found
            if any(one.action is action for one in found) and all(one.state in FINAL for one in found):
                return found
            await asyncio.sleep(0.05)


async def page(address: str) -> str:
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        return await answer.text()
