"""What documents have by their kind, over the API."""

from typing import Any

from tests.web.conftest import Office

MEETING: dict[str, Any] = {
    "kind": "meeting",
    "title": "第12次局长办公会议",
    "issuer": "甲局",
    "theme": "综合政务\\政务公开",
    "signed_on": "2026-11-03",
}


async def test_particulars_are_written_changed_one_by_one_and_refused_where_they_do_not_belong(office: Office) -> None:
    held = {"held_on": "2026-11-02", "session": "第12次"}
    made = await office.ask("editor", "POST", "/api/v1/releases", MEETING | {"particulars": held})
    assert (made.status, made.json["metadata"]["particulars"]) == (201, held)
    path = f"/api/v1/releases/{made.json['id']}"

    async def patched(body: dict[str, Any], version: int) -> Any:
        return await office.ask("editor", "PATCH", path, body, headers={"If-Match": f'"{version}"'})

    one = await patched({"particulars": {"held_on": "2026-11-01"}}, 1)
    assert one.json["metadata"]["particulars"] == {"held_on": "2026-11-01", "session": "第12次"}
    gone = await patched({"particulars": {"session": None}}, 2)
    assert gone.json["metadata"]["particulars"] == {"held_on": "2026-11-01"}
    odd = await patched({"particulars": {"closes_on": "2026-12-01"}}, 3)
    assert (odd.status, odd.json["fields"]) == (422, {"/particulars/closes_on": "会议公开没有这一项"})
    wrong = await patched({"particulars": {"held_on": "昨天", "nothing": 1}}, 3)
    assert wrong.status == 422
    assert wrong.json["fields"]["/particulars/nothing"] == "没有这个字段"
    assert wrong.json["fields"]["/particulars/held_on"].startswith("应为日期")
    turned = await patched({"kind": "annual_report", "particulars": {"report_year": 2026}}, 3)
    assert turned.json["metadata"]["particulars"] == {"report_year": 2026}
    assert "particulars" not in (await patched({"kind": "policy"}, 4)).json["metadata"]
    assert (await patched({"kind": None}, 5)).status == 422


async def test_an_interpretation_keeps_its_form_unless_another_is_named(office: Office) -> None:
    made = await office.ask("editor", "POST", "/api/v1/releases", MEETING)
    path = f"/api/v1/releases/{made.json['id']}/documents/interpretation-1"
    text = {"title": "一图读懂", "body": "<p>甲</p>"}
    for version, (more, form) in enumerate(
        [({"form": "graphic"}, "graphic"), ({}, "graphic"), ({"form": "text"}, None)], 1
    ):
        put = await office.ask("editor", "PUT", path, text | more, headers={"If-Match": f'"{version}"'})
        assert (put.status, put.json["documents"][0].get("form")) == (200, form)
    wrong = await office.ask("editor", "PUT", path, text | {"form": "舞蹈"}, headers={"If-Match": '"4"'})
    assert wrong.status == 422
