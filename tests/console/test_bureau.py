"""管理：what the administrator keeps for the whole bureau, over HTTP, and that each change is in the log."""

import json

from hub.app import House
from hub.store import log
from tests.console.conftest import Enter


async def _logged(house: House) -> list[dict[str, object]]:
    async with house.engine.connect() as connection:
        size = await log.size(connection)
        bodies = [json.loads(body) async for body in log.entries(connection, 0, size)]
    return [body["data"] for body in bodies if body["t"] == "office.changed"]


async def test_units_are_kept_closed_and_opened_again(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    page = await admin.send(await admin.get("/admin/units"), "/admin/units", name="宣传教育处", position="3")
    assert "宣传教育处" in page.words
    token = str(page.form("/logout").select_one("input")["value"])  # type: ignore[index]
    closing = {"_token": [token], "name": ["宣传教育处"], "position": ["3"], "is_closed": ["true"]}
    assert "已撤销" in (await admin.post("/admin/units", closing)).words
    assert [one["is_closed"] for one in await _logged(house)] == [False, True]


async def test_a_years_holidays_are_entered_as_they_are_announced(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    assert "暂按周末推算" in (await admin.get("/admin/calendar/2031")).words
    lawful = await admin.get("/admin/calendar/2027")
    assert "暂定" in lawful.words
    assert "2027-02-05" not in lawful.text, "saved as it stands it would pass for the notice"
    page = await admin.get("/admin/calendar/2026")
    assert "系统已经自带" in page.words
    assert "2026-02-14 班" in page.text
    days = "2026-10-01 休 国庆节\n2026-10-10 班 国庆节调休\n"
    saved = await admin.send(page, "/admin/calendar/2026", source="国办发明电〔2025〕7号", days=days)
    assert "2026-10-10 班 国庆节调休" in saved.text
    assert (await _logged(house))[0]["days"] == 2


async def test_a_wrong_line_is_named_and_nothing_is_lost(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    page = await admin.get("/admin/calendar/2026")
    for wrong in ("十月一日 休 国庆节", "2026-13-01 休 国庆节", "2027-10-01 休 国庆节", "2026-10-01 休 国庆节\n" * 2):
        told = await admin.send(page, "/admin/calendar/2026", days=wrong)
        assert told.status == 422, wrong
        assert wrong.strip().split("\n")[0] in told.text
    assert await _logged(house) == []


async def test_phrases_and_the_template_are_kept(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    page = await admin.get("/admin/phrases")
    kept = await admin.send(page, "/admin/phrases", wrong="国土局", correct="规划和自然资源局", note="机构改革")
    assert "规划和自然资源局" in kept.words
    same = await admin.send(page, "/admin/phrases", wrong="同", correct="同")
    assert same.status == 422
    page = await admin.get("/admin/template")
    unknown = await admin.send(page, "/admin/template", body="《{titel}》")
    assert unknown.status == 422
    assert "titel" in unknown.words
    own = await admin.send(page, "/admin/template", body="《{title}》解读\n\n## 一、背景\n")
    assert "本单位的模板" in own.words
    assert "内置" in (await admin.send(own, "/admin/template/drop")).words
    assert [one["what"] for one in await _logged(house)] == ["phrase", "template", "template"]


async def test_secrets_are_not_among_the_settings_that_are_shown(enter: Enter) -> None:
    page = await (await enter("admin")).get("/admin/settings")
    assert page.status == 200
    assert "postgresql+asyncpg" not in page.text
