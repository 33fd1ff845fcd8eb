"""A whole town: the house, its public site served, and both sandboxes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub import app, serve
from hub.app import House, Servers
from hub.demo import stage
from hub.demo.stage import Stage
from hub.settings import Settings
from schemas.person import Person


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage.set_up(tmp_path / "town", "[::]:0", serve.OFF) as built:
        yield replace(built, settings=impatient(built.settings))


def impatient(settings: Settings) -> Settings:
    """A dead worker is missed after three seconds here, a draft left in its box after one; nobody waits for a PDF.

    The log's name has no port in it, so that the rows of a house that was opened before are those of this one.
    """
    changed: dict[str, dict[str, Any]] = {"wechat": {"settle_seconds": 1.0}, "website": {"copies": ["docx"]}}
    channels = tuple(table | changed.get(table["kind"], {}) for table in settings.channels)
    return settings.model_copy(update={"lease_seconds": 3.0, "channels": channels, "log_origin": "localhost/log"})


@pytest.fixture
def settings(scene: Stage) -> Settings:
    return scene.settings


@pytest.fixture
async def house(scene: Stage, servers: Servers, opening: dict[str, Person]) -> AsyncIterator[House]:  # noqa: ARG001
    async with (
        app.opened(scene.settings, servers) as opened,
        serve.serving(opened, public_socket=scene.public_socket, staff_socket=None),
    ):
        yield opened
