"""What a visitor meets: the document, its official time, the ways between pages, and nothing from elsewhere."""

import re
from urllib.parse import urlsplit

import aiohttp
import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response, expect

from channels.website.dates import second
from schemas.entry import stamp
from tests.browser.town import WIDE, Town


async def test_the_policy_says_what_it_is_and_since_when(page: Page, town: Town) -> None:
    assert town.notice.official_at is not None
    await page.goto(town.url(f"/zcwj/{town.notice.id}.html"))
    await expect(page.get_by_role("heading", level=1)).to_have_text(town.notice.metadata.title)
    await expect(page.locator("main .number")).to_have_text(town.notice.metadata.doc_no or "")
    await expect(page.locator("#gongbu-text")).to_contain_text("局属各单位、机关各处室：")
    official = page.locator("#gongbu-official")
    await expect(official).to_be_visible()
    await expect(official).to_have_text(second(town.notice.official_at))
    await expect(official).to_have_attribute("datetime", stamp(town.notice.official_at))


async def test_the_metadata_table_tells_every_date(page: Page, town: Town) -> None:
    await page.goto(town.url(f"/zcwj/{town.wide.id}.html"))
    table = page.get_by_role("table", name="文件信息")
    heads = await table.get_by_role("rowheader").all_inner_texts()
    cells = await table.get_by_role("cell").all_inner_texts()
    shown = dict(zip(heads, cells, strict=True))
    assert shown["发文字号"] == WIDE.doc_no
    assert shown["成文日期"] == "2026年9月1日"
    assert shown["印发日期"] == "2026年9月2日"
    assert shown["施行日期"] == "2026年10月1日"
    assert shown["失效日期"] == "2031年9月30日"
    assert town.wide.official_at is not None
    assert shown["发布日期"] == second(town.wide.official_at).partition(" ")[0]
    await expect(page.locator("main .number")).to_have_text(WIDE.doc_no or "")


async def test_every_way_can_be_walked_without_scripts(browser: Browser, town: Town) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    title = town.notice.metadata.title
    await page.goto(town.url("/"))
    await page.get_by_role("link", name="更多政策文件").click()
    await page.get_by_role("link", name=title, exact=True).click()
    await expect(page).to_have_url(town.url(f"/zcwj/{town.notice.id}.html"))
    await page.get_by_role("region", name="相关解读").get_by_role("link").click()
    await expect(page).to_have_url(town.url(f"/zcjd/{town.notice.id}-1.html"))
    await page.get_by_role("region", name="解读的文件").get_by_role("link", name=title).click()
    await page.locator(".sheet").get_by_role("link", name="发布证明").click()
    await expect(page).to_have_url(town.url(f"/c/{town.notice.id}"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("发布证明")
    await context.close()


async def test_home_and_lists_name_documents_with_their_interpretations(page: Page, town: Town) -> None:
    for path in ("/", "/zcwj/"):
        await page.goto(town.url(path))
        line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=WIDE.title, exact=True))
        readings = line.get_by_role("link", name=re.compile("^解读[12]：《"))
        assert [await one.get_attribute("href") for one in await readings.all()] == [
            f"/zcjd/{town.wide.id}-1.html",
            f"/zcjd/{town.wide.id}-2.html",
        ]
    await page.goto(town.url("/zcjd/"))
    assert await page.locator(".lines li").count() == 3


async def test_every_link_leads_somewhere(page: Page, town: Town, places: dict[str, str]) -> None:
    found: set[str] = set()
    for path in places.values():
        await page.goto(town.url(path))
        anchors = page.locator("a[href^='/'], link[href^='/'], form")
        found |= set(await anchors.evaluate_all("all => all.map(a => new URL(a.href || a.action).pathname)"))
    assert {f"/c/{town.notice.id}", "/log/checkpoint", "/feeds/all.atom", "/map.html", "/search", "/verify"} <= found
    async with aiohttp.ClientSession() as http:
        dead = set()
        for path in found:
            async with http.get(town.url(path)) as answer:
                dead |= {path} if answer.status >= 400 else set()
    assert not dead


async def test_nothing_comes_from_elsewhere_and_the_browser_has_no_complaint(
    page: Page, town: Town, places: dict[str, str]
) -> None:
    asked: list[str] = []
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    def on_request(request: Request) -> None:
        asked.append(request.url)

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("request", on_request)
    for name, path in places.items():
        answer = await page.goto(town.url(path))
        assert answer is not None
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        if name == "missing":  # the browser notes every answer of 404 itself
            complaints.remove("Failed to load resource: the server responded with a status of 404 (Not Found)")
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(town.url("/")).netloc}
    assert complaints == []


async def test_the_browser_would_tell_of_a_broken_policy(page: Page, town: Town) -> None:
    """The test above can fail: a script that somebody slipped in is refused and complained about."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(town.url("/"))
    await page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.x = 1'}))")
    assert await page.evaluate("window.x") is None
    assert [text for text in complaints if "Content Security Policy" in text]


@pytest.mark.parametrize("name", ["home", "column", "policy", "interpretation", "missing"])
async def test_a_page_weighs_less_than_100_kilobytes(page: Page, town: Town, places: dict[str, str], name: str) -> None:
    answers: list[Response] = []

    def on_response(response: Response) -> None:
        answers.append(response)

    page.on("response", on_response)
    await page.goto(town.url(places[name]))
    assert {answer.request.resource_type for answer in answers} == {"document", "stylesheet"}
    assert sum([len(await answer.body()) for answer in answers]) < 100_000


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [("/no-such-page", 404, "没有找到这个页面"), ("/zcwj/999.html", 404, "没有找到"), ("/c/999", 404, "没有找到")],
)
async def test_an_error_looks_like_the_site_and_shows_the_way_home(
    page: Page, town: Town, path: str, status: int, heading: str
) -> None:
    answer = await page.goto(town.url(path))
    assert answer is not None
    assert (answer.status, answer.headers["cache-control"]) == (status, "no-store")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    await expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
    await expect(page.get_by_role("navigation", name="主要栏目")).to_be_visible()
    await page.get_by_role("main").get_by_role("link", name="返回首页").click()
    await expect(page).to_have_url(town.url("/"))
