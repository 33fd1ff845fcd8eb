"""What every command shares: running a coroutine, opening the house, and telling what went wrong in Chinese."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console

from hub import app, settings
from hub.app import House
from hub.settings import Settings
from schemas.errors import HubError

#: People read this; programs read standard output.
# Wrapped by the terminal, never by us: lines are also read by programs.
said = Console(stderr=True, highlight=False, soft_wrap=True)

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据目录")]
PublicListen = Annotated[str | None, typer.Option("--public-listen", help="公众端监听地址，off 表示不启动")]
StaffListen = Annotated[str | None, typer.Option("--staff-listen", help="工作端监听地址，off 表示不启动")]
AsJson = Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")]


def run(main: Coroutine[Any, Any, int | None]) -> None:
    """Run a command's coroutine and leave with its exit code. A HubError is told without a trace."""
    try:
        code = asyncio.run(main) or 0
    except HubError as error:
        said.print(f"[red]{error.message}[/red]  [dim]({error.code})[/dim]")
        code = 1
    except KeyboardInterrupt:
        code = 1
    raise typer.Exit(code)


def put(value: Any) -> None:
    """Write one JSON value to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


@asynccontextmanager
async def house(effective: Settings) -> AsyncIterator[House]:
    """Open the house over the configured or embedded servers, its store up to date."""
    effective.data_dir.mkdir(parents=True, exist_ok=True)
    async with app.servers(effective) as where:
        await app.prepare(effective, where)
        async with app.opened(effective, where) as opened:
            yield opened


def load(**overrides: Any) -> Settings:
    """Read the settings, and have log lines go to standard error as JSON."""
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
