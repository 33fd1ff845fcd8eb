"""应急发布 at the console and the API: asked for with a reason, above all else, countersigned or objected to."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from hub.app import House
from schemas.person import Person
from tests import making
from tests.commands.test_urgency import WHY, public
from tests.console.conftest import Enter


async def test_the_editor_asks_with_a_reason_and_the_chain_is_short(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    release = await making.draft(house, staff, kind="notice")
    place = f"/releases/{release.id}/submit"
    editor = await enter("editor")
    sheet = await editor.get(place)
    assert "应急发布" in sheet.words
    looked: dict[str, Any] = {"looked": "yes"} if sheet.soup.find("input", attrs={"name": "looked"}) else {}
    refused = await editor.send(sheet, place, urgent=WHY, **looked)
    assert "请勾选“应急发布”" in refused.words
    short = await editor.send(refused, place, hurry="yes", urgent="急", **looked)
    assert "至少写 10 个字" in short.words
    done = await editor.send(short, place, hurry="yes", urgent=WHY, **looked)
    assert "应急" in done.words
    assert WHY in done.words
    first = await (await enter("first")).get(f"/releases/{release.id}/review")
    assert "发布后再由“初审”补签" in first.words
    secrecy = await (await enter("secrecy")).get("/")
    assert "应急" in secrecy.words
    policy = await making.draft(house, staff)
    assert "应急发布" not in (await editor.get(f"/releases/{policy.id}/submit")).words


async def test_the_spared_levels_find_it_on_their_desks_and_sign(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await public(house, staff)
    place = f"/releases/{edition.release}/countersign"
    first, auditor = await enter("first"), await enter("auditor")
    desk = await first.get("/")
    assert "应急发布，待补签（1）" in desk.words
    assert "前补签" in desk.words
    assert desk.soup.find("a", href=place)
    assert "请您补签" in (await first.get(place)).words
    assert "有异议的，请写明理由" in (await first.send(await first.get(place), place, verdict="to_withdraw")).words
    done = await first.send(await first.get(place), place, verdict="endorse")
    assert "同意补签" in done.words
    assert "待补签" not in (await first.get("/")).words
    assert "逾期未补签" not in (await auditor.get("/")).words


async def test_what_is_overdue_and_what_is_objected_to_is_seen_by_those_who_answer_for_it(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await public(house, staff)
    place = f"/releases/{edition.release}/countersign"
    second, auditor, signer = await enter("second"), await enter("auditor"), await enter("signer")
    await long_ago(house)
    assert "应急发布，逾期未补签（1）" in (await auditor.get("/")).words
    assert "逾期未补签" in (await signer.get("/")).words
    assert "已超期" in (await second.get("/")).words
    for path in ("/reports/timeliness", "/audit"):
        assert "应急发布" in (await auditor.get(path)).words
    asked = await second.send(await second.get(place), place, verdict="to_withdraw", note="灾情不实")
    assert "有异议，须撤回" in asked.words
    assert "待确认的撤回、废止等（1）" in (await signer.get("/")).words
    story = (await auditor.get(f"/audit/releases/{edition.release}")).words
    assert "应急发布，不经初审、复审，发布后补签" in story
    assert "补签应急发布的" in story
    assert "应急" in (await auditor.get("/releases")).words


async def long_ago(house: House) -> None:
    async with house.engine.begin() as connection:
        before = text("UPDATE urgencies SET published_at = published_at - CAST(:days AS interval)")
        await connection.execute(before, {"days": timedelta(days=20)})
