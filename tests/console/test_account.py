"""本人账号 and the second step, over HTTP: what a person does to keep their account theirs."""

import pyotp
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from hub.app import House
from hub.commands import people
from tests.console.clerk import PASSWORD, Clerk, Sheet
from tests.console.conftest import Enter

NEW = "four unlikely words together"


async def _with_app(clerk: Clerk) -> tuple[pyotp.TOTP, Sheet]:
    """Turn the authenticator app on, as a person would, and give it with the page of recovery codes."""
    offer = await clerk.get("/me/totp")
    secret = offer.soup.select_one("details code")
    assert secret is not None
    app = pyotp.TOTP(secret.get_text())
    return app, await clerk.send(offer, "/me/totp", code=app.now())


async def test_a_new_password_counts_and_ends_the_other_sessions(enter: Enter) -> None:
    clerk, elsewhere = await enter("editor"), await enter("editor")
    page = await clerk.get("/me")
    said = await clerk.send(page, "/me/password", old=PASSWORD, password=NEW, again=NEW)
    assert said.path == "/me"
    assert "密码已更改" in said.words
    assert (await elsewhere.get("/me")).path == "/login"
    assert (await clerk.get("/me")).path == "/me"
    assert (await elsewhere.enter(NEW)).path == "/"


async def test_a_weak_password_is_refused_beside_its_field(enter: Enter) -> None:
    clerk = await enter("editor")
    page = await clerk.get("/me")
    told = await clerk.send(page, "/me/password", old=PASSWORD, password="111111111111", again="111111111111")
    assert told.status == 422
    assert told.soup.select_one("#e-password") is not None
    differing = await clerk.send(page, "/me/password", old=PASSWORD, password=NEW, again=NEW + "x")
    assert "不一致" in differing.words


async def test_the_app_is_asked_for_from_then_on(console: TestClient[Request, Application], enter: Enter) -> None:
    clerk = await enter("editor")
    wrong = await clerk.send(await clerk.get("/me/totp"), "/me/totp", code="000000")
    assert wrong.status == 422
    app, codes = await _with_app(clerk)
    recovery = [one.get_text() for one in codes.soup.select(".codes code")]
    assert len(recovery) == 10

    other = Clerk(console, "editor")
    second = await other.enter()
    assert "第二步" in second.words
    assert "gongbu" not in other.cookies
    # The code that turned it on counts no more: it may have been seen.
    assert (await other.send(second, "/login/second", code=app.now())).status == 422
    form = second.soup.select('form[action="/login/second"]')[1]
    assert form.find("input", attrs={"name": "way", "value": "recovery"}) is not None
    entered = await other.post("/login/second", {"way": ["recovery"], "code": [recovery[0]], "next": ["/me"]})
    assert entered.path == "/me"
    assert "还剩 9 个" in entered.words


async def test_an_old_session_proves_itself_before_it_changes_factors(house: House, enter: Enter) -> None:
    clerk = await enter("editor")
    async with house.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE sessions SET proven_at = proven_at - interval '1 hour'")
    asked = await clerk.get("/me/totp")
    assert asked.path == "/me/prove"
    assert (await clerk.send(asked, "/me/prove", password="not this one at all")).status == 422
    assert (await clerk.send(asked, "/me/prove", password=PASSWORD)).path == "/me/totp"
    assert (await clerk.get("/me/totp")).path == "/me/totp"


async def test_sessions_are_listed_and_ended(enter: Enter) -> None:
    clerk, elsewhere = await enter("editor"), await enter("editor")
    page = await clerk.get("/me")
    assert len(page.soup.select("tbody tr")) == 2
    assert "本机" in page.words
    await clerk.send(page, "/me/sessions/end")
    assert (await elsewhere.get("/me")).path == "/login"


async def test_whoever_got_a_password_from_the_administrator_must_choose_another(
    console: TestClient[Request, Application], house: House, enter: Enter
) -> None:
    await enter("editor")
    await people.set_password(house.hub, people.OPERATOR, "editor", "given by the administrator")
    clerk = Clerk(console, "editor")
    page = await clerk.enter("given by the administrator")
    assert page.path == "/me"
    assert "您的密码由运维人员（命令行）于" in page.words
    assert (await clerk.get("/")).path == "/me"
    await clerk.send(page, "/me/password", old="given by the administrator", password=NEW, again=NEW)
    assert (await clerk.get("/")).path == "/"


async def test_what_was_filled_in_survives_an_ended_session(
    console: TestClient[Request, Application], house: House, enter: Enter
) -> None:
    clerk = await enter("signer")
    page = await clerk.get("/me/delegations")
    today = str(page.form("/me/delegations").select("[name=starts_on]")[0]["value"])
    async with house.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM sessions")
    asked = await clerk.send(page, "/me/delegations", receiver="first", ends_on=today, reason="赴京出差")
    assert asked.status == 401
    assert "已保留" in asked.words
    again = await clerk.send(asked, "/login", login="signer", password=PASSWORD)
    assert "没有丢失" in again.words
    done = await clerk.send(again, "/me/delegations")
    assert "已授权代办" in done.text
    assert "赴京出差" in done.words
    assert console.app is not None
