import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub import embedded
from tests.embedded import guests


@pytest.fixture
async def arrive() -> AsyncIterator[guests.Arrive]:
    arrived: list[guests.Guest] = []

    async def start(data_dir: Path) -> guests.Guest:
        arrived.append(await guests.arrive(data_dir))
        return arrived[-1]

    yield start
    for guest in arrived:
        if guest.process.returncode is None:
            await guest.end()


@pytest.fixture(scope="session")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was used once and left in order, to copy: the first initialisation is the slow part."""
    data_dir = tmp_path_factory.mktemp("furnished") / "data"
    async with embedded.engines(data_dir):
        pass
    return data_dir


@pytest.fixture
async def house(tmp_path: Path, furnished: Path) -> AsyncIterator[Path]:
    """A used data directory whose engines, if a test leaves any, are stopped after it."""
    data_dir = tmp_path / "data"
    shutil.copytree(furnished, data_dir)
    yield data_dir
    if not all(map(guests.is_free, (data_dir / "engines").glob("*.life"))):
        async with embedded.engines(data_dir):
            pass
