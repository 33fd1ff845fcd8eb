"""Tending: each channel by itself, again after trouble, and never at the expense of the others."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from workers import tending


class Plain:
    """A channel with nothing beside its publications."""

    settings = SimpleNamespace(name="plain")


class Flaky(Plain):
    """Fails as it is told, then does it, and says so."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.done = asyncio.Event()

    async def tend(self) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.done.set()


async def test_trouble_of_one_is_tried_again_and_is_no_trouble_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AGAIN_SECONDS", "INTERVAL_SECONDS"):
        monkeypatch.setattr(tending, name, 0.01)
    troubled, buggy, sound = Flaky(OSError("full")), Flaky(KeyError("a bug")), Flaky()
    task = asyncio.create_task(tending.tend(cast("Any", [troubled, buggy, Plain(), sound])))
    async with asyncio.timeout(10):
        await asyncio.gather(*(one.done.wait() for one in (troubled, buggy, sound)))
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
