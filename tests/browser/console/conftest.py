"""The bureau that the console's flows share."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from hub import embedded
from tests import databases
from tests.browser.console import bureau as bureaus
from tests.browser.console.bureau import Bureau


@pytest.fixture(scope="package")
async def bureau(
    engines: embedded.Engines, migrated: str, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[Bureau]:
    """One for all flows, or for those that run one after another when they are shared out."""
    folder = tmp_path_factory.mktemp("console") / "bureau"
    folder.mkdir()
    async with databases.made(engines, like=migrated) as where, bureaus.opened(folder, where, browser) as one:
        yield one


@pytest.fixture(autouse=True)
def _no_script_fails(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a page's script throws fails the test that opened the page."""
    one: Bureau | None = request.getfixturevalue("bureau") if "bureau" in request.fixturenames else None
    yield
    if one:
        wrong, one.errors = one.errors, []
        assert not wrong
