"""A real browser with a device of its own understands our options, and we understand its answers."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from hub.app import House
from hub.commands import passkeys, second_factors
from hub.commands.act import Hub
from schemas.errors import ErrorCode, HubError
from schemas.session import How
from tests.commands.accounts import WHERE, entered, halfway, hire

CREATE = """async (options) => JSON.stringify(await navigator.credentials.create(
    {publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options))}))"""
GET = """async (options) => JSON.stringify(await navigator.credentials.get(
    {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options))}))"""
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of another origin than any other test's, in a browser that has a device for passkeys."""
    context = await browser.new_context()
    opened = await context.new_page()
    devices = await context.new_cdp_session(opened)
    await devices.send("WebAuthn.enable")
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield opened
    await context.close()


async def blank(_: web.Request) -> web.Response:
    return web.Response(text="<!doctype html><title>x</title>", content_type="text/html")


async def test_a_device_is_registered_and_signs_in_alone_and_after_a_password(house: House, page: Page) -> None:
    application = web.Application()
    application.router.add_get("/", blank)
    async with TestServer(application, host="localhost") as server:
        origin = f"http://localhost:{server.port}"
        hub = replace(house.hub, trust=replace(house.hub.trust, staff_url=origin))
        await page.goto(origin)
        await register(house, hub, page)
        ticket, options = await passkeys.sign_in_options(hub)
        inside = await passkeys.sign_in(hub, ticket, await page.evaluate(GET, options), **WHERE)
        assert (inside.person.login, inside.session.how) == ("wang.fang", How.PASSKEY)
        half = await halfway(house)
        answer = await page.evaluate(GET, await passkeys.second_options(hub, half.ticket))
        assert (await passkeys.enter_second(hub, half.ticket, answer, **WHERE)).session.how is How.PASSWORD_PASSKEY
        # The same answer at a hub that stands at another address.
        ticket, options = await passkeys.sign_in_options(hub)
        elsewhere = replace(hub, trust=replace(hub.trust, staff_url="http://localhost:1"))
        with pytest.raises(HubError) as error:
            await passkeys.sign_in(elsewhere, ticket, await page.evaluate(GET, options), **WHERE)
        assert error.value.code is ErrorCode.PASSKEY


async def register(house: House, hub: Hub, page: Page) -> None:
    person = await hire(house)
    session = (await entered(house)).session
    ticket, options = await passkeys.begin_registration(hub, session, person)
    answer = await page.evaluate(CREATE, options)
    await passkeys.finish_registration(hub, session, person, ticket, answer, "这台电脑")
    [made] = (await second_factors.owned(hub, person)).passkeys
    assert (made.name, made.transports) == ("这台电脑", ("internal",))
