"""What every command shares: running a coroutine, opening the house, and telling what went wrong in Chinese."""

import asyncio
import gc
import json
import logging
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer
from rich.console import Console
from rich.markup import escape

from schemas.errors import ErrorCode, HubError

# The house is most of a start. What needs none of it, such as an auditor's verification, does not wait for it.
if TYPE_CHECKING:
    from hub.app import House
    from hub.settings import Settings
    from schemas.person import Person

# Wrapped by the terminal, never by us: lines are also read by programs.
#: Progress and trouble, on standard error. Text from outside goes through `escape` first.
said = Console(stderr=True, highlight=False, soft_wrap=True)
#: What was asked for, on standard output, as it stands.
out = Console(highlight=False, soft_wrap=True, markup=False)
#: Errors of whoever typed the command or wrote the settings; every other one is a failure.
WRONG_USE = frozenset({ErrorCode.SETTINGS, ErrorCode.INVALID, ErrorCode.UNREADABLE})

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据目录")]
As = Annotated[str, typer.Option("--as", help="以哪个账号的名义办理")]
Number = Annotated[int, typer.Argument(help="政策发布的编号，如 1001", show_default=False)]
PublicListen = Annotated[str | None, typer.Option("--public-listen", help="公众端监听地址，off 表示不启动")]
StaffListen = Annotated[str | None, typer.Option("--staff-listen", help="工作端监听地址，off 表示不启动")]
AsJson = Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")]


def run(main: Coroutine[Any, Any, int | None]) -> None:
    """Run a command's coroutine and leave with its exit code. What can be told is told without a trace.

    0 good, 1 failed, 2 wrong use or wrong settings.
    """
    settle()
    try:
        code = asyncio.run(main) or 0
    except HubError as error:
        code = complain(error)
    except KeyboardInterrupt:
        code = 1
    except OSError as error:
        if error.filename is None:
            raise
        from hub import told  # noqa: PLC0415

        code = complain(told.of_file(error))
    raise typer.Exit(code)


def settle() -> None:
    """Take what a program consists of out of the collector's sight: to look through all of it takes 0.1 s each time.

    It starts without a collector (`hub.__main__`) and has it from here on.
    """
    gc.freeze()
    gc.enable()


def complain(error: HubError) -> int:
    """Tell the error on standard error and return the exit code."""
    said.print(f"[red]{escape(error.message)}[/red]  [dim]({error.code})[/dim]")
    return 2 if error.code in WRONG_USE else 1


def put(value: Any) -> None:
    """Write one JSON value to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


@asynccontextmanager
async def house(effective: "Settings") -> "AsyncIterator[House]":
    """Open the house over the configured or embedded servers, its store up to date.

    Raises HubError: SETTINGS, STORE, LOG_KEY, FILE, UNAVAILABLE for engines that do not start.
    """
    from hub import app, told  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        with told.store():
            effective.data_dir.mkdir(parents=True, exist_ok=True)
            where = await stack.enter_async_context(app.servers(effective))
            await app.prepare(effective, where)
            opened = await stack.enter_async_context(app.opened(effective, where))
        yield opened


async def acting(opened: "House", login: str) -> "Person":
    """The account in whose name the command runs. Raises HubError(NOT_FOUND)."""
    from hub.store import delegations, people  # noqa: PLC0415

    async with opened.engine.connect() as connection:
        person = await people.find(connection, login=login)
        if person is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
        return await delegations.effective(connection, person)


def load(**overrides: Any) -> "Settings":
    """Read the settings, and have log lines go to standard error as JSON."""
    from hub import settings  # noqa: PLC0415

    logs(logging.INFO)
    return settings.load(**overrides)


def logs(level: int) -> None:
    """One JSON line per event on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
