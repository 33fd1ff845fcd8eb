"""Makes a live worker die or freeze at its next named step, when an order lies in its file. Runs inside the worker."""

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hub.core import delivery as rules
from hub.core.delivery import Move
from schemas.delivery import Delivery
from schemas.events import Event
from workers import deliver
from workers.deliver import Job
from workers.guard import Guard
from workers.parcels import Notes


class Orders:
    """The order of one worker: which signal it sends itself, before or after which step, on which channel."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def obey(self, moment: str, event: str, channel: str) -> None:
        """Carry the order out if it is for this step. It is taken away first: the successor lives."""
        try:
            order: dict[str, Any] = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return
        if (order["moment"], order["event"]) == (moment, event) and order["channel"] in {"", channel}:
            self._path.unlink(missing_ok=True)
            os.kill(os.getpid(), signal.Signals[order["signal"]])


def install(orders: Orders) -> None:
    """Put an ear before and after every step of this process's worker."""
    _on_record(orders)
    _on_claim(orders)
    _on_note(orders)
    _on_signature(orders)


def _on_record(orders: Orders) -> None:
    record = Job.record

    async def watched(self: Job, event: Event) -> None:
        names = [type(one).__name__ for one in (event, self.moves.following(event)) if one]
        for name in names:
            orders.obey("before", name, self.delivery.channel)
        await record(self, event)
        for name in names:
            orders.obey("after", name, self.delivery.channel)

    Job.record = watched  # type: ignore[method-assign]


def _on_claim(orders: Orders) -> None:
    claim = deliver.claim

    async def watched(*given: Any, **more: Any) -> Sequence[Delivery]:
        channel = next((one for one in given if isinstance(one, str)), None) or given[0].name
        orders.obey("before", "Claimed", channel)
        claimed = await claim(*given, **more)
        for one in claimed:
            orders.obey("after", "Claimed", channel)
            if rules.next_move(one) is Move.COMMIT:
                # Written with the claim.
                orders.obey("after", "Prepared", channel)
                orders.obey("after", "Intended", channel)
        return claimed

    deliver.claim = watched  # type: ignore[assignment]


def _on_note(orders: Orders) -> None:
    keep = Notes.keep

    async def watched(self: Notes, key: str, value: Any) -> None:
        # By its key too: between some notes and the call that follows them there is nothing else.
        for name in ("Kept", f"Kept:{key}"):
            orders.obey("before", name, self._delivery.channel)
        await keep(self, key, value)
        for name in ("Kept", f"Kept:{key}"):
            orders.obey("after", name, self._delivery.channel)

    Notes.keep = watched  # type: ignore[method-assign]


def _on_signature(orders: Orders) -> None:
    write = Guard.write

    def watched(self: Guard, signed: bytes) -> None:
        orders.obey("before", "Signed", "")
        write(self, signed)
        orders.obey("after", "Signed", "")

    Guard.write = watched  # type: ignore[method-assign]
