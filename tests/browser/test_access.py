"""That everybody can read it: WCAG 2.2 AA as far as programs can tell, phones, large type, the keyboard, paper."""

from datetime import date
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

from schemas import addresses
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.standing import StandingKind, Successor
from tests.browser.town import Town
from tests.channels.conftest import OFFICIAL_AT, PLANNED_AT, build_edition, build_notice

#: Further prepared pages, and those that are worked out for each request.
PAGES = ("disclosure", "archive", "map")
LIVE = ("search", "found", "register", "subscribe", "compare")
PHONE = ViewportSize(width=320, height=640)
DESKTOP = ViewportSize(width=1366, height=768)
#: Everything that axe knows, its best practices included, and the rules that it leaves off by default.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
#: Height of each control outside running text, and what it says.
CONTROLS = """() => [...document.querySelectorAll('a, button, input')]
  .filter(e => !e.closest('#gongbu-text') && !e.matches('.skip') && e.checkVisibility())
  .map(e => [Math.round(e.getBoundingClientRect().height * 10) / 10, (e.innerText || e.name).slice(0, 30)])"""
#: What has the focus, and whether a reader can see that it has.
FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect()
  const seen = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && box.width > 0 && box.bottom > 0
  return [e === document.body ? '' : e.outerHTML.slice(0, 120), seen]
}"""


@pytest.fixture
def posed(town: Town) -> dict[str, str]:
    """What the town has not lived through yet, as the website renders it: repealed, withdrawn, in time pending."""
    edition = build_edition(release=9001, title=town.wide.metadata.title, interpretations=1)
    parcel = Parcel(
        key="0" * 32,
        action=Action.PUBLISH,
        edition=edition,
        planned_at=PLANNED_AT,
        official_at=None,
        addresses={one.name: town.url(addresses.path(9001, one.name)) for one in edition.documents},
    )
    repealed = parcel.model_copy(
        update={"notice": build_notice(successor=Successor(release=1001, title="新的通知")), "official_at": OFFICIAL_AT}
    )
    gone = {"action": Action.WITHDRAW, "notice": build_notice(StandingKind.WITHDRAWN)}
    longer = {"notice": build_notice(StandingKind.IN_FORCE, expires_on=date(2036, 1, 1), successor=None)}
    asked = {"closes_on": "2096-12-20", "feedback_email": "yijian@tj.gov.cn"}
    asking = parcel.model_copy(
        update={"edition": build_edition(release=9001, kind="consultation", interpretations=0, particulars=asked)}
    )
    paths = {}
    for name, one in (
        ("pending", parcel),
        ("repealed", repealed),
        ("withdrawn", repealed.model_copy(update=gone)),
        ("extended", repealed.model_copy(update=longer)),
        ("consultation", asking),
    ):
        body = town.house.channels["website"].render(one).files[0].body
        paths[name] = f"/zcwj/9001-{name}.html"
        (town.house.settings.data_dir / "site" / paths[name].lstrip("/")).write_bytes(body)
    return paths


@pytest.mark.parametrize(
    ("name", "scheme", "viewport"),
    [
        *((name, "light", DESKTOP) for name in ("home", "column", "interpretation", "wide", "missing", *PAGES, *LIVE)),
        *((name, "dark", PHONE) for name in ("home", "wide", "repealed", "withdrawn", "numbered", "compare")),
        *((name, "dark", DESKTOP) for name in ("found", "extended")),
        ("pending", "light", PHONE),
    ],
)
async def test_axe_finds_nothing(
    browser: Browser,
    town: Town,
    places: dict[str, str],
    posed: dict[str, str],
    name: str,
    scheme: Any,
    viewport: ViewportSize,
) -> None:
    context = await browser.new_context(color_scheme=scheme, viewport=viewport, locale="zh-CN")
    page = await context.new_page()
    await page.goto(town.url((places | posed)[name]))
    assert await page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    found = await Axe().run(page, options=RULES)
    assert found.response["testEngine"]["name"] == "axe-core"
    assert found.violations_count == 0, found.generate_report()
    await context.close()


async def test_axe_would_tell(page: Page, town: Town) -> None:
    await page.goto(town.url("/"))
    await page.evaluate("document.querySelector('nav a').textContent = ''")
    assert "link-name" in (await Axe().run(page, options=RULES)).generate_snapshot()


@pytest.mark.parametrize("name", ["home", "column", "policy", "interpretation", "wide", "missing", *PAGES, *LIVE])
async def test_no_page_moves_sideways_on_a_phone_or_in_large_type(
    page: Page, town: Town, places: dict[str, str], name: str
) -> None:
    await page.goto(town.url(places[name]))
    # The third is the largest type on the smallest phone: 特大 is 168.75 %.
    for width, base in ((320, "18px"), (390, "18px"), (320, "27px"), (1280, "72px"), (1366, "36px")):
        await page.set_viewport_size({"width": width, "height": 640})
        await page.evaluate("base => document.documentElement.style.fontSize = base", base)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (width, base)


async def test_a_wide_table_moves_in_its_own_frame_by_keyboard(page: Page, town: Town) -> None:
    await page.set_viewport_size(PHONE)
    await page.goto(town.url(f"/zcwj/{town.wide.id}.html"))
    frame = page.get_by_role("group", name="表格，可左右移动查看")
    assert await frame.evaluate("e => e.scrollWidth > e.clientWidth")
    await frame.evaluate(
        "e => { window.moved = new Promise(told => e.addEventListener('scroll', told, {once: true})) }"
    )
    await frame.focus()
    await page.keyboard.press("ArrowRight")
    await page.evaluate("window.moved.then(() => null)")
    assert await frame.evaluate("e => e.scrollLeft") > 0


async def test_a_phone_shows_the_register_whole_and_both_sides_keep_their_pictures(
    page: Page, town: Town, places: dict[str, str]
) -> None:
    await page.set_viewport_size(PHONE)
    await page.goto(town.url(places["register"]))
    for base in ("18px", "27px"):
        await page.evaluate("base => document.documentElement.style.fontSize = base", base)
        frame = page.get_by_role("group", name="规范性文件目录")
        assert await frame.evaluate("e => e.scrollWidth <= e.clientWidth"), base
    await page.set_viewport_size(DESKTOP)
    await page.goto(town.url(f"/compare/{town.wide.id}?view=sides"))
    pictures = page.locator(".sides img")
    assert await pictures.count() == 2
    for at in range(2):
        assert await pictures.nth(at).evaluate("e => e.decode().then(() => e.naturalWidth)") == 1600
        inside = "e => e.getBoundingClientRect().right <= e.closest('td').getBoundingClientRect().right"
        assert await pictures.nth(at).evaluate(inside)


async def test_the_first_tab_offers_to_skip_and_skips(page: Page, town: Town) -> None:
    await page.goto(town.url(f"/zcwj/{town.notice.id}.html"))
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.querySelector('main').contains(document.activeElement)")


async def test_larger_type_is_one_arrow_away_and_nothing_moves_sideways(page: Page, town: Town) -> None:
    await page.goto(town.url(f"/zcwj/{town.wide.id}.html"))
    await page.set_viewport_size(PHONE)
    group = page.get_by_role("group", name="字号")
    size = "() => parseFloat(getComputedStyle(document.querySelector('#gongbu-text p')).fontSize)"
    sizes = [await page.evaluate(size)]
    await group.get_by_role("radio", name="标准").focus()
    for name in ("大", "特大"):
        await page.keyboard.press("ArrowRight")
        await expect(group.get_by_role("radio", name=name, exact=True)).to_be_checked()
        sizes.append(await page.evaluate(size))
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert sizes[1] >= 1.2 * sizes[0]
    assert sizes[2] >= 1.45 * sizes[0]
    await page.get_by_text("标准", exact=True).click()
    assert await page.evaluate(size) == sizes[0]


@pytest.mark.parametrize("name", ["home", "wide"])
async def test_the_focus_can_be_seen_wherever_it_goes(
    page: Page, town: Town, places: dict[str, str], name: str
) -> None:
    await page.goto(town.url(places[name]))
    visited = []
    for _ in range(60):
        await page.keyboard.press("Tab")
        what, seen = await page.evaluate(FOCUS)
        if not what:
            break
        assert seen, what
        visited.append(what)
    # The three sizes of type are one stop: the arrows go from one to the next.
    assert len(visited) == await page.locator("a, button, input, [tabindex='0']").count() - 2


@pytest.mark.parametrize(
    "name", ["home", "column", "policy", "wide", "missing", "repealed", "consultation", "certificate", *PAGES, *LIVE]
)
async def test_controls_are_big_enough_for_a_thumb(
    page: Page, town: Town, places: dict[str, str], posed: dict[str, str], name: str
) -> None:
    await page.set_viewport_size(PHONE)
    await page.goto(town.url((places | posed)[name]))
    heights: list[tuple[float, str]] = await page.evaluate(CONTROLS)
    assert len(heights) >= 8
    assert not [one for one in heights if one[0] < 44]


async def test_the_text_is_set_as_an_official_document(page: Page, town: Town) -> None:
    await page.goto(town.url(f"/zcwj/{town.notice.id}.html"))
    style = "(e, name) => getComputedStyle(e)[name]"
    plain = page.locator("#gongbu-text > p:not([class])").first
    size = float((await plain.evaluate(style, "fontSize")).removesuffix("px"))
    assert size >= 18
    assert await plain.evaluate(style, "textIndent") == f"{2 * size:g}px"
    assert float((await plain.evaluate(style, "lineHeight")).removesuffix("px")) >= 1.5 * size
    assert await page.locator("#gongbu-text > .no-indent").first.evaluate(style, "textIndent") == "0px"
    assert await page.locator("#gongbu-text > .signature").first.evaluate(style, "textAlign") == "right"
    assert await page.get_by_role("heading", level=1).evaluate(style, "textAlign") == "center"
    assert await page.locator("html").get_attribute("lang") == "zh-CN"


async def test_paper_has_the_document_and_where_it_came_from(page: Page, town: Town) -> None:
    await page.goto(town.url(f"/zcwj/{town.notice.id}.html"))
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation", name="主要栏目")).to_be_hidden()
    await expect(page.locator("#gongbu-official")).to_be_visible()
    await expect(page.get_by_text(f"网址：{town.url(f'/zcwj/{town.notice.id}.html')}")).to_be_visible()
    await expect(page.locator(".digest code")).to_be_visible()
    for unseen in (".find", ".type", "footer.site"):
        await expect(page.locator(unseen)).to_be_hidden()
