"""In a real browser: progress comes by itself and is said aloud, and the set time is asked for where it is chosen."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from hub.app import House
from hub.commands import people, publishing
from hub.store import deliveries, engine
from hub.web import api
from schemas.delivery import DeliveryState, Step
from schemas.person import Duty, Person
from tests import making, official
from tests.console.clerk import PASSWORD

# What a busy machine needs; on an idle one it is a moment.
PATIENCE = 20_000
#: Keeps whatever a screen reader would say: one word may follow another quickly.
LISTEN = """() => {
    const told = document.querySelector("#told[aria-live=polite]");
    window.heard = [];
    new MutationObserver(() => window.heard.push(told.textContent)).observe(told, {childList: true});
}"""

#: Plays two events, the second as soon as the first was answered, and gives whether the page asked again after it.
ASKED_AFTER_THE_LAST = """() => new Promise((resolve) => {
    const ways = document.getElementById("ways");
    const after = (event, then) => ways.addEventListener(event, then, {once: true});
    after("htmx:afterRequest", () => setTimeout(() => {
        after("htmx:beforeRequest", () => resolve(true));
        setTimeout(() => resolve(false), 5000);
        htmx.trigger(ways, "sse:end");
    }));
    htmx.trigger(ways, "sse:delivery");
})"""


@pytest.fixture
async def publisher(house: House, browser: Browser, staff: dict[str, Person]) -> AsyncIterator[Page]:  # noqa: ARG001
    """A publisher who has signed in."""
    await people.add(
        house.hub,
        people.OPERATOR,
        login="zhou",
        name="周发布",
        unit="办公室",
        duties=[Duty.PUBLISHER],
        password=PASSWORD,
        must_change=False,
    )
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    async with TestServer(app, host="localhost") as server:
        context = await browser.new_context(base_url=str(server.make_url("/")), locale="zh-CN")
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        await page.goto("/login")
        await page.get_by_label("账号").fill("zhou")
        await page.get_by_label("密码").fill(PASSWORD)
        await page.get_by_role("button", name="登录", exact=True).click()
        await page.wait_for_url("**/")
        yield page
        await context.close()


async def test_progress_comes_by_itself_and_is_said_aloud(
    house: House, staff: dict[str, Person], publisher: Page
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website"])
    await publisher.goto(f"/releases/{edition.release}/progress")
    await expect(publisher.get_by_role("heading", name="网站")).to_contain_text("等待投递")
    await publisher.evaluate(LISTEN)
    async with house.engine.begin() as connection:
        (before,) = await deliveries.of_release(connection, edition.release)
        now = await engine.now(connection)
        seen = {"state": DeliveryState.VISIBLE, "step": Step.SIGHT, "accepted_at": now, "seen_at": now}
        await deliveries.save(connection, before, before.model_copy(update=seen))
        await official.make(connection, edition.release, at=now)
    await expect(publisher.locator(".official")).to_contain_text("正式发布时间", timeout=PATIENCE)
    await expect(publisher.get_by_role("heading", name="网站")).to_contain_text("公众可见")
    for words in ("网站：公众可见", "正式发布时间"):
        await publisher.wait_for_function("words => window.heard.join().includes(words)", arg=words)


async def test_no_event_is_lost_that_follows_another_closely(
    house: House, staff: dict[str, Person], publisher: Page
) -> None:
    # The stream is silent, so that only what is played here can be heard.
    await publisher.route("**/progress/events", lambda route: route.fulfill(content_type="text/event-stream", body=""))
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release, channels=["website"])
    await publisher.goto(f"/releases/{edition.release}/progress")
    assert await publisher.evaluate(ASKED_AFTER_THE_LAST)


async def test_the_time_is_asked_for_where_it_is_chosen(
    house: House, staff: dict[str, Person], publisher: Page
) -> None:
    edition = await making.approved(house, staff)
    await publisher.goto(f"/releases/{edition.release}/publish")
    clock = publisher.get_by_label("定时时刻（北京时间）")
    await expect(clock).to_be_hidden()
    await publisher.get_by_label("定时，各渠道同时公开").check()
    await expect(clock).to_be_visible()
    await publisher.get_by_label("立即，准备好一个公开一个").check()
    await expect(clock).to_be_hidden()
