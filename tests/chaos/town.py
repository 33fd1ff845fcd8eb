"""A town: engines, web program, two workers and both sandboxes, each a process; whatever dies is started again."""

import asyncio
import contextlib
import shutil
import signal
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from hub import app, embedded
from hub.app import House, Servers
from hub.embedded import supervise
from tests.chaos import clocks, house, slots
from tests.chaos.house import Ports
from tests.chaos.slots import Nursery, Slot


@dataclass
class Town:
    """Everything that runs, and where."""

    folder: Path
    ports: Ports
    house: House
    servers: Servers
    http: aiohttp.ClientSession
    clocks: clocks.Clocks
    slots: dict[str, Slot] = field(default_factory=dict)
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    trace: list[dict[str, Any]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> float:
        """Seconds since the town's beginning."""
        return time.monotonic() - self._began

    def begin(self) -> None:
        self._began = time.monotonic()

    def note(self, kind: str, **more: Any) -> None:
        """Write down that a fault struck."""
        self.trace.append({"at": round(self.now, 2), "kind": kind, **more})

    def orders(self, worker: str) -> Path:
        return self.folder / f"{worker}.order"

    @property
    def data(self) -> Path:
        return self.folder / "data"


@contextlib.asynccontextmanager
async def lived_in(nursery: Nursery, plant: str) -> AsyncIterator[Town]:
    """Build a town in a fresh folder and yield it when every program answers. Nothing is left of it afterwards."""
    folder = await asyncio.to_thread(_folder)
    faked = clocks.Clocks(folder, movable=nursery.movable)
    where = house.ports()
    settings = house.settings(folder, where)
    try:
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(_engines_with(faked.environment("store")))
            engines = await stack.enter_async_context(embedded.engines(settings.data_dir))
            servers = Servers(engines.database_url, engines.owner_url, engines.redis_url)
            await app.prepare(settings, servers)
            opened = await stack.enter_async_context(app.opened(settings, servers))
            http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)))
            town = Town(folder, where, opened, servers, http, faked)
            town.slots = {name: Slot(name, config) for name, config in _programs(town, plant).items()}
            guards = [asyncio.create_task(slots.guard(nursery, slot)) for slot in town.slots.values()]
            stack.push_async_callback(_end, town, guards)
            await _answering(town)
            town.begin()
            yield town
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    """Make a folder that the engines' account can pass through, for their clock."""
    folder = Path(tempfile.mkdtemp(prefix="gongbu-chaos-"))
    folder.chmod(0o755)
    return folder


def _programs(town: Town, plant: str) -> dict[str, dict[str, Any]]:
    servers = vars(town.servers)
    shared = {"settings": town.house.settings.model_dump(mode="json"), "servers": dict(servers)}
    sandboxes = {
        "wechat": {"port": town.ports.wechat, "options": house.wechat_options(town.folder, town.ports)},
        "disclosure": {"port": town.ports.disclosure, "options": house.disclosure_options(town.folder, town.ports)},
    }
    programs: dict[str, dict[str, Any]] = {"web": {"program": "web", "listen": f"[::]:{town.ports.web}", **shared}}
    for name, config in sandboxes.items():
        programs[name] = {"program": name, "witness": str(town.folder / f"{name}.witness"), **config, **shared}
    for name in ("worker-1", "worker-2"):
        programs[name] = {"program": "worker", "orders": str(town.orders(name)), "plant": plant, **shared}
    for name, config in programs.items():
        log = str(town.folder / f"{name}.log")
        config |= {"slot": name, "log": log, "clock": town.clocks.path(name if "worker" in name else "still")}
    return programs


async def _end(town: Town, guards: list["asyncio.Task[None]"]) -> None:
    for guard in guards:
        guard.cancel()
    await asyncio.gather(*guards, return_exceptions=True)
    for slot in town.slots.values():
        slot.send(signal.SIGKILL)
    while any(slot.pid and slot.state for slot in town.slots.values()):  # noqa: ASYNC110 - another process cannot set our event
        await asyncio.sleep(0.02)


async def _answering(town: Town) -> None:
    doors = (f"{town.ports.public_url}/healthz", *(f"{u}/" for u in (town.ports.wechat_url, town.ports.disclosure_url)))
    async with asyncio.timeout(30):
        for door in doors:
            while not await _answers(town.http, door):  # noqa: ASYNC110 - another process cannot set our event
                await asyncio.sleep(0.05)


async def _answers(http: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with http.get(address) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


@contextlib.contextmanager
def _engines_with(environment: dict[str, str]) -> Any:
    """Give the embedded engines a clock that can be stepped: they get nothing else of our environment."""
    before = dict(supervise._ENVIRONMENT)
    supervise._ENVIRONMENT.update(environment)
    try:
        yield
    finally:
        supervise._ENVIRONMENT.clear()
        supervise._ENVIRONMENT.update(before)
