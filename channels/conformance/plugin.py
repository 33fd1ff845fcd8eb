"""Fixtures of the conformance suite: load it with `-p channels.conformance.plugin`, run with `asyncio_mode=auto`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from channels.conformance.editions import full_edition
from channels.conformance.world import World
from schemas.edition import Edition

Opener = Callable[[], Awaitable[World]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that wants a world once for every world that its class names."""
    worlds: tuple[type[World], ...] = getattr(metafunc.cls, "worlds", ())
    if worlds and "opener" in metafunc.fixturenames:
        metafunc.parametrize("opener", worlds, indirect=True, ids=lambda world: world.__name__.lower())


@pytest.fixture
async def opener(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opener]:
    """Open another fresh world of the same kind, with the blobs of `edition`, each time that it is awaited."""
    async with AsyncExitStack() as closing:
        count = iter(range(10_000))

        async def begin() -> World:
            world: World = request.param(tmp_path / str(next(count)))
            closing.push_async_callback(world.close)
            await world.start()
            return world

        yield begin


@pytest.fixture
async def world(opener: Opener) -> World:
    return await opener()


@pytest.fixture
def edition() -> Edition:
    return full_edition()
