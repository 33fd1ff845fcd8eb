"""A person's whole way through the console in a real browser, as somebody goes who never read a manual."""

import asyncio
import time

import pytest
import structlog
from playwright.async_api import FilePayload, Page, expect
from sqlalchemy import text

from hub.commands import drafting, reviewing, writing
from hub.store import releases
from schemas.draft import Text
from schemas.release import Release, ReleaseState
from tests import making
from tests.browser.console.bureau import Bureau, Hand, notice
from tests.workers import town

_log = structlog.get_logger()
SURFACE = "#policy-body-surface"
INTERPRETED = (
    "《关于进一步加强建设工程规划公示工作的通知》已经印发。今后盖楼、改楼之前，周围居民都能先看到图纸、提出意见。"
    "要看图纸，可以上市局网站，也可以去工地门口，前后挂满两个星期以上。"
)
#: Clicks from the workbench to the official release, by everybody together, sign-ins included.
MOST_CLICKS = 60


async def release_of(bureau: Bureau, number: int) -> Release:
    async with bureau.house.engine.connect() as connection:
        found = await releases.find(connection, number)
    assert found is not None
    return found


def number_in(page: Page) -> int:
    return int(page.url.split("/releases/")[1].split("/")[0].split("?")[0])


async def written(hand: Hand, *, number: int) -> int:
    """Drop the Word file, confirm what was read, write the interpretation on the template, submit."""
    page = hand.page
    await hand.click(role="link", name="新建")
    files: list[FilePayload] = [{"name": "通知.docx", "mimeType": "", "buffer": notice(number)}]
    hand.clicks += 1
    await page.set_input_files("#f-files", files)
    await expect(page.get_by_role("heading", name="请确认读出的内容")).to_be_visible()
    for name, value in (
        ("title", "关于进一步加强建设工程规划公示工作的通知"),
        ("doc_no", f"津规资办发〔2026〕{number}号"),
        ("issuer", "天津市规划和自然资源局"),
        ("signed_on", "2026-11-20"),
        ("effective_on", "2026-12-01"),
        ("note", "此件主动公开"),
    ):
        await expect(page.locator(f"#f-{name}")).to_have_value(value)
    await hand.pick("[name=kind][value=policy]")
    await hand.choose("#f-theme", "国土资源、能源\\土地")
    await hand.click(name="创建", exact=True)
    made = number_in(page)
    await interpreted(hand)
    await hand.click(role="link", name="提交审核")
    if await page.locator("#f-looked").count():
        await hand.pick("#f-looked")
    await hand.click(name="提交第 1 版审核")
    await expect(page.locator(".said")).to_contain_text("第 1 版已提交审核")
    return made


async def interpreted(hand: Hand) -> None:
    """See that the text is what Word showed, and write the interpretation on the template."""
    page = hand.page
    table = page.locator(f"{SURFACE} table")
    await expect(table.locator("[colspan='2']")).to_have_text("项目类别")
    await expect(table.locator("[rowspan='2']")).to_have_text("住宅")
    await hand.click(name="按模板添加")
    surface = page.locator("#interpretation-1-body-surface")
    await expect(surface).to_contain_text("出台背景")
    await surface.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(INTERPRETED)
    hand.clicks, hand.typed = hand.clicks + 2, hand.typed + len(INTERPRETED)
    await page.keyboard.press("Control+s")
    await expect(page.locator("#kept-interpretation-1")).to_contain_text("已保存")


async def approved(hand: Hand, number: int) -> None:
    """From the workbench to the decision."""
    hand.clicks += 1
    await hand.page.locator(f".heap a.button[href^='/releases/{number}/']").first.click()
    await hand.pick("[name=decision][value=approve]")
    await hand.click(name="提交结论")
    await expect(hand.page.locator(".said")).to_contain_text("第 1 版")


async def published(hand: Hand, number: int) -> None:
    """From the workbench by the one page of confirmation to the official time."""
    hand.clicks += 1
    await hand.page.locator(f".heap a.button[href^='/releases/{number}/']").first.click()
    # A minute from now would be as true; a test does not wait for it.
    await hand.pick("[name=manner][value=ready]")
    await hand.click(name="下一步：核对")
    await expect(hand.page.locator(".promise")).to_contain_text("发布到网站和订阅源")
    await hand.click(name="确认发布")


async def test_from_a_word_file_to_an_official_release(bureau: Bureau) -> None:
    began = time.monotonic()
    editor = await bureau.enter("editor")
    number = await written(editor, number=12)
    hands = [editor]
    for login, _ in making.REVIEWS:
        hands.append(await bureau.enter(login))
        await approved(hands[-1], number)
    hands.append(await bureau.enter("publisher"))
    await published(hands[-1], number)
    # Live: nobody touches the page any more.
    await expect(hands[-1].page.locator(".official")).to_contain_text("正式发布时间")
    clicks, seconds = sum(hand.clicks for hand in hands), time.monotonic() - began
    _log.info("a word file became official", clicks=clicks, seconds=seconds, keys=sum(one.typed for one in hands))
    assert clicks <= MOST_CLICKS
    found = await release_of(bureau, number)
    assert found.official_at is not None
    public = await bureau.empty()
    await public.goto(f"{bureau.house.public_url}/zcwj/{number}.html")
    await expect(public.get_by_role("heading", level=1)).to_have_text(found.metadata.title)
    await expect(public.locator("table [colspan='2']")).to_have_text("项目类别")


async def test_everything_goes_without_scripts(bureau: Bureau) -> None:
    edition = await making.approved(bureau.house, bureau.staff, title="关于不用脚本也能发布的通知")
    number = edition.release
    hand = await bureau.enter("publisher", java_script_enabled=False)
    await published(hand, number)
    await expect(hand.page.get_by_role("heading", level=1)).to_be_visible()
    await town.settled(bureau.house, number)
    await hand.page.reload()
    await expect(hand.page.locator(".official")).to_contain_text("正式发布时间")


async def test_writing_goes_without_scripts(bureau: Bureau) -> None:
    hand = await bureau.enter("editor", java_script_enabled=False)
    page = hand.page
    await page.goto("/releases/new")
    file: FilePayload = {"name": "通知.docx", "mimeType": "", "buffer": notice(13)}
    await page.set_input_files("#f-files", file)
    await hand.click(name="读取文件")
    await hand.pick("[name=kind][value=policy]")
    await hand.choose("#f-theme", "国土资源、能源\\土地")
    await hand.click(name="创建", exact=True)
    number = number_in(page)
    await hand.click(name="按模板添加")
    await hand.fill("#interpretation-1-body", f"<p>{INTERPRETED}</p>")
    hand.clicks += 1
    await page.click("#form-interpretation-1 .foot button")
    await hand.click(role="link", name="提交审核")
    if await page.locator("#f-looked").count():
        await hand.pick("#f-looked")
    await hand.click(name="提交第 1 版审核")
    assert (await release_of(bureau, number)).state is ReleaseState.IN_REVIEW


async def test_a_session_that_ends_while_somebody_writes_costs_nothing(bureau: Bureau) -> None:
    number = (await making.draft(bureau.house, bureau.staff, title="关于登录过期的通知")).id
    page = await bureau.known("editor")
    await page.goto(f"/releases/{number}/write")
    await page.click(SURFACE)
    await page.keyboard.press("Control+End")
    await page.keyboard.insert_text("登录过期前写下的话。")
    async with bureau.house.engine.begin() as connection:
        await connection.execute(text("DELETE FROM sessions WHERE person_id = :id"), {"id": bureau.staff["editor"].id})
    await page.keyboard.press("Control+s")
    await expect(page.locator(".caution")).to_contain_text("登录已过期")
    await page.fill("[name=login]", "editor")
    await page.fill("[name=password]", "a long enough secret")
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.get_by_role("button", name="再次提交").click()
    await expect(page.locator(".said")).to_contain_text("已保存")
    assert "登录过期前写下的话。" in (await release_of(bureau, number)).documents[0].body


async def test_two_editors_meet_and_neither_loses(bureau: Bureau) -> None:
    number = (await making.draft(bureau.house, bureau.staff, title="关于两人同时修改的通知")).id
    one, two = await bureau.known("editor"), await bureau.known("editor2")
    for page, words in ((one, "甲写的话。"), (two, "乙写的话。")):
        await page.goto(f"/releases/{number}/write")
        await page.click(SURFACE)
        await page.keyboard.press("Control+End")
        await page.keyboard.insert_text(words)
    await one.keyboard.press("Control+s")
    await expect(one.locator("#kept-policy")).to_contain_text("已保存")
    await two.keyboard.press("Control+s")
    await two.wait_for_url("**/policy/draft")
    await expect(two.locator("main")).to_contain_text("甲写的话。")
    await expect(two.locator("main")).to_contain_text("乙写的话。")
    assert "甲写的话。" in (await release_of(bureau, number)).documents[0].body
    await two.get_by_role("button", name="保存我的稿子").click()
    await expect(two.locator(".said")).to_contain_text("已保存")
    assert "乙写的话。" in (await release_of(bureau, number)).documents[0].body


async def test_a_withdrawal_is_proposed_and_confirmed_and_reaches_the_public(bureau: Bureau) -> None:
    edition = await making.approved(bureau.house, bureau.staff, title="关于将要撤回的通知")
    number = edition.release
    publisher = await bureau.enter("publisher")
    await published(publisher, number)
    await expect(publisher.page.locator(".official")).to_contain_text("正式发布时间")
    await publisher.page.goto(f"/releases/{number}/after")
    await publisher.click(role="link", name="撤回", exact=True)
    await publisher.fill("#f-reason", "内容有误，重新审核后另行公布。")
    await publisher.click(name="提出撤回")
    signer = await bureau.known("signer")
    await signer.goto("/")
    await signer.locator(f".heap a.button[href^='/releases/{number}/']").first.click()
    signer.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await signer.get_by_role("button", name="确认").first.click()
    await expect(signer.locator(".said")).to_contain_text("已确认")
    public = await bureau.empty()
    await town.settled(bureau.house, number)
    await public.goto(f"{bureau.house.public_url}/zcwj/{number}.html")
    await expect(public.locator("main")).to_contain_text("内容有误，重新审核后另行公布。")
    await expect(public.locator("main")).not_to_contain_text("为了测试")


async def _tab_to(page: Page, selector: str, *, most: int = 150) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(most):
        if await page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"no Tab leads to {selector}")


async def _entered(page: Page, login: str) -> None:
    await page.goto("/login")
    await expect(page.locator("[name=login]")).to_be_focused()
    await page.keyboard.type(login)
    await _tab_to(page, "[name=password]")
    await page.keyboard.type("a long enough secret")
    await page.keyboard.press("Enter")


async def test_a_reviewer_needs_no_mouse(bureau: Bureau) -> None:
    house, staff = bureau.house, bureau.staff
    number = (await making.draft(house, staff, title="关于只用键盘的通知")).id
    await reviewing.submit(house.hub, staff["editor"], number)
    page = await bureau.empty()
    await _entered(page, "first")
    await page.wait_for_url(bureau.base + "/")
    await _tab_to(page, f".heap a.button[href^='/releases/{number}/']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/releases/{number}/review")
    # First without a reason: the refusal is heard first.
    await _tab_to(page, "[name=decision]")
    await page.keyboard.press("ArrowDown")
    await _tab_to(page, ".verdict button.main")
    await page.keyboard.press("Enter")
    await expect(page.locator("#summary")).to_be_focused()
    assert (await page.title()).startswith("需要改正")
    await _tab_to(page, "[name=decision]:checked")
    await page.keyboard.press("ArrowUp")
    await _tab_to(page, ".verdict button.main")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_contain_text("初审")


async def test_what_another_page_saved_meanwhile_is_told_before_it_is_lost(bureau: Bureau) -> None:
    number = (await making.draft(bureau.house, bureau.staff, title="关于旧页面的通知")).id
    page = await bureau.known("editor", java_script_enabled=False)
    await page.goto(f"/releases/{number}/write")
    await writing.write(
        bureau.house.hub, bureau.staff["editor2"], number, "policy", Text(body="<p>别人的话。</p>"), alts={}
    )
    await page.fill("#policy-body", "<p>我的话。</p>")
    await page.get_by_role("button", name="保存政策文件").click()
    await page.wait_for_url("**/policy/draft")
    assert (await release_of(bureau, number)).documents[0].body == "<p>别人的话。</p>"


async def test_an_approval_of_an_old_page_counts_for_nothing_new(bureau: Bureau) -> None:
    house, staff = bureau.house, bureau.staff
    number = (await making.draft(house, staff, title="关于旧版本的通知")).id
    await reviewing.submit(house.hub, staff["editor"], number)
    page = await bureau.known("first")
    await page.goto(f"/releases/{number}/review")
    await drafting.edit(house.hub, staff["editor"], number, making.metadata(title="关于新版本的通知"))
    await reviewing.submit(house.hub, staff["editor"], number)
    await page.check("[name=decision][value=approve]")
    await page.get_by_role("button", name="提交结论").click()
    await expect(page.locator("#summary")).to_be_focused()
    async with house.engine.connect() as connection:
        query = text("SELECT count(*) FROM reviews WHERE release_id = :id AND decision = 'approve'")
        assert await connection.scalar(query, {"id": number}) == 0
