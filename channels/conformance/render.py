"""What every channel promises about `render`: a function of the parcel, without clock or I/O."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import escape
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.conformance.asked import only_if
from channels.conformance.editions import OFFICIAL_AT, build_edition
from channels.conformance.world import World
from channels.contract import Channel, ChannelError
from schemas.delivery import Action, Reaction
from schemas.edition import Edition
from schemas.parcel import Parcel, Rendering
from schemas.release import Disclosure, Secrecy
from schemas.text import one_line

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=60)
TITLES = WORDS.filter(lambda words: bool(one_line(words)))
BODIES = st.lists(WORDS.map(lambda words: f"<p>{escape(words)}</p>"), min_size=1, max_size=5).map("".join)
EDITIONS = st.builds(
    build_edition,
    release=st.integers(1, 10**9),
    number=st.integers(1, 10**4),
    title=TITLES,
    body=BODIES,
    interpretations=st.integers(0, 3),
    interpretation_body=BODIES,
)
OFFICIAL = st.none() | st.integers(0, 10**9).map(lambda ms: OFFICIAL_AT + timedelta(milliseconds=ms))
#: A world may be shared by the examples, and a class of the suite by several kinds.
FRESH = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
#: What a render must not do. Python reports it before it does it.
IO = ("open", "socket.", "subprocess.", "os.", "urllib.", "sqlite3.", "shutil.", "tempfile.", "glob.")


class Render:
    """The bytes."""

    worlds: ClassVar[tuple[type[World], ...]] = ()

    @settings(suppress_health_check=FRESH, deadline=None, max_examples=40)
    @given(edition=EDITIONS, official_at=OFFICIAL)
    def test_the_same_parcel_gives_the_same_bytes(
        self, world: World, edition: Edition, official_at: datetime | None
    ) -> None:
        action = Action.ANNOTATE if official_at else Action.PUBLISH
        parcel = world.parcel(edition, action=action, official_at=official_at)
        first = outcome(world.channel, parcel)
        assert isinstance(first, Rendering) or first.startswith(Reaction.CONTENT)
        again = Parcel.model_validate_json(parcel.model_dump_json())
        outcome(world.channel, world.parcel(build_edition(release=7)))
        assert outcome(world.channel, again) == first

    def test_a_fresh_channel_renders_the_same_bytes(self, world: World, edition: Edition) -> None:
        parcel = world.parcel(edition)
        first = world.channel.render(parcel)
        world.reopen()
        assert world.channel.render(parcel) == first

    async def test_threads_that_render_at_once_get_each_its_own(self, world: World) -> None:
        only_if(not world.channel.traits.loop_only, "it renders on the event loop alone")
        parcels = [world.parcel(build_edition(release=number, title=f"第{number}号通知")) for number in range(1, 5)]
        alone = [world.channel.render(one) for one in parcels]
        with _switching_often():
            beside = await asyncio.gather(*(asyncio.to_thread(world.channel.render, one) for one in parcels * 8))
        assert beside == alone * 8

    def test_a_change_of_the_text_changes_the_digest_of_the_rendering(self, world: World, edition: Edition) -> None:
        other = build_edition(body="<p>更正后的正文。</p>")
        assert world.channel.render(world.parcel(edition)).sha256 != world.channel.render(world.parcel(other)).sha256

    def test_the_watch_sees_a_file_being_opened(self) -> None:
        with WATCH.looking() as seen, open(__file__, "rb"):  # noqa: PTH123
            pass
        assert seen

    def test_render_touches_neither_files_nor_network(self, world: World, edition: Edition) -> None:
        world.channel.render(world.parcel(build_edition(release=7)))  # templates are read once, with the first
        with WATCH.looking() as seen:
            world.channel.render(world.parcel(edition))
        assert seen == []

    @pytest.mark.parametrize("fields", [{"disclosure": Disclosure.ON_REQUEST}, {"secrecy": Secrecy.INTERNAL}], ids=str)
    async def test_what_is_not_open_is_refused_at_every_door(self, world: World, fields: dict[str, Any]) -> None:
        """The hub has gates of its own before any channel; a channel's is the last."""
        parcel = world.parcel(build_edition(**fields))
        with pytest.raises(ChannelError):
            world.channel.render(parcel)


def outcome(channel: Channel, parcel: Parcel) -> Rendering | str:
    """The rendering, or why there is none."""
    try:
        return channel.render(parcel)
    except ChannelError as error:
        return f"{error.trouble.reaction}: {error}"


@contextmanager
def _switching_often() -> Iterator[None]:
    """Have Python change threads at every turn, so that what may meet does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class _Watch:
    """An audit hook cannot be taken away again, so there is one, and it looks only while it is told to."""

    def __init__(self) -> None:
        self.thread: int | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.thread == threading.get_ident() and event.startswith(IO):
            self.seen.append(f"{event} {arguments[:1]}")

    @contextmanager
    def looking(self) -> Iterator[list[str]]:
        self.seen, self.thread = [], threading.get_ident()
        try:
            yield self.seen
        finally:
            self.thread = None


WATCH = _Watch()
