"""A component that hangs while it renders costs one thread, and stands for itself alone."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from channels import bounded
from channels.contract import ChannelError, Traits
from channels.website import Website, build
from schemas.delivery import Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering

MakeParcel = Callable[..., Parcel]


class Hanging:
    """A stranger's channel that does not come back until it is let go."""

    traits: Traits = Website.traits

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.let_go = threading.Event()
        self.asked = 0
        self.made = Rendering(files=())

    def render(self, _: Parcel) -> Rendering:
        self.asked += 1
        self.let_go.wait(20)
        return self.made


@pytest.fixture
def hanging(tools: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(bounded, "SECONDS", 0.1)
    one = Hanging(build({"name": "theirs", "kind": "website"}, tools).settings)
    yield one
    one.let_go.set()


async def refused(channel: Any, parcel: Parcel) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        await bounded.render(channel, parcel)
    return caught.value


async def test_one_that_hangs_is_not_asked_again_until_it_comes_back(hanging: Any, make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    told = (await refused(hanging, parcel)).trouble
    assert (told.reaction, told.code) == (Reaction.CONFIGURATION, bounded.CODE)
    assert "重新启动程序" in told.detail
    started = time.monotonic()
    assert (await refused(hanging, parcel)).trouble == told
    assert time.monotonic() - started < bounded.SECONDS
    assert hanging.asked == 1
    [(thread, _)] = bounded._asked[id(hanging)]
    hanging.let_go.set()
    await asyncio.to_thread(thread.join, 10)
    assert await bounded.render(hanging, parcel) == hanging.made


async def test_whoever_gives_up_before_the_time_leaves_it_counted(hanging: Any, make_parcel: MakeParcel) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await bounded.render(hanging, make_parcel())
    await asyncio.sleep(bounded.SECONDS)
    await refused(hanging, make_parcel())
    assert hanging.asked == 1


async def test_a_rendering_of_any_size_is_not_taken(
    hanging: Any, make_parcel: MakeParcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MOST_BYTES", 10)
    hanging.let_go.set()
    hanging.made = Rendering(files=(RenderedFile(name="a", media="text/html", body=b"x" * 11),))
    assert (await refused(hanging, make_parcel())).trouble.code == "too_large"


async def test_only_what_others_wrote_is_tried_beforehand(
    hanging: Any, make_parcel: MakeParcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bounded.tried(hanging, make_parcel())
    assert hanging.asked == 0
    monkeypatch.setattr(bounded, "FOREIGN", {"website"})
    with pytest.raises(ChannelError, match=bounded.CODE):
        await bounded.tried(hanging, make_parcel())
