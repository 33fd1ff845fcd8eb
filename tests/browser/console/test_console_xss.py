"""Hostile words in every field, and every page shown once in a real browser with a tripwire: none of it acts."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import BrowserContext, Dialog, Page, Request, expect

from hub.web import api
from tests.browser.console.bureau import Bureau
from tests.console import poison, venom
from tests.console.clerk import Clerk
from tests.console.poison import Poisoned
from tests.workers import town

#: Runs before anything of the page does. What is set, blocked or reported is kept.
TRIPWIRE = """(() => {
  const fired = [];
  Object.defineProperty(window, "__fired", {value: fired});
  Object.defineProperty(window, "__xss", {set: value => fired.push("ran: " + document.URL), get: () => undefined});
  document.addEventListener("securitypolicyviolation", e => fired.push(`${e.violatedDirective}: ${e.blockedURI}`));
})();"""
PASTE = """([where, html]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    document.querySelector(where).dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


class Wire:
    """What went off in one browser."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.page, self.fired = page, list[str]()
        context.on("request", self._asked)
        page.on("dialog", self._said)
        page.on("console", lambda told: self._told(told.text))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != "localhost":
            self.fired.append(f"asked {request.url}")

    def _said(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.fired.append(f"dialog {dialog.message}")
        asyncio.ensure_future(dialog.accept())  # noqa: RUF006 - the page waits for it

    def _told(self, words: str) -> None:
        if "Content Security Policy" in words or "Content-Security-Policy" in words:
            self.fired.append(words[:200])

    async def check(self, path: str, *, but: str = "nothing") -> None:
        # Whatever a page does late, it has begun by then: two turns of its own loop.
        await self.page.evaluate("new Promise(told => setTimeout(() => requestAnimationFrame(() => told(null)), 0))")
        fired = [one for one in (*self.fired, *await self.page.evaluate("window.__fired")) if but not in one]
        assert not fired, (path, fired)


@pytest.fixture(scope="module")
async def poisoned(bureau: Bureau) -> AsyncIterator[Poisoned]:
    house = bureau.house
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as client:

        async def enter(login: str) -> Clerk:
            clerk = Clerk(client, login)
            assert (await clerk.enter()).path == "/"
            return clerk

        async def show(release: int) -> None:
            await town.settled(house, release)

        yield await poison.spread(house, bureau.staff, enter, show)


async def wired(bureau: Bureau, login: str) -> Wire:
    page = await (bureau.known(login) if login else bureau.empty())
    await page.context.add_init_script(TRIPWIRE)
    return Wire(page.context, page)


async def test_the_tripwire_goes_off(bureau: Bureau) -> None:
    wire = await wired(bureau, "")
    await wire.page.goto("/login")
    await wire.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=//evil.example onerror=x()>')")
    await wire.page.evaluate("window.__xss = 1")
    with pytest.raises(AssertionError, match="ran: "):
        await wire.check("/login")
    fired = await wire.page.evaluate("window.__fired")
    assert any("script-src" in one for one in fired)
    assert any("img-src" in one for one in fired)


@pytest.mark.parametrize("login", ["editor", "first", "publisher", "signer2", "admin"])
async def test_nothing_on_the_consoles_pages_fires(bureau: Bureau, poisoned: Poisoned, login: str) -> None:
    wire = await wired(bureau, login)
    for path in poison.pages(poisoned)[login]:
        answer = await wire.page.goto(path)
        assert answer is not None
        assert answer.status < 500, path
        await wire.check(path)
        assert urlsplit(wire.page.url).hostname == "localhost"


async def test_nothing_that_is_pasted_fires(bureau: Bureau, poisoned: Poisoned) -> None:
    wire = await wired(bureau, "editor")
    await wire.page.goto(f"/releases/{poisoned.draft}/write")
    surface = "#policy-body-surface"
    await wire.page.click(surface)
    for turn, order in enumerate((venom.PAYLOADS, venom.PAYLOADS[::-1])):
        html = f"<p>第{turn}次粘贴</p>" + "".join(f"<p>{payload}</p>" for payload in order)
        await wire.page.evaluate(PASTE, [surface, html])
        await expect(wire.page.locator(surface)).to_contain_text(f"第{turn}次粘贴")
        # Chromium itself puts a style on what it inserts into a surface, and the policy refuses it.
        await wire.check("pasted", but="style-src")
    await wire.page.keyboard.press("Control+s")
    await expect(wire.page.locator("#kept-policy")).to_contain_text("已保存")
    await wire.check("saved", but="style-src")


async def test_nothing_on_the_public_pages_fires(bureau: Bureau, poisoned: Poisoned) -> None:
    wire = await wired(bureau, "")
    public, number = bureau.house.public_url, poisoned.public
    paths = [f"/zcjd/{number}-{one}.html" for one in range(1, 4)]
    for path in ("/", *paths, f"/zcwj/{number}.html"):
        answer = await wire.page.goto(public + path)
        assert answer is not None
        assert answer.status == 200, path
        await wire.check(path)
    assert "__xss" in await wire.page.content()
