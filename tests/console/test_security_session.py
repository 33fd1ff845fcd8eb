"""Sessions at the console as an attacker meets them: fixation, flags, ends, what pages and caches keep."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from sqlalchemy import text

from hub.app import House
from hub.web import api
from schemas.entry import BEIJING
from schemas.person import Person
from schemas.session import SecondFactor
from tests import making
from tests.console.clerk import PASSWORD, Clerk, Sheet
from tests.console.conftest import Enter
from tests.console.test_rooms_matrix import token

NEW = "four unlikely words together"
PLANTED = "A" * 43
IDLE = text("UPDATE sessions SET expires_at = clock_timestamp()")
OLD = text("UPDATE sessions SET ends_at = clock_timestamp(), expires_at = clock_timestamp()")
STALE = text("UPDATE sessions SET proven_at = proven_at - interval '11 minutes'")


async def sets(clerk: Clerk, path: str, values: dict[str, str]) -> list[str]:
    """The raw Set-Cookie lines that come upon a form."""
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())}
    async with clerk.client.post(path, data=values, headers=sent, allow_redirects=False) as response:
        return response.headers.getall("Set-Cookie", [])


async def live(house: House) -> int:
    async with house.engine.connect() as connection:
        query = text("SELECT count(*) FROM sessions WHERE expires_at > clock_timestamp()")
        return int(await connection.scalar(query) or 0)


async def test_a_session_planted_before_signing_in_is_not_the_one_after(
    console: TestClient[Request, Application], house: House, enter: Enter
) -> None:
    # One of nobody's, and a real one of the attacker's: neither is taken over by the victim.
    attacker = await enter("editor2")
    for planted in (PLANTED, attacker.cookies["gongbu"]):
        victim = Clerk(console, "editor", cookies={"gongbu": planted})
        form = {"login": "editor", "password": PASSWORD, "next": "/"}
        page = await victim.post("/login", {name: [value] for name, value in form.items()})
        assert page.path == "/"
        assert "editor先生" in page.text
        assert victim.cookies["gongbu"] != planted
        thief = Clerk(console, "thief", cookies={"gongbu": planted})
        assert "editor先生" not in (await thief.get("/me")).text
    assert await live(house) == 3


async def test_the_cookie_is_for_the_server_alone(console: TestClient[Request, Application], enter: Enter) -> None:
    await enter("editor")
    (line,) = [
        one
        for one in await sets(Clerk(console, "editor"), "/login", {"login": "editor", "password": PASSWORD})
        if one.startswith("gongbu=") and "Max-Age=0" not in one
    ]
    flags = {part.strip().lower() for part in line.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    # A session cookie of the browser: no date, no other host.
    assert not [flag for flag in flags if flag.startswith(("domain", "expires", "max-age"))]


@pytest.fixture
async def behind_tls(house: House, staff: dict[str, Person]) -> AsyncIterator[Clerk]:  # noqa: ARG001
    """The console as it is reached through a proxy that speaks https."""
    hub = replace(house.hub, trust=replace(house.hub.trust, staff_url="https://staff.example"))
    app = api.make_app(hub, vkey=house.signer.vkey, public_url=house.public_url)
    async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as client:
        yield Clerk(client, "editor")


async def test_with_tls_every_cookie_is_bound_to_the_host(behind_tls: Clerk) -> None:
    said = await sets(behind_tls, "/login", {"login": "editor", "password": PASSWORD})
    assert said
    for line in said:
        assert line.startswith("__Host-"), line
        flags = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags, line
        assert "domain" not in line.lower()
    await behind_tls.enter()
    assert (await behind_tls.get("/me")).path == "/me"
    # What another host of the domain may set is not listened to.
    weak = Clerk(behind_tls.client, "editor", cookies={"gongbu": behind_tls.cookies["__Host-gongbu"]})
    assert (await weak.get("/me")).path == "/login"


async def test_signing_out_everywhere_and_a_new_password_end_the_others(enter: Enter) -> None:
    here, there, third = [await enter("editor") for _ in range(3)]
    old = dict(here.cookies)
    said = await here.send(await here.get("/me"), "/me/password", old=PASSWORD, password=NEW, again=NEW)
    assert "密码已更改" in said.words
    for one in (there, third):
        assert (await one.get("/")).path == "/login"
    # The session itself goes on under another token: what was seen of it before is worth nothing.
    assert here.cookies["gongbu"] != old["gongbu"]
    here.cookies, kept = old, dict(here.cookies)
    assert (await here.get("/")).path == "/login"
    here.cookies = kept
    assert (await here.get("/")).path == "/"


async def test_proving_again_changes_the_token(house: House, enter: Enter) -> None:
    clerk = await enter("admin")
    old = dict(clerk.cookies)
    async with house.engine.begin() as connection:
        await connection.execute(STALE)
    asked = await clerk.send(await clerk.get("/admin/people/editor"), "/admin/people/editor/disable")
    assert asked.path == "/me/prove"
    back = await clerk.send(asked, "/me/prove", password=PASSWORD)
    assert back.path != "/me/prove"
    assert clerk.cookies["gongbu"] != old["gongbu"]
    assert (await Clerk(clerk.client, "thief", cookies=old).get("/")).path == "/login"


@pytest.mark.parametrize("over", [IDLE, OLD], ids=["idle", "old"])
async def test_a_session_that_is_over_opens_nothing(house: House, enter: Enter, over: object) -> None:
    clerk = await enter("editor")
    async with house.engine.begin() as connection:
        await connection.execute(over)  # type: ignore[call-overload]
    assert (await clerk.get("/me")).path == "/login"
    assert (await clerk.get("/releases/1001/write/token")).status == 401


async def test_a_token_belongs_to_one_session(enter: Enter) -> None:
    clerks = [await enter("editor"), await enter("editor"), await enter("signer")]
    marks = [token(await clerk.get("/")) for clerk in clerks]
    assert len(set(marks)) == 3
    # It is not the session's token either, and not part of it.
    for clerk, mark in zip(clerks, marks, strict=True):
        assert mark not in clerk.cookies["gongbu"]
        assert clerk.cookies["gongbu"] not in mark
    assert marks[0] == token(await clerks[0].get("/me"))


async def test_a_disabled_person_is_out_at_once(enter: Enter) -> None:
    admin, clerk = await enter("admin"), await enter("editor")
    await admin.send(await admin.get("/admin/people/editor"), "/admin/people/editor/disable")
    assert (await clerk.get("/")).path == "/login"
    assert (await clerk.enter()).status == 422


async def test_a_duty_that_was_taken_closes_its_rooms_at_once(enter: Enter) -> None:
    admin, clerk = await enter("admin"), await enter("editor")
    assert (await clerk.get("/releases/new")).status == 200
    form = await admin.get("/admin/people/editor")
    await admin.send(form, "/admin/people/editor/duties", duties=["auditor"])
    assert (await clerk.get("/releases/new")).status == 403


async def test_a_cross_site_sign_in_is_refused(console: TestClient[Request, Application], enter: Enter) -> None:
    await enter("editor")
    victim = Clerk(console, "editor")
    form = {"login": ["editor"], "password": [PASSWORD]}
    assert (await victim.post("/login", form, Origin="https://evil.example")).status == 403
    assert not victim.cookies


async def test_nothing_that_is_answered_is_kept_by_a_cache(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = (await making.approved(house, staff)).release
    clerk = await enter("publisher")
    stranger = Clerk(clerk.client, "nobody")
    pages = ["/", "/me", "/releases", f"/releases/{release}", f"/releases/{release}/publish", "/releases/export"]
    for one, paths in ((clerk, [*pages, "/no-such-room", "/admin"]), (stranger, ["/login", "/"])):
        for path in paths:
            sheet = await one.get(path)
            assert "no-store" in sheet.headers["Cache-Control"], path
            assert sheet.headers["X-Content-Type-Options"] == "nosniff"
            assert "unsafe" not in sheet.headers["Content-Security-Policy"]


def secrets_of(house: House, staff: dict[str, Person], clerk: Clerk) -> dict[str, str]:
    """What no page may ever hold."""
    seed = house.hub.trust.secret
    found = {
        "session": clerk.cookies["gongbu"],
        "password": PASSWORD,
        "hash": "$argon2id$",
        "store": house.engine.url.render_as_string(hide_password=False),
        "signing key": "PRIVATE+KEY",
        "trust": repr(seed._seed.hex()).strip("'"),
    }
    assert staff
    return {name: value for name, value in found.items() if value}


async def test_no_page_holds_a_secret(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = (await making.approved(house, staff)).release
    paths = ["/", "/me", "/me/prove", "/me/delegations", "/releases", f"/releases/{release}", "/channels"]
    paths += ["/channels/website", "/admin", "/admin/people", "/admin/people/editor", "/admin/settings", "/audit"]
    paths += ["/audit/log", "/audit/log.csv", "/audit/log.jsonl", f"/releases/{release}/review", "/releases/export"]
    paths += [f"/releases/{release}/preview/website", f"/audit/releases/{release}", "/no-such-room", "/audit/log/0"]
    clerk = await enter("admin")
    kept = secrets_of(house, staff, clerk)
    for path in paths:
        sheet = await clerk.get(path)
        for name, value in kept.items():
            assert value not in sheet.text, (name, path)


def values(sheet: Sheet) -> list[str]:
    return [str(one.get("value", "")) + one.get_text() for one in sheet.soup.find_all(["input", "textarea"])]


async def test_a_password_is_never_written_back_into_a_page(
    house: House, console: TestClient[Request, Application], enter: Enter
) -> None:
    clerk = await enter("editor")
    form = {"old": [PASSWORD], "password": [NEW], "again": [NEW], "_token": ["of another time"]}
    secret = re.compile(f"{PASSWORD}|{NEW}|135790")
    # The form is too old; somebody signs in twice; the session has ended; the sign-in itself fails.
    assert not secret.search((await clerk.post("/me/password", form)).text)
    twice = await clerk.post("/login", {"login": ["editor"], "password": [PASSWORD]})
    assert twice.path == "/"
    async with house.engine.begin() as connection:
        await connection.execute(IDLE)
    ended = await clerk.post("/me/password", form)
    assert ended.path == "/login"
    assert "登录已过期" in ended.words
    assert not secret.search(ended.text), values(ended)
    assert not secret.search((await clerk.post("/me/prove", {"password": [PASSWORD]})).text)
    assert not secret.search((await clerk.post("/me/totp", {"code": ["135790"]})).text)
    wrong = await Clerk(console, "editor").enter("four unlikely words together")
    assert not secret.search(wrong.text)


async def test_whoever_must_first_have_a_second_factor_lends_no_duty_away(
    house: House, staff: dict[str, Person]
) -> None:
    trust = replace(house.hub.trust, second_factor=SecondFactor.REQUIRED)
    app = api.make_app(replace(house.hub, trust=trust), vkey=house.signer.vkey, public_url=house.public_url)
    async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as client:
        clerk = Clerk(client, staff["signer"].login)
        assert (await clerk.enter()).path == "/me"
        mark = token(await clerk.get("/me"))
        form = {"_token": [mark], "duty": ["signer"], "receiver": ["first"], "reason": ["出差"]}
        day = datetime.now(BEIJING).date().isoformat()
        days = {"starts_on": [day], "ends_on": [day]}
        assert (await clerk.post("/me/delegations", form | days)).path == "/me"
        for path in ("/", "/releases", "/me/delegations"):
            assert (await clerk.get(path)).path == "/me"
    async with house.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM delegations")) == 0
