"""The table of commands says what the modules say, and the list of commands imports none of them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import hub.cli
from hub.cli import root

HOUSE = Path(hub.cli.__file__).parents[2]
#: What only commands need: the rest of the house, and the libraries that it waits for. (pydantic is typer's own.)
HEAVY = {"aiohttp", "alembic", "arq", "asyncpg", "bs4", "cryptography", "docx", "jinja2", "lxml", "openpyxl"} | {
    *("PIL", "redis", "rjieba", "sqlalchemy", "structlog", "webauthn", "wechatpy"),
    *("channels", "schemas", "workers", "hub.app", "hub.serve", "hub.settings", "hub.store", "hub.web", "hub.commands"),
}
#: Puts what was imported on the last line of standard error, however the program ends.
WATCHED = """
import atexit, json, runpy, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted(sys.modules)), file=sys.stderr))
runpy.run_module("hub", run_name="__main__", alter_sys=True)
"""


def imported(*words: str) -> tuple[int, str, set[str]]:
    """Run `gongbu` in a fresh process: its exit code, all that it told, the modules that it had at its end."""
    run = subprocess.run(
        [sys.executable, "-c", WATCHED, *words], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    told, _, modules = run.stderr.rstrip().rpartition("\n")
    return run.returncode, run.stdout + told, set(json.loads(modules))


def made(module: Any) -> Iterator[str]:
    """The groups of commands that a module makes."""
    yield from (name for name, value in vars(module).items() if isinstance(value, typer.Typer))


@pytest.mark.parametrize("name", root.COMMANDS)
def test_the_list_describes_a_command_as_its_module_does(name: str) -> None:
    command = root.command(name)
    assert (command.name, command.help) == (name, root.COMMANDS[name].help)
    assert (command.hidden, command.deprecated) == (False, False)


def test_no_group_that_a_module_makes_is_missing() -> None:
    modules = {path.stem for path in Path(hub.cli.__file__).parent.glob("*.py")} - {"__init__"}
    found = {(name, group) for name in modules for group in made(__import__(f"hub.cli.{name}", fromlist=["*"]))}
    known = {place.within for place in root.COMMANDS.values()}
    assert found
    assert {group for _, group in found} <= known


def test_the_list_shows_every_command_with_its_words() -> None:
    told = CliRunner().invoke(root.gongbu(), ["--help"], env={"COLUMNS": "400"})
    assert told.exit_code == 0
    for name, place in root.COMMANDS.items():
        assert any(name in line.split() and place.help in line for line in told.stdout.splitlines()), name


@pytest.mark.parametrize(
    ("words", "code", "said"), [(["--help"], 0, "核验"), (["publis"], 2, "'publish'"), ([], 2, "核验")]
)
def test_the_list_and_a_wrong_word_wait_for_no_command(words: list[str], code: int, said: str) -> None:
    ended, told, modules = imported(*words)
    assert ended == code
    assert said in told
    assert not HEAVY & modules
    assert {name for name in modules if name.startswith("hub.")} == {"hub.cli", "hub.cli.root"}


def test_an_auditors_commands_wait_for_no_store_and_no_web() -> None:
    ended, told, modules = imported("log", "verify", "--help")
    assert ended == 0
    assert "--since" in told
    assert {"hub.cli.evidence", "hub.log.verify"} <= modules
    assert not {"aiohttp", "asyncpg", "redis", "sqlalchemy", "hub.app", "hub.settings", "hub.web"} & modules


@pytest.mark.parametrize("word", ["worker", "migrate"])
def test_a_worker_waits_for_no_web(word: str) -> None:
    _, told, modules = imported(word, "--help")
    assert "--data-dir" in told
    assert {"hub.app", f"hub.cli.{word}"} <= modules
    assert not {"alembic", "hub.serve", "hub.web", "jinja2", "openpyxl", "rjieba", "webauthn"} & modules


def test_a_house_waits_for_the_kinds_that_it_does_not_use() -> None:
    _, _, modules = imported("serve", "--help")
    assert "hub.serve" in modules
    assert not [
        name for name in modules if re.match(r"channels\.(?:cms|disclosure|mail|rss|webhook|website|wechat)\b", name)
    ]
    assert not {"alembic", "bs4", "docx", "openpyxl", "requests", "wechatpy"} & modules


def test_the_own_help_of_a_command_imports_that_command_alone() -> None:
    _, told, modules = imported("calendar", "--help")
    assert "load" in told
    ours = {place.module for place in root.COMMANDS.values()} - {"calendar"}
    assert "hub.cli.calendar" in modules
    assert not {f"hub.cli.{name}" for name in ours} & modules
