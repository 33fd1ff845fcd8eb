"""The arrows of the house hold: a wrong import is refused, in the name of the contract that it breaks."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PACKAGES = ("schemas", "channels", "hub", "workers")
#: contract → (the module that oversteps, what it imports).
PLANTS = {
    "schemas import nobody": ("schemas.words", "channels.body"),
    "channels, core, store, log and intake are siblings that do not know each other": (
        "channels.website.pages",
        "hub.store.engine",
    ),
    "the siblings know nothing above them": ("hub.core.planning", "hub.settings"),
    "commands and workers are two shells that do not know each other": ("workers.deliver", "hub.commands.drafting"),
    "the web stands on commands and never reaches a worker": ("hub.web.tree", "workers.lease"),
    "only composition roots name concrete channels": ("hub.commands.people", "channels.wechat.settings"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and the settings, to be spoilt."""
    for name in PACKAGES:
        shutil.copytree(HOUSE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_has_a_plant() -> None:
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert {one["name"] for one in settings["contracts"]} == set(PLANTS)


def test_the_tree_as_it_is_passes(copy: Path) -> None:
    code, said = lint(copy)
    assert code == 0, said
    assert all(f"{name} KEPT" in said for name in PLANTS), said


def test_a_wrong_import_is_refused_by_its_contract(copy: Path) -> None:
    """All at once: reading the tree is the slow part, and each contract names the import that broke it."""
    for module, wanted in PLANTS.values():
        path = copy / f"{module.replace('.', '/')}.py"
        path.write_text(f"{path.read_text('utf-8')}\nimport {wanted}\n", "utf-8")
    code, said = lint(copy)
    assert code == 1, said
    sections = broken(said)
    for name, (module, wanted) in PLANTS.items():
        assert f"{module} -> {wanted}" in sections.get(name, ""), f"{name}:\n{said}"


def lint(tree: Path) -> tuple[int, str]:
    # Its own console script, run by the interpreter of the tests; the copy comes first among the places to import from.
    program = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def broken(said: str) -> dict[str, str]:
    """contract → its part of the report on broken contracts."""
    _, _, report = said.partition("Broken contracts")
    lines = report.splitlines()
    heads = [n for n, line in enumerate(lines) if line in PLANTS and lines[n + 1 : n + 2] == ["-" * len(line)]]
    ends = [*heads[1:], len(lines)]
    return {lines[start]: "\n".join(lines[start:end]) for start, end in zip(heads, ends, strict=True)}
