"""The older documents over HTTP: an editor sees those of their own unit, who oversees them all, others none."""

from hub.commands import backfiling_sheets, offices, people
from schemas.office import Unit
from tests.web.conftest import Office


async def test_a_program_reads_what_its_person_may_look_at(office: Office) -> None:
    await offices.put_unit(office.house.hub, people.OPERATOR, Unit(name="规划处"))
    lines = "标题,责任处室,成文日期,有效性\n甲,办公室,2013-05-06,有效\n乙,规划处,2013-05-06,有效\n"
    await backfiling_sheets.take(office.house.hub, office.staff["editor"], ("清单.csv", lines.encode()))
    (own,) = (await office.get("editor", "/api/v1/backfiles")).json["backfiles"]
    assert (own["title"], own["unit"], own["stage"], own["disclosure"]) == ("甲", "办公室", "to_decide", None)
    first = (await office.get("auditor", "/api/v1/backfiles?limit=1")).json
    second = (await office.get("auditor", f"/api/v1/backfiles?limit=1&cursor={first['next']}")).json
    assert [one["title"] for page in (first, second) for one in page["backfiles"]] == ["甲", "乙"]
    assert second["next"] is None
    assert (await office.get("publisher", "/api/v1/backfiles")).code == "forbidden"
