"""Rendering within a time: what a channel makes of a parcel is asked for in a thread of its own.

A thread cannot be killed. One that does not come back is left behind, and while it runs its channel is not asked
again: so a component that hangs costs a thread, never the program. It ends with the program.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from channels.contract import Channel, ChannelError
from schemas.delivery import Reaction
from schemas.parcel import Parcel, Rendering

Made = TypeVar("Made")
#: Ours take this long only for a text of a thousand pages on a machine that does other things besides.
SECONDS = 30.0
MOST_BYTES = 64_000_000
CODE = "too_slow"

#: Kinds that others wrote, as `channels.registry` found them: workers try their rendering before anything else.
FOREIGN: set[str] = set()
#: id of a channel → the threads in which it is asked, each with its beginning on the monotonic clock.
_asked: dict[int, list[tuple[threading.Thread, float]]] = {}


async def render(channel: Channel, parcel: Parcel) -> Rendering:
    """Have the channel render it. Raises what the channel raises, and ChannelError as `call` does."""
    return await call(channel, lambda: _checked(channel.render(parcel)))


async def tried(channel: Channel, parcel: Parcel) -> None:
    """Return once a foreign channel has rendered the parcel, which it will do again: its steps ask on the event loop.

    Costs nothing for the kinds of this house. Raises as `render` does.
    """
    if channel.settings.kind in FOREIGN:
        await render(channel, parcel)


async def call(channel: Channel, work: Callable[[], Made], *, seconds: float | None = None) -> Made:
    """Return what `work` makes, which asks the channel for renderings.

    Raises ChannelError(CONFIGURATION) when it does not come back in time, and at once while an earlier one has not.
    """
    if channel.traits.loop_only:
        return work()
    bound = SECONDS if seconds is None else seconds
    if _hangs(channel, bound):
        raise _too_slow(channel)
    loop = asyncio.get_running_loop()
    made: asyncio.Future[Made] = loop.create_future()
    thread = threading.Thread(target=_run, args=(loop, made, work), name=f"render {channel.settings.name}", daemon=True)
    _asked.setdefault(id(channel), []).append((thread, time.monotonic()))
    thread.start()
    done, _ = await asyncio.wait((made,), timeout=bound)
    if not done:
        raise _too_slow(channel)
    return made.result()


def _run(loop: asyncio.AbstractEventLoop, made: asyncio.Future[Any], work: Callable[[], Any]) -> None:
    result, error = None, None
    try:
        result = work()
    except BaseException as caught:  # noqa: BLE001 - a stranger's code may raise anything
        error = caught if isinstance(caught, Exception) else RuntimeError(type(caught).__name__)
    with suppress(RuntimeError):  # the program has ended meanwhile
        loop.call_soon_threadsafe(_tell, made, result, error)


def _tell(made: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if made.done():
        return
    if error is None:
        made.set_result(result)
    else:
        made.set_exception(error)


def _hangs(channel: Channel, bound: float) -> bool:
    """Whether one was asked longer ago than it may take; what has come back is forgotten."""
    left = [one for one in _asked.pop(id(channel), []) if one[0].is_alive()]
    if left:
        _asked[id(channel)] = left
    return any(time.monotonic() - since >= bound for _, since in left)


def _checked(rendering: Rendering) -> Rendering:
    if sum(len(one.body) for one in rendering.files) > MOST_BYTES:
        detail = f"渠道组件生成的内容超过 {MOST_BYTES // 1_000_000} MB，请系统管理员检查该组件"
        raise ChannelError(Reaction.BUG, "too_large", detail)
    return rendering


def _too_slow(channel: Channel) -> ChannelError:
    kind, name = channel.settings.kind, channel.settings.name
    words = (
        f"渠道“{name}”（{kind}）的组件迟迟没有生成内容，本程序已不再使用它；"
        "请系统管理员检查该组件，并重新启动程序。其他渠道不受影响"
    )
    return ChannelError(Reaction.CONFIGURATION, CODE, words)
