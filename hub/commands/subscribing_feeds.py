"""What anybody may ask of our own WebSub hub: to be told of a feed's changes, or to be told no longer.

Nothing is granted here: the worker asks the callback whether it meant it (`workers.websub`). It is no act of staff, so
the log does not have it; the feeds that are sent are what the log proves.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hub.commands.act import Hub
from hub.core import websub as rules
from hub.core.websub import RefusedError
from hub.store import websub
from schemas.websub import Wish


async def ask(hub: Hub, form: Mapping[str, str], *, base: str, site: Path) -> Wish:
    """Take the request of a form, durable on return. `base` is the public address, `site` the public tree.

    Raises RefusedError.
    """
    wished = rules.wish(form, base)
    if refusal := hub.outward.refusal(wished.callback):
        raise RefusedError(refusal if refusal in {"closed", "port"} else "callback")
    if not await asyncio.to_thread(_is_feed, wished.topic, site):
        raise RefusedError("topic")
    sealed = hub.trust.secret.seal(wished.secret, rules.owner(wished.topic, wished.callback)) if wished.secret else None
    async with hub.engine.begin() as connection:
        rules.judge(wished, await websub.full(connection, wished))
        await websub.ask(connection, wished.model_copy(update={"secret": sealed}))
    # Dies here: the worker finds the wish within a second, as it does without this ring.
    await hub.bell.wish()
    return wished


def _is_feed(topic: str, site: Path) -> bool:
    path = rules.file(topic)
    return path is not None and (site / path.lstrip("/")).is_file()
