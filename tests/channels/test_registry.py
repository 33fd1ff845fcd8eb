"""Kinds of channels are found by entry points; one that cannot be loaded is the only one that does not work."""

import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pytest

from channels import registry
from channels.broken import CODE, Broken
from channels.contract import Channel, ChannelError, Tools
from hub.cli import health
from hub.cli.health import Grade
from schemas.delivery import Reaction

EXPLODES = {
    "raises": "raise RuntimeError('made up')",
    "leaves": "import sys; sys.exit(3)",
    "lacks": "import a_module_that_nobody_has",
    "empty": "",
    "wrong": "def build(settings, tools): raise KeyError(settings['secret'])",
}


def point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> EntryPoint:
    (tmp_path / f"stranger_{name}.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, f"stranger_{name}", raising=False)
    return EntryPoint(name=name, value=f"stranger_{name}:build", group=registry.GROUP)


def test_ours_are_registered_as_a_strangers_would_be() -> None:
    found = {one.name for one in entry_points(group=registry.GROUP) if one.module.startswith("channels.")}
    assert {"website", "rss", "wechat", "disclosure"} <= found
    assert not [kind for kind in found if registry.KINDS[kind].__module__ == "channels.broken"]


def test_a_component_is_loaded_once_and_only_for_who_asks_for_its_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = registry.load((point(tmp_path, monkeypatch, "quiet", "def build(settings, tools): ..."),))
    assert list(kinds) == ["quiet"]
    assert "stranger_quiet" not in sys.modules
    assert kinds["quiet"].__module__ == "stranger_quiet"
    monkeypatch.delitem(sys.modules, "stranger_quiet")
    assert kinds["quiet"] is kinds["quiet"]
    assert "stranger_quiet" not in sys.modules


@pytest.mark.parametrize("name", EXPLODES)
async def test_one_that_explodes_stands_for_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tools: Tools, name: str
) -> None:
    kinds = registry.load((point(tmp_path, monkeypatch, name, EXPLODES[name]),))
    monkeypatch.setattr(registry, "KINDS", {**registry.KINDS, **kinds})
    tables: list[dict[str, Any]] = [
        {"name": "theirs", "kind": name, "secret": "nobody-reads-this"},
        {"name": "website", "kind": "website"},
    ]
    built = registry.build(tables, tools)
    assert isinstance(built["theirs"], Broken)
    with pytest.raises(ChannelError) as told:
        await built["theirs"].knock()
    assert (told.value.trouble.reaction, told.value.trouble.code) == (Reaction.CONFIGURATION, CODE)
    assert "其他渠道不受影响" in told.value.trouble.detail
    [finding] = health.lacks("theirs", built["theirs"])
    assert (finding.grade, told.value.trouble.detail in finding.words) == (Grade.WRONG, True)
    await built["website"].close()
    assert "nobody-reads-this" not in repr(told.value) + capsys.readouterr().out


def test_two_components_of_one_kind_are_told_of_instead_of_one_being_chosen(tools: Tools) -> None:
    values = ("channels.rss:build", "channels.website:build")
    points = [EntryPoint(name="website", value=value, group=registry.GROUP) for value in values]
    made: Channel = registry.load(points)["website"]({"name": "w", "kind": "website"}, tools)
    assert isinstance(made, Broken)
