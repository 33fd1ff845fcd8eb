"""What the documents name exists: files, headings, commands with their options, make targets, settings, addresses."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.settings import PREFIX, Settings
from tests.cli import tree
from tests.docs.tables import ROOT, pages

GONGBU: Any = tree.whole()
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SHELL = {"sh", "console", "bash"}


def commands(text: str) -> Iterator[list[str]]:
    """Every `gongbu …` in the page: code spans and the lines of shell blocks."""
    spans = [span for span in _SPAN.findall(_FENCE.sub("", text)) if span.startswith("gongbu ")]
    lines = [line for kind, block in _FENCE.findall(text) if kind in _SHELL for line in block.splitlines()]
    for one in [*spans, *lines]:
        found = re.search(r"(?:^|[ $/(])gongbu ([a-z-][^#>|;&)]*)", one)
        if found and "\N{HORIZONTAL ELLIPSIS}" not in found[1].split(" ", maxsplit=1)[0]:
            yield shlex.split(found[1])


def check(words: list[str]) -> None:
    """Raise AssertionError unless the command line has this command, with each option that is named."""
    here = GONGBU
    rest = list(words)
    while hasattr(here, "commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        for alternative in name.split("|"):
            assert alternative in here.commands, f"gongbu has no {name}"
        here = here.commands[name.split("|")[0]]
    known = {option for one in here.params for option in one.opts} | {"--help"}
    for word in rest:
        if word.startswith("--"):
            assert word.split("=")[0] in known, f"{' '.join(words)}: no option {word}"


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(params=pages(), ids=named)
def page(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        target = (page.parent / link.partition("#")[0]) if not link.startswith("#") else page
        assert target.exists(), link
        anchor = link.partition("#")[2]
        assert not anchor or anchor in headings(target), link


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_file_that_is_named_exists(page: Path) -> None:
    for span in _SPAN.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if re.fullmatch(r"(?:schemas|channels|hub|workers|tests|docs)/[\w./-]*", span):
            assert (ROOT / span).exists(), span


def test_every_command_exists_with_its_options(page: Path) -> None:
    for words in commands(page.read_text("utf-8")):
        check(words)


def test_a_command_that_does_not_exist_is_noticed() -> None:
    shell = "```sh\nWECHAT_SECRET=x .venv/bin/gongbu log export --nosuch=1 out\n```\n"
    with pytest.raises(AssertionError, match="--nosuch"):
        check(next(commands(shell)))
    with pytest.raises(AssertionError, match="no frobnicate"):
        check(next(commands("`gongbu frobnicate`")))


def test_the_commands_of_the_manuals_are_found() -> None:
    for name in ("staff", "auditor", "operator"):
        text = (ROOT / "docs" / "manual" / f"{name}.zh-CN.md").read_text("utf-8")
        assert len(list(commands(text))) > 3


@pytest.mark.parametrize("command", [name for name, one in tree.every(GONGBU) if not hasattr(one, "commands")])
def test_every_command_stands_in_a_document(command: str) -> None:
    assert any(re.search(rf"{command}\b", page.read_text("utf-8")) for page in pages())


def test_every_make_target_stands_in_the_developers_page() -> None:
    text = (ROOT / "docs" / "develop.md").read_text("utf-8")
    for target in re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE):
        assert f"| `make {target}` |" in text, target


def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = page.read_text("utf-8")
    lines = [line for kind, block in _FENCE.findall(text) if kind in _SHELL for line in block.splitlines()]
    for one in [*_SPAN.findall(_FENCE.sub("", text)), *lines]:
        if found := re.match(r"(?:\$ )?make ([a-z]+)", one):
            assert found[1] in targets, one


def test_every_setting_that_is_named_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"GONGBU_HTTP_PORT"}  # docker-compose.yml's own
    for name in re.findall(r"\bGONGBU_[A-Z][A-Z_]*", text):
        assert name.partition("__")[0] in known, name


def test_the_example_of_the_settings_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = next(
        block for kind, block in _FENCE.findall((ROOT / "docs/settings.md").read_text("utf-8")) if kind == "toml"
    )
    (tmp_path / "gongbu.toml").write_text(example, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(Settings().channels) == 4
