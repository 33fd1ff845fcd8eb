"""That every officer can use it: WCAG 2.2 AA as far as programs can tell, small screens, both schemes, and paper."""

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from hub.commands import commenting, publishing, reviewing, standing
from schemas.comment import Remark
from schemas.review import Decision, Level
from tests import making
from tests.browser.console.bureau import Bureau
from tests.browser.test_access import PHONE, RULES
from tests.workers import town

#: What moves a page sideways: how much wider it is than the window, and by what.
WIDER = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide <= 0) return [0, ""];
  const all = [...document.querySelectorAll("main *")];
  const one = all.find(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest(".scroll"));
  return [wide, one ? one.outerHTML.slice(0, 160) : ""];
}"""
#: In the dark nothing but the colours differs.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
WIDTHS = (320, 820, 1366)


async def laid_out(bureau: Bureau) -> dict[str, list[str]]:
    """Login → the pages of every kind, with something on each."""
    house, staff = bureau.house, bureau.staff
    draft = (await making.draft(house, staff, title="关于起草中的通知")).id
    waiting = (await making.draft(house, staff, title="关于审核中的通知")).id
    edition = await reviewing.submit(house.hub, staff["editor"], waiting)
    remark = Remark(document="policy", edition=1, quote="为了测试", words="请写明依据。")
    await commenting.add(house.hub, staff["first"], waiting, remark)
    await reviewing.review(house.hub, staff["first"], waiting, Level.FIRST, Decision.RETURN, note="请改")
    await reviewing.submit(house.hub, staff["editor"], waiting)
    ready = (await making.approved(house, staff, title="关于待发布的通知")).release
    public = (await making.approved(house, staff, title="关于已发布的通知")).release
    await publishing.publish(house.hub, staff["publisher"], public)
    found = (await town.settled(house, public))[public]
    await standing.propose(house.hub, staff["publisher"], public, making.proposal())
    assert edition.number == 1
    one, in_review = f"/releases/{public}", f"/releases/{waiting}"
    text = f"/releases/{draft}"
    return {
        "": ["/login"],
        "editor": [
            *("/", "/releases", "/releases?q=x", "/releases/new", text, f"{text}/write", f"{text}/submit"),
            *(f"{one}/write", "/me", "/me/totp", "/me/prove", "/no-such-room"),
        ],
        "first": ["/", f"{in_review}/review", f"{in_review}/redline?from=1&to=2", "/me/delegations"],
        "publisher": [
            *(f"/releases/{ready}/publish", f"{one}/progress", f"{one}/progress/{found[0].id}", f"{one}/after"),
            *(f"{one}/after/repealed", "/channels", "/channels/website", f"{one}/preview", f"{one}/preview/website"),
            *(f"{one}/preview/rss", one),
        ],
        "signer": ["/", f"{one}/after"],
        "auditor": ["/audit", "/audit/log", "/audit/log/0", f"/audit/releases/{public}", "/audit/verify"],
        "admin": [
            *("/admin", "/admin/people", "/admin/people/editor", "/admin/units", "/admin/phrases"),
            *("/admin/calendar/2026", "/admin/template", "/admin/settings"),
        ],
    }


@pytest.fixture(scope="module")
async def places(bureau: Bureau) -> dict[str, list[str]]:
    return await laid_out(bureau)


@pytest.fixture(scope="module")
async def visitors(bureau: Bureau, places: dict[str, list[str]]) -> dict[str, Page]:
    return {login: await (bureau.known(login) if login else bureau.empty()) for login in places}


@pytest.mark.parametrize("login", ["", "editor", "first", "publisher", "signer", "auditor", "admin"])
async def test_every_page_is_fit_for_everybody(
    places: dict[str, list[str]], visitors: dict[str, Page], login: str
) -> None:
    """One visit for each page: axe light and dark, and no sideways movement at any width."""
    page, wrong = visitors[login], list[Any]()
    for path in places[login]:
        await page.emulate_media(color_scheme="light")
        await page.goto(path)
        assert await page.locator("h1").count() == 1, path
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 768})
            wide, what = await page.evaluate(WIDER)
            wrong += [(path, width, wide, what)] if wide else []
        for options in (RULES, COLOURS):
            found = await Axe().run(page, options=options)
            wrong += [(path, found.generate_report())] if found.violations_count else []
            await page.emulate_media(color_scheme="dark")
    assert not wrong, "\n".join(map(str, wrong))


async def test_a_refused_form_is_fit_for_everybody(visitors: dict[str, Page], places: dict[str, list[str]]) -> None:
    page = visitors["publisher"]
    await page.set_viewport_size(PHONE)
    await page.goto(next(path for path in places["publisher"] if path.endswith("/repealed")))
    await page.fill("#f-reason", " ")
    await page.fill("#f-successor", "x")
    await page.click("main button.main")
    await page.wait_for_selector("#summary")
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert (await page.evaluate(WIDER))[0] == 0


async def test_paper_has_the_release_and_nothing_to_press(
    visitors: dict[str, Page], places: dict[str, list[str]]
) -> None:
    page = visitors["publisher"]
    await page.goto(places["publisher"][-1])
    await page.emulate_media(media="print", color_scheme="light")
    words = await page.locator("main").inner_text()
    assert "关于已发布的通知" in words
    assert "正式发布时间" in words
    assert len(re.findall(rb"/Type\s*/Page\b", await page.pdf(format="A4"))) <= 3
    for gone in ("nav", ".who", "main button"):
        assert not await page.locator(gone).first.is_visible(), gone
    await page.emulate_media(media="screen")
