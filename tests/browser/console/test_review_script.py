"""What a script adds to the review room: select words and comment on them; comments stand beside their passages."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from hub.app import House
from hub.commands import commenting, drafting, people, reviewing
from hub.web import api
from schemas.comment import Remark
from schemas.person import Duty
from schemas.release import Document, Role
from tests import making

PASSWORD = "a long enough secret"
#: Equal sentences: only the surroundings tell them apart.
BODY = "".join(f"<p>第{number}条　各单位应当认真办理。为了测试的第{number}段文字。</p>" for number in range(1, 40))
#: Selects the sentence in the paragraph of this number, as a person does with the mouse.
SELECT = """(number) => {
    const text = document.querySelectorAll("[data-commented] p")[number - 1].firstChild;
    const start = text.data.indexOf("各单位");
    document.getSelection().setBaseAndExtent(text, start, text, start + 10);
}"""


@pytest.fixture
async def page(browser: Browser, house: House) -> AsyncIterator[Page]:
    """A first reviewer, signed in, before the policy's text with one comment far down in it."""
    duties = {"wang": Duty.EDITOR, "li": Duty.FIRST_REVIEWER}
    staff = {
        login: await people.add(
            house.hub,
            people.OPERATOR,
            login=login,
            name=login,
            unit="",
            duties=[duty],
            password=PASSWORD if login == "li" else None,
            must_change=False,
        )
        for login, duty in duties.items()
    }
    release = await drafting.create(house.hub, staff["wang"], making.metadata(kind="notice"))
    policy = Document(role=Role.POLICY, number=0, title="关于测试的通知", body=BODY)
    await drafting.put_document(house.hub, staff["wang"], release.id, policy)
    await reviewing.submit(house.hub, staff["wang"], release.id)
    remark = Remark(document="policy", edition=1, quote="为了测试的第30段文字", words="在下面")
    await commenting.add(house.hub, staff["li"], release.id, remark)
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    async with TestServer(app, host="localhost") as server:
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        opened = await context.new_page()
        wrong: list[str] = []
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        await opened.goto(f"http://localhost:{server.port}/login?next=/releases/{release.id}/review")
        await opened.fill("[name=login]", "li")
        await opened.fill("[name=password]", PASSWORD)
        await opened.click("button.main")
        await opened.wait_for_selector("[data-commented]")
        yield opened
        await context.close()
        assert wrong == []


async def test_selected_words_are_commented_on_where_they_stand(page: Page) -> None:
    await page.evaluate(SELECT, 7)
    await page.get_by_role("button", name="批注所选文字").click()
    await expect(page.locator("#f-quote")).to_have_value("各单位应当认真办理。")
    await expect(page.locator("#f-words")).to_be_focused()
    await page.keyboard.type("第七条与上位文件不一致")
    await page.get_by_role("button", name="发表批注").click()
    await expect(page.locator(".said")).to_contain_text("批注已记下")
    # Thirty-nine paragraphs hold these words; the seventh was meant.
    seventh = page.locator("[data-commented] p").nth(6)
    await expect(seventh.locator("mark")).to_have_text("各单位应当认真办理。")
    await expect(page.locator("[data-commented] mark")).to_have_count(2)


async def test_escape_leaves_the_comment_and_nothing_behind(page: Page) -> None:
    await page.evaluate(SELECT, 3)
    await page.get_by_role("button", name="批注所选文字").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("#f-words")).to_be_hidden()
    await expect(page.locator("[data-remark-form] summary")).to_be_focused()
    await expect(page.locator("[name=before]")).to_have_value("")


async def test_a_comment_stands_at_the_height_of_its_passage(page: Page) -> None:
    card, mark = ".remark", "[data-commented] mark"
    await page.wait_for_function(
        "([a, b]) => Math.abs(document.querySelector(a).getBoundingClientRect().top"
        " - document.querySelector(b).getBoundingClientRect().top) < 4",
        arg=[card, mark],
    )
    await page.set_viewport_size({"width": 800, "height": 900})
    await page.wait_for_function("(a) => !document.querySelector(a).style.marginTop", arg=card)
    await page.click(mark)
    await expect(page.locator(card)).to_have_class("remark here")


async def test_without_scripts_it_is_a_form_like_any(browser: Browser, page: Page) -> None:
    context = await browser.new_context(java_script_enabled=False, storage_state=await page.context.storage_state())
    plain = await context.new_page()
    await plain.goto(page.url)
    await plain.locator("[data-remark-form] summary").click()
    await plain.fill("#f-quote", "为了测试的第5段文字")
    await plain.fill("#f-words", "没有脚本也能批注")
    await plain.get_by_role("button", name="发表批注").click()
    assert "没有脚本也能批注" in await plain.locator("main").inner_text()
    assert await plain.locator("[data-commented] mark").count() == 2
    await context.close()
