"""The door: who gets in, what is kept when a session has ended, and what never gets through."""

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from tests.console.clerk import PASSWORD, Clerk
from tests.console.conftest import Enter


async def test_a_stranger_is_sent_to_sign_in_and_back(console: TestClient[Request, Application], enter: Enter) -> None:
    await enter("editor")
    stranger = Clerk(console, "editor")
    sheet = await stranger.get("/?x=1")
    assert sheet.path == "/login"
    assert (await stranger.send(sheet, "/login", login="editor", password=PASSWORD)).path == "/"


async def test_a_wrong_password_is_told_without_saying_what_is_wrong(
    console: TestClient[Request, Application], enter: Enter
) -> None:
    await enter("editor")
    known, unknown = Clerk(console, "editor"), Clerk(console, "nobody")
    said = [await one.enter("this is not the password") for one in (known, unknown)]
    assert [one.status for one in said] == [422, 422]
    assert said[0].words == said[1].words
    assert not known.cookies


async def test_signing_out_ends_the_session(enter: Enter) -> None:
    clerk = await enter("editor")
    old = dict(clerk.cookies)
    assert (await clerk.send(await clerk.get("/"), "/logout")).path == "/login"
    clerk.cookies = old
    assert (await clerk.get("/")).path == "/login"


async def test_a_form_of_another_session_does_nothing(enter: Enter) -> None:
    clerk, other = await enter("editor"), await enter("editor")
    foreign = (await other.get("/")).form("/logout").find("input")
    assert foreign is not None
    sheet = await clerk.post("/logout", {"_token": [str(foreign["value"])]})
    assert sheet.status == 409
    assert (await clerk.get("/")).path == "/"


async def test_another_site_cannot_send_our_forms(enter: Enter) -> None:
    clerk = await enter("editor")
    sheet = await clerk.post("/logout", {}, Origin="http://elsewhere.example")
    assert sheet.status == 403
    assert "其他网站" in sheet.text


async def test_a_redirect_never_leaves_the_house(console: TestClient[Request, Application], enter: Enter) -> None:
    await enter("editor")
    for evil in ("//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"):
        clerk = Clerk(console, "editor")
        sheet = await clerk.send(await clerk.get("/login"), "/login", login="editor", password=PASSWORD, next=evil)
        assert sheet.path == "/", evil


async def test_every_page_has_a_strict_policy_and_no_banner(enter: Enter) -> None:
    sheet = await (await enter("editor")).get("/")
    policy = sheet.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert sheet.headers["Cache-Control"] == "no-store"
    assert "Server" not in sheet.headers
    assert "<script>" not in sheet.text
    assert "style=" not in sheet.text


async def test_what_is_not_there_is_told_to_people_as_a_page(enter: Enter) -> None:
    sheet = await (await enter("editor")).get("/no-such-room")
    assert sheet.status == 404
    assert "没有找到" in sheet.words
    assert sheet.headers["Content-Type"].startswith("text/html")
