"""Carries the plan's faults out on a living town, each at its time, and tells when the last one was over."""

import asyncio
import contextlib
import json
import shutil
import signal
from collections.abc import Awaitable, Callable

from hub import bell
from hub.embedded import places, postgres, supervise, valkey
from tests.chaos.plan import Strike
from tests.chaos.town import Town

#: How long an order waits for its step before it is taken back: then nothing struck.
ORDER_SECONDS = 4.0
#: How long a channel's fault waits for its call: it must not lie in wait for the probe of a channel at rest.
FAULT_SECONDS = 3.0
Blow = Callable[[Town, Strike], Awaitable[bool]]


async def all_of(town: Town, strikes: tuple[Strike, ...]) -> None:
    """Return when every strike is over and what it harmed is on its feet again or about to be."""
    await asyncio.gather(*(_one(town, strike) for strike in strikes))
    for base in (town.ports.wechat_url, town.ports.disclosure_url):
        async with town.http.delete(f"{base}/sandbox/faults"):
            pass
    for name in ("store", "worker-1", "worker-2"):
        town.clocks.step(name, 0.0)


async def _one(town: Town, strike: Strike) -> None:
    await asyncio.sleep(max(0.0, strike.at - town.now))
    blow = _channel if strike.kind.startswith("channel_") else BLOWS[strike.kind]
    begun = round(town.now, 2)
    if await blow(town, strike):
        town.note(strike.kind, place=strike.place, begun=begun, **strike.fields)


async def _at_step(town: Town, strike: Strike) -> bool:
    async with town.turns[strike.place]:
        return await _ordered(town, strike)


async def _ordered(town: Town, strike: Strike) -> bool:
    """One order at a time: a second one would take the first one's place."""
    slot, path = town.slots[strike.place], town.orders(strike.place)
    stops = strike.kind.startswith("stop")
    order = {name: strike.fields[name] for name in ("moment", "event", "channel")}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({**order, "signal": "SIGSTOP" if stops else "SIGKILL"}))
    fresh.replace(path)
    ends = town.now + ORDER_SECONDS
    while path.exists() and town.now < ends:  # noqa: ASYNC110 - another process cannot set our event
        await asyncio.sleep(0.02)
    if path.exists():
        path.unlink(missing_ok=True)
        return False
    if stops:
        await asyncio.sleep(strike.fields["seconds"])
        slot.send(signal.SIGCONT)
    return True


async def _stop(town: Town, strike: Strike) -> bool:
    slot = town.slots[strike.place]
    slot.send(signal.SIGSTOP)
    await asyncio.sleep(strike.fields["seconds"])
    slot.send(signal.SIGCONT)
    return True


def _signal(number: signal.Signals) -> Blow:
    async def send(town: Town, strike: Strike) -> bool:
        slot = town.slots[strike.place]
        slot.send(number)
        return slot.pid != 0

    return send


async def _flushall(town: Town, _: Strike) -> bool:
    redis = bell.connect(town.servers.redis_url)
    with contextlib.suppress(OSError, ConnectionError):
        await redis.flushall()
    await redis.aclose(close_connection_pool=True)
    return True


async def _valkey_kill(town: Town, _: Strike) -> bool:
    here = await asyncio.to_thread(places.settle, town.data / "engines")
    engine = valkey.engine(here)
    _send(engine, signal.SIGKILL)
    # It comes back empty: the file that it would remember by is gone.
    shutil.rmtree(here.valkey / "appendonlydir", ignore_errors=True)
    await _back(engine)
    return True


def _postgres(number: signal.Signals) -> Blow:
    async def strike(town: Town, _: Strike) -> bool:
        here = await asyncio.to_thread(places.settle, town.data / "engines")
        engine = postgres.engine(here)
        _send(engine, number)
        await _back(engine)
        return True

    return strike


async def _back(engine: supervise.Engine) -> None:
    """Wait until the engine serves again: its own supervisor starts it."""
    before = supervise.pid(engine)
    async with asyncio.timeout(30):
        while supervise.pid(engine) in {before, None} or not await engine.answers():  # noqa: ASYNC110 - another process cannot set our event
            await asyncio.sleep(0.05)


def _send(engine: supervise.Engine, number: signal.Signals) -> None:
    supervise._send(engine, number)


async def _clock(town: Town, strike: Strike) -> bool:
    if not town.clocks.movable:
        return False
    name = "store" if strike.kind == "store_clock" else strike.place
    town.clocks.step(name, strike.fields["seconds"])
    # Until everybody has read it.
    await asyncio.sleep(1.0)
    return True


async def _channel(town: Town, strike: Strike) -> bool:
    base = town.ports.wechat_url if strike.place == "wechat" else town.ports.disclosure_url
    lasts = strike.fields.get("for")
    order = {name: value for name, value in strike.fields.items() if name != "for"}
    order |= {"times": 10_000} if lasts else {"within": FAULT_SECONDS}
    async with town.http.post(f"{base}/sandbox/faults", json=order) as answer:
        assert answer.status < 300, await answer.text()
    if lasts:
        await asyncio.sleep(lasts)
        async with town.http.delete(f"{base}/sandbox/faults"):
            pass
    return True


BLOWS: dict[str, Blow] = {
    "kill_at_step": _at_step,
    "stop_at_step": _at_step,
    "kill": _signal(signal.SIGKILL),
    "web_kill": _signal(signal.SIGKILL),
    "term": _signal(signal.SIGTERM),
    "stop": _stop,
    "flushall": _flushall,
    "valkey_kill": _valkey_kill,
    # "Fast" shutdown, and a death that only crash recovery makes good.
    "postgres_restart": _postgres(signal.SIGINT),
    "postgres_kill": _postgres(signal.SIGKILL),
    "worker_clock": _clock,
    "store_clock": _clock,
}
