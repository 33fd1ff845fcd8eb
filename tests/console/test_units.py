"""Units as tenants: whose drafts are seen by whom, who acts for a unit, and who answers for it, over HTTP."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from hub.app import House
from hub.commands import drafting, people, reviewing, tokens, units
from hub.store import log, serials
from schemas.errors import ErrorCode, HubError
from schemas.office import Appointment, Part
from schemas.person import Duty, Person
from schemas.review import Decision, Level
from tests import making
from tests.console.clerk import PASSWORD, Clerk
from tests.console.conftest import Enter

BRANCH = "和平分局"
PLACE = f"/admin/units/{quote(BRANCH)}"


async def _apart(admin: Clerk, *names: str) -> None:
    """Make these units, each with its work set apart."""
    page = await admin.get("/admin/units")
    for name in names:
        page = await admin.send(page, "/admin/units", name=name, kind="branch", position="1")
        one = await admin.get(f"/admin/units/{name}")
        await admin.send(one, "/admin/units", is_tenant="true")
        page = await admin.get("/admin/units")
        assert "独立" in page.words


async def _hired(house: House, login: str, *duties: Duty, unit: str = BRANCH) -> Person:
    return await people.add(
        house.hub,
        people.OPERATOR,
        login=login,
        name=f"{login}先生",
        unit=unit,
        duties=duties,
        password=PASSWORD,
        must_change=False,
    )


async def _entered(console: TestClient[Request, Application], login: str) -> Clerk:
    clerk = Clerk(console, login)
    await clerk.enter()
    return clerk


async def test_a_units_drafts_are_its_own_and_everybody_with_a_wide_duty_sees_them(
    house: House, console: TestClient[Request, Application], staff: dict[str, Person], enter: Enter
) -> None:
    release = (await making.draft(house, staff, title="办公室的稿子")).id
    await _hired(house, "other", Duty.EDITOR)
    other = await _entered(console, "other")
    assert (await other.get(f"/releases/{release}")).status == 200, "kept before units are set apart"
    await _apart(await enter("admin"), "办公室", BRANCH)
    for path in ("", "/write", "/preview", "/compare", "/submit"):
        assert (await other.get(f"/releases/{release}{path}")).status == 404, path
    assert "办公室的稿子" not in (await other.get("/releases")).words
    assert "办公室的稿子" in (await (await enter("editor")).get("/releases")).words
    for login in ("second", "signer", "auditor", "publisher"):
        assert (await (await enter(login)).get(f"/releases/{release}")).status == 200, login
    assert "办公室的稿子" in (await (await enter("auditor")).get("/releases?unit=办公室")).words
    assert "办公室的稿子" not in (await (await enter("auditor")).get(f"/releases?unit={BRANCH}")).words
    token = await tokens.issue(house.hub, people.OPERATOR, "other", label="程序")
    headers = {"Authorization": f"Bearer {token}"}
    async with console.get(f"/api/v1/releases/{release}", headers=headers) as got:
        assert got.status == 404
    async with console.get("/api/v1/releases", headers=headers) as got:
        assert (await got.json())["releases"] == []


async def test_a_wide_duty_does_not_write_or_first_review_in_other_units(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    await _apart(await enter("admin"), "办公室", BRANCH)
    edition = (await making.draft(house, staff, title="办公室的稿子")).id
    both = await _hired(house, "both", Duty.EDITOR, Duty.SECOND_REVIEWER, Duty.FIRST_REVIEWER)
    await reviewing.submit(house.hub, staff["editor"], edition)
    for act in (
        drafting.reopen(house.hub, both, edition),
        reviewing.review(house.hub, both, edition, Level.FIRST, Decision.APPROVE),
    ):
        with pytest.raises(HubError) as refused:
            await act
        assert refused.value.code is ErrorCode.FORBIDDEN
    await reviewing.review(house.hub, staff["first"], edition, Level.FIRST, Decision.APPROVE)
    # Their own document has the same 发文字号: they learn that it is taken, and not by what.
    twin = await making.draft(house, staff | {"editor": both}, title="分局的稿子", index_no=None)
    async with house.engine.connect() as connection:
        told = await serials.title(connection, str(making.metadata().doc_no), but=twin.id)
        assert told == serials.ANOTHER
        assert await serials.title(connection, str(making.metadata().doc_no), but=edition) == serials.ANOTHER
    # The second review is for the whole bureau.
    await reviewing.review(house.hub, both, edition, Level.SECOND, Decision.APPROVE)


async def test_who_is_asked_acts_for_the_unit_until_it_ends(
    house: House, console: TestClient[Request, Application], staff: dict[str, Person], enter: Enter
) -> None:
    await _apart(await enter("admin"), "办公室", BRANCH)
    head = await _hired(house, "head", Duty.EDITOR)
    day = (await making.draft(house, staff)).metadata.signed_on
    for login, name in (("", "前任"), ("head", "现任")):
        made = Appointment(part=Part.HEAD, name=name, since=day, login=login)
        await units.appoint(house.hub, people.OPERATOR, BRANCH, made)
        day = day.replace(day=day.day + 3)
    clerk = await _entered(console, "head")
    asked = await clerk.send(await clerk.get("/me/unit"), "/me/unit/ask", login="editor")
    assert "editor先生" in asked.words
    editor = await enter("editor")
    chosen = await editor.send(await editor.get("/me/unit"), "/me/unit", unit=BRANCH)
    assert f"代表{BRANCH}" in chosen.words
    made_by = await _posted(house, console, title="分局的稿子")
    assert made_by["unit"] == BRANCH
    assert "分局的稿子" in (await clerk.get("/releases")).words
    home = await editor.send(await editor.get("/me/unit"), "/me/unit", unit="办公室")
    assert "现在代表办公室" in home.words
    await _ended(house, clerk, staff | {"editor": head})
    assert (await editor.get(f"/releases/{made_by['id']}")).status == 200, "they wrote it"
    assert "分局后来的稿子" not in (await editor.get("/releases")).words
    assert {"前任", "现任"} <= set((await (await enter("admin")).get(PLACE)).words.split())
    assert await _whats(house) == ["unit"] * 4 + ["charge", "charge", "asked", "dismissed"]


async def _posted(house: House, console: TestClient[Request, Application], title: str) -> Any:
    """What the editor's program writes."""
    token = await tokens.issue(house.hub, people.OPERATOR, "editor", label="程序")
    body = making.metadata(title=title).model_dump(mode="json")
    async with console.post("/api/v1/releases", json=body, headers={"Authorization": f"Bearer {token}"}) as got:
        return await got.json()


async def _ended(house: House, head: Clerk, staff: dict[str, Person]) -> None:
    """The head ends it and writes something that is nobody else's business."""
    await head.send(await head.get("/me/unit"), "/me/unit/dismiss", login="editor")
    await making.draft(house, staff, title="分局后来的稿子")


async def test_only_a_head_or_an_administrator_says_who_acts_for_a_unit(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    await _apart(admin, BRANCH)
    editor = await enter("editor")
    token = str((await editor.get("/")).form("/logout").select_one("input")["value"])  # type: ignore[index]
    forced = await editor.post("/me/unit/ask", {"_token": [token], "unit": [BRANCH], "login": ["editor"]})
    assert forced.status == 403
    chosen = await editor.post("/me/unit", {"_token": [token], "unit": [BRANCH]})
    assert chosen.status == 422
    page = await admin.get(PLACE)
    loop = await admin.send(page, "/admin/units", parent=BRANCH)
    assert loop.status == 422
    page = await admin.send(page, f"{PLACE}/appoint", part="head", name="甲", since="2026-11-01")
    assert (await admin.send(page, f"{PLACE}/appoint", part="head", name="乙", since="2026-11-01")).status == 422
    kept = await admin.send(page, f"{PLACE}/contact", address="和平区某路1号", telephone="022-12345678")
    assert "和平区某路1号" in kept.text
    assert "022-12345678" not in str(await _whats(house))


async def _whats(house: House) -> list[str]:
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        bodies = [json.loads(body) async for body in log.entries(connection, 0, size)]
    return [body["data"]["what"] for body in bodies if body["t"] == "office.changed"]
