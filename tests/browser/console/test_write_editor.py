"""The writing room with its scripts: dropped files, the surface, a server that goes and comes, the margin."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp.test_utils import BaseTestServer, TestServer
from playwright.async_api import Browser, FilePayload, Page, expect

from hub.app import House
from hub.commands import people, writing
from hub.store import releases
from hub.web import api
from schemas.draft import Text
from schemas.person import Duty, Person
from schemas.release import ReleaseState
from tests import making
from tests.console import papers

PASSWORD = "a long enough secret"
SURFACE = "#policy-body-surface"
#: What Word puts on the clipboard, in short.
CLIPBOARD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><body><!--StartFragment-->"
    "<p class=MsoNormal style='margin-left:21pt;mso-list:l0'><span style='mso-list:Ignore'>一、</span>粘贴来的"
    "<b style='color:red' onclick='x()'>要点</b><o:p></o:p></p><script>window.hurt = 1</script><!--EndFragment-->"
)
PASTE = """([where, html]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    document.querySelector(where).dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@dataclass
class Desk:
    """An editor at a browser, and the server that may go away."""

    house: House
    editor: Person
    page: Page
    server: BaseTestServer
    port: int

    def risen(self) -> TestServer:
        """The application once more at its old address."""
        made = api.make_app(self.house.hub, vkey=self.house.signer.vkey, public_url=self.house.public_url)
        return TestServer(made, host="localhost", port=self.port)

    async def write(self) -> int:
        """Open the writing room of a new release, and return its number."""
        release = await making.draft(self.house, {"editor": self.editor})
        await self.page.goto(f"http://localhost:{self.port}/releases/{release.id}/write")
        return release.id

    async def body(self, number: int) -> str:
        async with self.house.engine.connect() as connection:
            release = await releases.find(connection, number)
        assert release is not None
        return release.documents[0].body


@pytest.fixture
async def desk(browser: Browser, house: House) -> AsyncIterator[Desk]:
    """The editor has signed in. Whatever a page's script throws fails the test."""
    editor = await people.add(
        house.hub,
        people.OPERATOR,
        login="wang",
        name="王编辑",
        unit="",
        duties=[Duty.EDITOR],
        password=PASSWORD,
        must_change=False,
    )
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    async with TestServer(app, host="localhost") as server:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"http://localhost:{server.port}/login?next=/releases/new")
        await page.fill("[name=login]", "wang")
        await page.fill("[name=password]", PASSWORD)
        await page.click("button.main")
        yield Desk(house, editor, page, server, server.port or 0)
        assert not wrong
        await context.close()


async def test_from_dropped_files_to_submitted_in_a_few_clicks(desk: Desk) -> None:
    page = desk.page
    files: list[FilePayload] = [
        {"name": "通知.docx", "mimeType": "", "buffer": papers.word()},
        {"name": "解读.docx", "mimeType": "", "buffer": papers.word(papers.INTERPRETATION)},
    ]
    await page.set_input_files("#f-files", files)
    await page.check("#f-kind-2")
    await page.select_option("#f-theme", "国土资源、能源\\土地")
    await page.click("main button.main")
    await page.click("text=提交审核…")
    if await page.locator("#f-looked").count():
        await page.check("#f-looked")
    await page.click("main button.main")
    await page.wait_for_url("**/releases/1001")
    async with desk.house.engine.connect() as connection:
        release = await releases.find(connection, 1001)
    assert release is not None
    assert release.state is ReleaseState.IN_REVIEW
    assert len(release.documents) == 2


async def test_what_is_pasted_comes_back_clean_and_is_saved_by_a_key(desk: Desk) -> None:
    page, number = desk.page, await desk.write()
    await page.click(SURFACE)
    await page.keyboard.press("Control+End")
    await page.evaluate(PASTE, [SURFACE, CLIPBOARD])
    await expect(page.locator(SURFACE)).to_contain_text("一、粘贴来的要点")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#kept-policy")).to_contain_text("已保存")
    saved = await desk.body(number)
    assert "一、粘贴来的" in saved
    assert not {"onclick", "script", "Mso", "o:p"}.intersection(saved)
    assert await page.evaluate("window.hurt") is None
    # Saved without leaving the page, and the next save is no conflict with the one before.
    await page.keyboard.type("再加一句。")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#kept-policy")).to_contain_text("已保存")
    assert "再加一句。" in await desk.body(number)


async def test_a_server_that_goes_and_comes_back_costs_nothing(desk: Desk) -> None:
    page, number = desk.page, await desk.write()
    await page.click(SURFACE)
    await page.keyboard.type("第一句。")
    await expect(page.locator("#kept-policy")).to_contain_text("自动留存")
    await desk.server.close()
    await page.keyboard.type("第二句。")
    await expect(page.locator("#kept-policy")).to_contain_text("连接不上服务器")
    async with desk.risen():
        await expect(page.locator("#kept-policy")).to_contain_text("自动留存", timeout=20_000)
        await page.goto(f"http://localhost:{desk.port}/releases/{number}/write")
        await expect(page.locator("#policy")).to_contain_text("有一份未保存的稿子")
        await page.click("#policy >> text=恢复")
        await expect(page.locator(SURFACE)).to_contain_text("第二句。")
        await page.click("text=保存政策文件")
        await expect(page.locator("#kept-policy")).to_contain_text("已保存")
        assert "第一句。第二句。" in await desk.body(number)


async def test_the_margin_follows_the_typing_points_and_mends(desk: Desk) -> None:
    page, number = desk.page, await desk.write()
    await page.click(SURFACE)
    await page.keyboard.press("Control+End")
    await page.keyboard.type("联系人公民身份号码11010519491231002X。")
    line = page.locator("#margin-policy li", has_text="公民身份号码")
    await expect(line).to_be_visible()
    await line.locator("text=看这里").click()
    marked = await page.evaluate("[...CSS.highlights.get('look')].map((range) => range.toString()).join()")
    assert marked == "11010519491231002X"
    await line.locator("text=遮盖中间数字").click()
    await expect(page.locator(".said")).to_contain_text("已自动改正")
    assert "110105********002X" in await desk.body(number)


async def test_a_conflict_shows_both(desk: Desk) -> None:
    page, number = desk.page, await desk.write()
    await page.click(SURFACE)
    await page.keyboard.type("我的话。")
    await writing.write(desk.house.hub, desk.editor, number, "policy", Text(body="<p>别人的话。</p>"))
    await page.keyboard.press("Control+s")
    await page.wait_for_url("**/policy/draft")
    await expect(page.locator("main")).to_contain_text("没有任何内容被覆盖")
    assert await desk.body(number) == "<p>别人的话。</p>"
    await page.click("text=保存我的稿子")
    await expect(page.locator(".said")).to_contain_text("已保存")
    assert "我的话。" in await desk.body(number)
