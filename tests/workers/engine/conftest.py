"""A house with two scripted channels: `alpha`, whose sightings make the official time, and `beta`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels import registry
from hub import app
from hub.app import House, Servers
from hub.settings import Settings
from schemas.person import Person
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig


@pytest.fixture(autouse=True)
def _scripted_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.KINDS, scripted.KIND, scripted.build)


@pytest.fixture
def tables() -> tuple[dict[str, object], ...]:
    """The channels; a test that wants others overrides it by `parametrize`."""
    return (
        {"name": "alpha", "kind": scripted.KIND, "authoritative": True},
        {"name": "beta", "kind": scripted.KIND},
    )


@pytest.fixture
def settings(tmp_path: Path, tables: tuple[dict[str, object], ...]) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        public_url="http://localhost:1",
        lease_seconds=3.0,
        channels=tables,
    )


@pytest.fixture
async def house(settings: Settings, servers: Servers, opening: dict[str, Person]) -> AsyncIterator[House]:  # noqa: ARG001
    """Nothing is served: a scripted channel is looked at where it stands."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with app.opened(settings, servers) as opened:
        yield opened


@pytest.fixture
def rig(house: House, staff: dict[str, Person]) -> Rig:
    return Rig(house, staff)
