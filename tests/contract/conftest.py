"""A world per channel kind: each test that asks for `world` runs once for every kind that the registry knows."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from schemas.edition import Edition
from tests.channels.conftest import PIXEL, attach, build_edition
from tests.contract.world import WORLDS, World

Opener = Callable[[], Awaitable[World]]


@pytest.fixture(params=WORLDS, ids=lambda world: world.kind)
async def opener(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opener]:
    """`await opener()`: another fresh world of the same kind, with the blobs of `edition`."""
    async with AsyncExitStack() as closing:
        count = iter(range(10_000))

        async def begin() -> World:
            world: World = request.param(tmp_path / str(next(count)))
            closing.push_async_callback(world.close)
            await world.start()
            world.blobs.put(PIXEL)
            world.blobs.put(b"%PDF-1.7 made up")
            return world

        yield begin


@pytest.fixture
async def world(opener: Opener) -> World:
    return await opener()


@pytest.fixture
def edition() -> Edition:
    """A release with everything: an interpretation, an attachment, an image."""
    image = attach(PIXEL, "图.png", "image/png")
    return build_edition(
        body=f'<p>现将要点印发给你们。</p><p><img src="blob:{image.sha256}" alt="示意图"></p>',
        attachments=(attach(b"%PDF-1.7 made up", "要点.pdf", "application/pdf"),),
        images=(image,),
    )
