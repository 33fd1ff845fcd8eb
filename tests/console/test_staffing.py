"""管理：人员, over HTTP: an administrator opens, changes and closes accounts, and can do nothing else."""

import re

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from tests.console.clerk import PASSWORD, Clerk
from tests.console.conftest import Enter

NEW = "four unlikely words together"


async def test_a_new_colleague_gets_in_with_a_password_of_their_own(
    console: TestClient[Request, Application], enter: Enter
) -> None:
    admin = await enter("admin")
    page = await admin.get("/admin/people")
    given = await admin.send(page, "/admin/people", name="冯新人", login="feng", unit="办公室", duties=["editor"])
    password = given.soup.find("code")
    assert password is not None
    feng = Clerk(console, "feng")
    first = await feng.enter(password.get_text())
    assert first.path == "/me"
    await feng.send(first, "/me/password", old=password.get_text(), password=NEW, again=NEW)
    assert (await feng.get("/")).path == "/"
    assert "冯新人" in (await admin.get("/admin/people")).words


async def test_wrong_entries_are_told_beside_their_fields_and_kept(enter: Enter) -> None:
    admin = await enter("admin")
    page = await admin.get("/admin/people")
    told = await admin.send(page, "/admin/people", name="冯新人", login="9feng", unit="办公室", duties=["editor"])
    assert told.status == 422
    assert told.soup.select_one("#e-login") is not None
    name = told.soup.select_one("#f-name")
    assert name is not None
    assert name["value"] == "冯新人"
    assert told.soup.select_one("#f-duties input[checked]") is not None
    none = await admin.send(page, "/admin/people", name="冯新人", login="feng", unit="办公室")
    assert none.status == 422


async def test_duties_count_at_once(enter: Enter) -> None:
    admin, editor = await enter("admin"), await enter("editor")
    page = await admin.get("/admin/people/editor")
    await admin.send(page, "/admin/people/editor/duties", duties=["auditor"])
    assert "审计员" in (await editor.get("/me")).words


async def test_a_closed_account_is_out_at_once(enter: Enter) -> None:
    admin, editor = await enter("admin"), await enter("editor")
    page = await admin.get("/admin/people/editor")
    assert "已停用" in (await admin.send(page, "/admin/people/editor/disable")).words
    assert (await editor.get("/")).path == "/login"
    assert (await editor.enter()).status == 422


async def test_an_administrator_cannot_lock_themselves_out(enter: Enter) -> None:
    admin = await enter("admin")
    page = await admin.get("/admin/people/admin")
    assert (await admin.send(page, "/admin/people/admin/duties", duties=["editor"])).status == 422
    assert (await admin.send(page, "/admin/people/admin/disable")).status == 422


async def test_nobody_else_enters_these_rooms(enter: Enter) -> None:
    for login in ("editor", "signer", "auditor", "publisher"):
        clerk = await enter(login)
        assert (await clerk.get("/admin/people")).status == 403
        token = str((await clerk.get("/")).form("/logout").select_one("input")["value"])  # type: ignore[index]
        forced = await clerk.post("/admin/people/admin/duties", {"_token": [token], "duties": ["editor"]})
        assert forced.status == 403


async def test_a_reset_password_is_shown_once_and_ends_sessions(enter: Enter) -> None:
    admin, editor = await enter("admin"), await enter("editor")
    page = await admin.get("/admin/people/editor")
    given = await admin.send(page, "/admin/people/editor/password")
    assert re.search(r"<code>[A-Za-z0-9_-]{12}</code>", given.text)
    assert given.headers["Cache-Control"] == "no-store"
    assert (await editor.get("/")).path == "/login"
    assert (await editor.enter(PASSWORD)).status == 422
