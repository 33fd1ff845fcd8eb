"""`gongbu` with everything below it: what a test walks that must miss no command."""

from collections.abc import Iterator
from typing import Any

import typer

from hub.cli import root


def whole() -> Any:
    """The command line with every command of its table imported."""
    found: Any = typer.main.get_command(root.gongbu())
    found.commands = {name: root.command(name) for name in root.COMMANDS}
    return found


def every(one: Any, name: str = "gongbu") -> Iterator[tuple[str, Any]]:
    """This command and all below it, each with what is typed."""
    yield name, one
    for sub, below in getattr(one, "commands", {}).items():
        yield from every(below, f"{name} {sub}")
