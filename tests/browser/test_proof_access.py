"""The proof pages for everybody: axe, a phone, large type, paper; and a form that works without scripts."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser.test_access import RULES
from tests.browser.town import Town

PLACES = ("/c/{notice}", "/verify", "/verify/{notice}")


@pytest.mark.parametrize("path", PLACES)
async def test_axe_finds_nothing_and_nothing_moves_sideways(page: Page, town: Town, path: str) -> None:
    await page.goto(town.url(path.format(notice=town.notice.id)))
    assert (found := await Axe().run(page, options=RULES)).violations_count == 0, found.generate_report()
    for width, base in ((320, "18px"), (320, "27px"), (640, "36px")):
        await page.set_viewport_size({"width": width, "height": 640})
        await page.evaluate("base => document.documentElement.style.fontSize = base", base)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


async def test_a_text_is_verified_without_scripts(browser: Browser, town: Town) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = await context.new_page()
    await page.goto(town.url("/verify"))
    policy = town.notice.documents[0]
    await page.get_by_label("要核对的文字").fill(f"{policy.title}\n{town.notice.metadata.doc_no}\n一、另外的内容。")
    await page.get_by_role("button", name="核对", exact=True).click()
    await expect(page.get_by_role("heading", name="核对结果")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("没有找到")
    await page.get_by_label("或者选择文件").set_input_files(
        {"name": "通知.html", "mimeType": "text/html", "buffer": await _saved(page, town)}
    )
    await page.get_by_label("要核对的文字").fill("")
    await page.get_by_role("button", name="核对", exact=True).click()
    await expect(page.locator(".told.good")).to_contain_text("一致")
    await context.close()


async def _saved(page: Page, town: Town) -> bytes:
    """The page as a visitor would keep it."""
    answer = await page.request.get(town.url(f"/zcwj/{town.notice.id}.html"))
    return await answer.body()
