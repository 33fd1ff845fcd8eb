"""The table of commands. A module is imported when a command of it is wanted, so that none waits for the others'."""

import importlib
import sys

import typer

#: What is typed → the module beside this one and its name there: one command, or several under one word.
COMMANDS = {
    "demo": ("demo", "demo"),
    "up": ("programs", "up"),
    "serve": ("programs", "serve"),
    "worker": ("programs", "worker"),
    "migrate": ("programs", "migrate"),
    "backup": ("backup", "write"),
    "restore": ("backup", "restore"),
    "check": ("check", "check"),
    "user": ("tokens", "user"),  # those of tokens stand beside the accounts' own
    "calendar": ("calendar", "calendar"),
    "import": ("release", "import_files"),
    "checks": ("release", "checks"),
    "submit": ("release", "submit"),
    "review": ("release", "review"),
    "publish": ("publish", "publish"),
    "withdraw": ("standing", "withdraw"),
    "annotate": ("standing", "annotate"),
    "standing": ("standing", "standing"),
    "status": ("status", "status"),
    "delivery": ("delivery", "delivery"),
    "channel": ("channel", "channel"),
    "log": ("evidence", "log"),
    "bounce": ("bounce", "bounce"),
    "certificate": ("evidence", "certificate"),
    "sandbox": ("sandbox", "sandbox"),
}


def gongbu(*only: str) -> typer.Typer:
    """Return the command line, with these commands or with all of them."""
    made = typer.Typer(
        name="gongbu",
        help="公布：一次发布，各渠道同步，全程可证明。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    # Otherwise one command alone would be called without its name.
    made.callback()(lambda: None)
    for name in only or COMMANDS:
        module, within = COMMANDS[name]
        found = getattr(importlib.import_module(f"hub.cli.{module}"), within)
        if isinstance(found, typer.Typer):
            made.add_typer(found, name=name)
        else:
            made.command(name)(found)
    return made


def main() -> None:
    """Run the command line."""
    wanted = sys.argv[1:2]
    gongbu(*wanted if wanted and wanted[0] in COMMANDS else ())()
