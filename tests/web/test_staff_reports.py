"""Reports over HTTP: the same tables as in the console, with the question for the documents behind each number."""

from tests.web.conftest import Office


async def test_a_report_is_answered_as_tables(office: Office) -> None:
    told = await office.get("auditor", "/api/v1/reports/normative?year=2025")
    assert (told.status, told.json["name"], told.json["until"]) == (200, "normative", "2025-12-31")
    table = told.json["sheets"][0]
    assert table["head"] == ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    assert [cell["value"] for cell in table["rows"][1]] == ["行政规范性文件", 0, 0, 0]
    behind = await office.get("auditor", "/api/v1/reports/normative/documents?figure=valid")
    assert (behind.status, behind.json["sheets"]) == (200, [])
    assert (await office.get("auditor", "/api/v1/reports/normative?year=2190")).code == "invalid"
    assert (await office.ask(None, "GET", "/api/v1/reports/columns")).status == 401
