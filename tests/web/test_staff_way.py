"""The way of a release over HTTP, from the first words to the button, and everything that can be read on it."""

import io
import json
import re

import aiohttp
import docx
from openapi_spec_validator import validate

from hub.commands import people
from schemas import canonical
from tests.web.conftest import METADATA, Office

NAMED = {"Content-Disposition": "attachment; filename*=UTF-8''%E9%80%9A%E7%9F%A5.txt", "Content-Type": "text/plain"}


async def test_a_release_goes_the_whole_way(office: Office) -> None:
    release = await office.approved()
    published = await office.post("publisher", release, "publish")
    assert published.status == 200
    found = await office.get("auditor", f"/api/v1/releases/{release}")
    assert found.json["state"] == "publishing"
    going = (await office.get("auditor", f"/api/v1/releases/{release}/deliveries")).json["deliveries"]
    assert {d["channel"] for d in going} == {"website", "rss"}
    assert {d["digest"] for d in going} == {published.json["digest"]}
    metrics = await office.get("auditor", "/metrics")
    assert b'gongbu_deliveries{channel="website",state="waiting"} 1.0' in metrics.body
    assert b"gongbu_request_seconds_bucket" in metrics.body
    # In no label; a sum of seconds may hold any digits.
    assert not re.search(rf'="[^"]*{release}'.encode(), metrics.body)


async def test_the_author_cannot_review(office: Office) -> None:
    release = await office.submitted()
    refused = await office.review("editor", release, "first")
    assert (refused.status, refused.code) == (403, "forbidden")


async def test_a_patch_changes_only_what_it_names(office: Office) -> None:
    release, etag = await office.draft()
    path = f"/api/v1/releases/{release}"
    changed = await office.ask("editor", "PATCH", path, {"title": "新的标题"}, headers={"If-Match": etag})
    assert changed.json["metadata"] == METADATA | {"title": "新的标题"}
    assert changed.headers["ETag"] != etag


async def test_the_second_of_two_edits_of_one_version_is_refused(office: Office) -> None:
    release, etag = await office.draft()
    path = f"/api/v1/releases/{release}"
    assert (await office.ask("editor", "PATCH", path, {"note": "甲"}, headers={"If-Match": etag})).status == 200
    for method, there, body in (
        ("PATCH", path, {"note": "乙"}),
        ("PUT", f"{path}/documents/policy", {"title": "乙", "body": "<p>乙</p>"}),
    ):
        refused = await office.ask("editor", method, there, body, headers={"If-Match": etag})
        assert (refused.status, refused.code) == (409, "conflict")
    assert (await office.get("editor", path)).json["metadata"]["note"] == "甲"


async def test_a_text_file_becomes_a_document(office: Office) -> None:
    release, etag = await office.draft()
    path = f"/api/v1/releases/{release}/documents/policy"
    text = "关于上传的通知\n\n各单位：\n一、这是上传的正文。\n".encode()
    put = await office.ask("editor", "PUT", path, data=text, headers=NAMED | {"If-Match": etag})
    assert put.status == 200, put.body
    assert "这是上传的正文" in put.json["documents"][0]["body"]
    assert "<script" not in put.json["documents"][0]["body"]


async def test_a_word_file_comes_in_a_form(office: Office) -> None:
    release, etag = await office.draft()
    word = docx.Document()
    word.add_heading("关于文档的通知", level=1)
    word.add_paragraph("一、这是文档里的正文。")
    file = io.BytesIO()
    word.save(file)
    form = aiohttp.FormData()
    form.add_field("file", file.getvalue(), filename="通知.docx", content_type="application/octet-stream")
    path = f"/api/v1/releases/{release}/documents/policy"
    put = await office.ask("editor", "PUT", path, data=form, headers={"If-Match": etag})
    assert put.status == 200, put.body
    assert "这是文档里的正文" in put.json["documents"][0]["body"]


async def test_a_body_written_by_hand_is_sanitised(office: Office) -> None:
    release, etag = await office.draft()
    path = f"/api/v1/releases/{release}/documents/policy"
    body = {"title": "甲", "body": "<p onclick='x'>好</p><script>alert(1)</script>"}
    put = await office.ask("editor", "PUT", path, body, headers={"If-Match": etag})
    assert put.json["documents"][0]["body"] == "<p>好</p>"


async def test_a_picture_that_was_never_imported_cannot_be_shown(office: Office) -> None:
    release, etag = await office.draft()
    path = f"/api/v1/releases/{release}/documents/policy"
    body = {"title": "甲", "body": f'<p><img src="blob:{"a" * 64}" alt="图"></p>'}
    put = await office.ask("editor", "PUT", path, body, headers={"If-Match": etag})
    assert (put.status, put.code) == (422, "invalid")
    assert "/body" in put.json["fields"]


async def test_a_preview_is_what_the_channel_renders_and_runs_nothing(office: Office) -> None:
    release, _ = await office.draft()
    path = f"/api/v1/releases/{release}/preview/website"
    listed = (await office.get("first", path)).json
    assert listed["files"]
    for file in listed["files"]:
        shown = await office.get("first", f"{path}/{file['name']}")
        assert canonical.digest(shown.body) == file["sha256"]
        assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert (await office.get("first", f"{path}/../../../../etc/passwd")).status == 404
    assert (await office.get("first", f"{path}/%2e%2e%2fpasswd")).code == "not_found"


async def test_the_list_goes_on_where_its_cursor_says(office: Office) -> None:
    made = [(await office.ask("editor", "POST", "/api/v1/releases", METADATA)).json["id"] for _ in range(3)]
    first = (await office.get("auditor", "/api/v1/releases?limit=2")).json
    assert [line["id"] for line in first["releases"]] == made[:0:-1]
    second = (await office.get("auditor", f"/api/v1/releases?limit=2&cursor={first['next']}")).json
    assert ([line["id"] for line in second["releases"]], second["next"]) == (made[:1], None)


async def test_deliveries_are_read_in_pages_with_what_workers_did(office: Office) -> None:
    release = await office.approved()
    await office.post("publisher", release, "publish")
    path = f"/api/v1/releases/{release}/deliveries?limit=1"
    first = (await office.get("auditor", path)).json
    second = (await office.get("auditor", f"{path}&cursor={first['next']}")).json
    assert [d["channel"] for d in (*first["deliveries"], *second["deliveries"])] == ["rss", "website"]
    assert (first["deliveries"][0]["history"], second["next"]) == ([], None)


async def test_whoever_left_is_not_known_any_more(office: Office) -> None:
    assert (await office.get("auditor", "/api/v1/channels")).status == 200
    await people.disable(office.house.hub, people.OPERATOR, "auditor")
    assert (await office.get("auditor", "/api/v1/channels")).code == "unauthenticated"


async def test_a_monitor_may_ask_for_the_head_alone(office: Office) -> None:
    found = await office.ask(None, "HEAD", "/healthz")
    assert (found.status, found.body, found.headers["Content-Length"]) == (200, b"", "3")


async def test_the_log_is_read_in_pages_without_a_gap(office: Office) -> None:
    await office.draft()
    after, seen = -1, []
    while True:
        page = (await office.get("auditor", f"/api/v1/log/entries?after={after}&limit=3")).json
        seen += page["entries"]
        if page["next"] is None:
            break
        after = page["next"]
    assert [line["seq"] for line in seen] == list(range(page["size"]))
    assert json.loads(seen[0]["entry"])["t"] == "log.opened"
    assert page["vkey"] == office.house.signer.vkey


async def test_checks_channels_and_publications_are_there_to_read(office: Office) -> None:
    release, _ = await office.draft()
    found = (await office.get("auditor", f"/api/v1/releases/{release}/checks")).json["findings"]
    assert [one["code"] for one in found] == ["interpretation_thin", "interpretation_lacks"]
    assert (await office.get("auditor", f"/api/v1/releases/{release}/publications")).json == {"publications": []}
    channels = (await office.get("auditor", "/api/v1/channels")).json["channels"]
    assert [(c["name"], c["authoritative"]) for c in channels] == [("rss", False), ("website", True)]
    assert (await office.get("auditor", f"/api/v1/certificates/{release}")).code == "not_found"


async def test_the_openapi_document_is_valid_and_open_to_all(office: Office) -> None:
    document = (await office.get(None, "/api/openapi.json")).json
    validate(document)
    assert document["openapi"].startswith("3.1")
    events = document["paths"]["/api/v1/releases/{release}/events"]["get"]["x-events"]
    assert {name: one["$ref"].rpartition("/")[2] for name, one in events.items()} == {
        "delivery": "DeliveryNow",
        "official": "OfficialTime",
        "end": "End",
    }


async def test_health_is_told_without_a_token_and_metrics_are_not(office: Office) -> None:
    assert (await office.get(None, "/healthz")).body == b"ok\n"
    assert (await office.get(None, "/readyz")).body == b"ok\n"
    assert (await office.get(None, "/metrics")).code == "unauthenticated"


async def test_every_answer_carries_the_security_headers(office: Office) -> None:
    for path in ("/healthz", "/api/v1/releases", "/nowhere", "/api/openapi.json"):
        headers = (await office.get(None, path)).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Server" not in headers
