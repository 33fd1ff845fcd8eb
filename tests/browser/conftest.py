"""Debian's own chromium, driven over one town. Without chromium the tests that need it are skipped, and say so."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from hub import embedded
from tests import databases
from tests.browser import town as towns
from tests.browser.town import Town

CHROMIUM = shutil.which("chromium", path="/usr/bin:/usr/local/bin:/bin")
#: Root in a container has no sandbox to give; the rest keeps the browser from calling its maker.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
HERE = Path(__file__).parent
#: A town is the demo's whole way and one release more: ten seconds alone, and several times as much on a busy machine.
TOWN_SECONDS = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives the browser, so that `-m "not browser"` leaves it out, and what may have to build the town."""
    absent = pytest.mark.skip(reason="chromium is missing: apt-get install --no-install-recommends chromium")
    for item in (item for item in items if HERE in item.path.parents):
        names = getattr(item, "fixturenames", ())
        if "town" in names:
            item.add_marker(pytest.mark.timeout(TOWN_SECONDS))
        if "browser" in names:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(absent)


@pytest.fixture(scope="package")
async def town(
    engines: embedded.Engines, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """One town for all files, or for those that run one after another when they are shared out."""
    folder = tmp_path_factory.mktemp("browser") / "town"
    async with databases.made(engines, like=migrated) as where, towns.built(folder, where) as one:
        yield one


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture(scope="package")
async def visitor(browser: Browser) -> AsyncIterator[BrowserContext]:
    """One visitor on a desktop for all tests: the site sets nothing that could pass from one to the next."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(20_000)
    yield context
    assert await context.cookies() == []
    await context.close()


@pytest.fixture
async def page(visitor: BrowserContext) -> AsyncIterator[Page]:
    opened = await visitor.new_page()
    yield opened
    await opened.close()


@pytest.fixture
def places(town: Town) -> dict[str, str]:
    """Every kind of page, by a name for it."""
    return {
        "home": "/",
        "column": "/zcwj/",
        "policy": f"/zcwj/{town.notice.id}.html",
        "interpretation": f"/zcjd/{town.notice.id}-1.html",
        "wide": f"/zcwj/{town.wide.id}.html",
        "disclosure": "/xxgk/",
        "archive": "/lnwj/",
        "map": "/map.html",
        "missing": "/no-such-page",
        "search": "/search",
        "found": "/search?q=规划&validity=in_force",
        "numbered": "/search?q=津规资规发〔2026〕7号",
        "register": "/register",
        "subscribe": "/subscribe",
        "compare": f"/compare/{town.wide.id}",
        "certificate": f"/c/{town.notice.id}",
        "verify": "/verify",
    }
