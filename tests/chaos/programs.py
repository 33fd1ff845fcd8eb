"""What the town's processes run: the public web program, a worker, and the two sandboxes."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from channels.sandbox import disclosure, wechat
from hub import app, serve, signals
from hub.app import Servers
from hub.cli import frame
from hub.settings import Settings
from hub.store import engine, tables
from tests.chaos import boundaries, plants
from workers import main as workers

Config = dict[str, Any]


async def run_web(config: Config) -> None:
    """Serve the public application, as `gongbu serve` does, until SIGTERM."""
    stopping = signals.stop_on_signal()
    bound = serve.bind(config["listen"])
    async with (
        app.opened(Settings.model_validate(config["settings"]), Servers(**config["servers"])) as house,
        serve.serving(house, public_socket=bound, staff_socket=None),
    ):
        await stopping.wait()


async def run_worker(config: Config) -> None:
    """Deliver, as `gongbu worker` does, with ears for orders to die and, when told so, a planted bug."""
    boundaries.install(boundaries.Orders(Path(config["orders"])))
    if config["plant"]:
        plants.PLANTS[config["plant"]]()
    stopping = signals.stop_on_signal()
    settings = Settings.model_validate(config["settings"] | {"worker_name": config["slot"]})
    async with app.opened(settings, Servers(**config["servers"])) as house:
        await workers.work(house, stopping)


async def run_wechat(config: Config) -> None:
    """Be WeChat on the port, and note for every submission how much of the log was signed when it came."""
    options = config["options"] | {"book": Path(config["options"]["book"])}
    await _be_sandbox(wechat.make_app(wechat.Options(**options)), config, "POST /cgi-bin/freepublish/submit")


async def run_disclosure(config: Config) -> None:
    """Be the municipal platform on the port, and note the same for every package."""
    options = config["options"] | {"book": Path(config["options"]["book"])}
    await _be_sandbox(disclosure.make_app(disclosure.Options(**options)), config, "PUT /api/records/")


async def _be_sandbox(platform: web.Application, config: Config, irreversible: str) -> None:
    store = engine.make(config["servers"]["database_url"], pool=4)
    notes = Path(config["witness"])

    @web.middleware
    async def witness(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if f"{request.method} {request.path}".startswith(irreversible):
            body = await request.read()
            media_id = json.loads(body).get("media_id", "") if request.method == "POST" else ""
            note = {"at": time.time(), "path": request.path, "media_id": media_id, "signed": await _signed(store)}
            await asyncio.to_thread(_append, notes, note)
        return await handler(request)

    platform.middlewares.insert(0, witness)
    stopping = signals.stop_on_signal()
    runner = web.AppRunner(platform, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, socket.create_server(("127.0.0.1", config["port"]), backlog=256)).start()
    await stopping.wait()
    await runner.cleanup()


def _append(path: Path, note: Config) -> None:
    with path.open("a") as file:
        file.write(json.dumps(note) + "\n")


async def _signed(store: Any) -> int | None:
    """Return how many entries the newest checkpoint covers at this moment, or None while the store is down."""
    try:
        async with asyncio.timeout(1.0), store.connect() as connection:
            size: int = (await connection.execute(select(func.max(tables.log_checkpoints.c.size)))).scalar_one() or 0
            return size
    except (SQLAlchemyError, OSError, TimeoutError):
        return None


PROGRAMS: dict[str, Callable[[Config], Awaitable[None]]] = {
    "web": run_web,
    "worker": run_worker,
    "wechat": run_wechat,
    "disclosure": run_disclosure,
}


def run(config: Config) -> int:
    """Run the configured program to its end, and return its exit code."""
    frame.logs(logging.INFO)

    async def main() -> None:
        await PROGRAMS[config["program"]](config)

    asyncio.run(main())
    return 0
