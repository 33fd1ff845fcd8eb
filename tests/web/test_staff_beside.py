"""附件 and 批注 over HTTP: the console's commands, with its checks and limits, and what every other edit asks for."""

import io
from typing import Any
from urllib.parse import quote

import pytest

from hub.store import comments
from schemas.errors import ErrorCode
from tests.web.conftest import Office, Reply

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n"
TABLE = "附表 1（规划）.pdf"


def place(release: int, name: str = "") -> str:
    path = f"/api/v1/releases/{release}/documents/policy/attachments"
    return f"{path}/{quote(name, safe='')}" if name else path


def named(filename: str, etag: str | None = None, **more: str) -> dict[str, str]:
    disposition = f"attachment; filename*=UTF-8''{quote(filename)}"
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": disposition, **more}
    return headers | ({"If-Match": etag} if etag else {})


async def put(office: Office, release: int, etag: str | None, data: bytes = PDF, filename: str = TABLE) -> Reply:
    return await office.ask("editor", "POST", place(release), data=data, headers=named(filename, etag))


async def listed(office: Office, release: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await office.get("auditor", place(release))).json["attachments"]
    return found


async def test_a_file_is_put_replaced_named_anew_read_and_taken_away(office: Office) -> None:
    release, etag = await office.draft()
    made = await put(office, release, etag)
    assert made.status == 200, made.body
    assert [one["name"] for one in made.json["documents"][0]["attachments"]] == [TABLE]
    again = await put(office, release, made.headers["ETag"], PDF + b"%%EOF\n")
    (one,) = await listed(office, release)
    assert (one["size"], one["media"]) == (len(PDF) + 6, "application/pdf")
    read = await office.get("first", place(release, TABLE))
    assert (read.status, read.body) == (200, PDF + b"%%EOF\n")
    assert read.headers["Content-Disposition"].startswith("attachment; ")
    assert read.headers["Content-Security-Policy"].startswith("sandbox;")
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    path, etag = place(release, TABLE), again.headers["ETag"]
    renamed = await office.ask("editor", "POST", path + "/rename", {"name": "附表"}, headers={"If-Match": etag})
    assert [one["name"] for one in await listed(office, release)] == ["附表.pdf"]
    assert (await office.get("first", path)).code == ErrorCode.NOT_FOUND
    etag = renamed.headers["ETag"]
    gone = await office.ask("editor", "DELETE", place(release, "附表.pdf"), headers={"If-Match": etag})
    assert (gone.status, await listed(office, release)) == (200, [])
    whole = await office.get("editor", f"/api/v1/releases/{release}")
    assert whole.headers["ETag"] == gone.headers["ETag"]
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF + b"\r\n--x--\r\n"
    sent = {"Content-Type": "multipart/form-data; boundary=x", "If-Match": gone.headers["ETag"]}
    assert (await office.ask("editor", "POST", place(release), data=form, headers=sent)).status == 200
    assert [one["name"] for one in await listed(office, release)] == ["a.pdf"]


async def test_what_may_not_be_attached_is_refused_as_in_the_console(office: Office) -> None:
    release, etag = await office.draft()
    assert (await put(office, release, None)).code == ErrorCode.PRECONDITION
    assert (await put(office, release, '"1"')).code == ErrorCode.CONFLICT
    for filename, data in (("a.exe", b"MZ"), ("a.pdf", b"no pdf"), ("a.pdf", b""), ("a.html", b"<script>")):
        assert (await put(office, release, etag, data, filename)).code == ErrorCode.INTAKE
    large = io.BytesIO(b"0" * 20_000_001)
    told = await office.ask("editor", "POST", place(release), data=large, headers=named(TABLE, etag))
    assert told.code == ErrorCode.TOO_LARGE
    bare = {"Content-Type": "application/pdf", "If-Match": etag}
    assert (await office.ask("editor", "POST", place(release), data=PDF, headers=bare)).code == ErrorCode.UNREADABLE
    assert (await office.ask("editor", "POST", place(release), {}, headers={"If-Match": etag})).status == 400
    foreign = await office.ask("publisher", "POST", place(release), data=PDF, headers=named(TABLE, etag))
    assert foreign.code == ErrorCode.FORBIDDEN
    nowhere = place(release).replace("policy", "interpretation-9")
    assert (await office.get("editor", nowhere)).code == ErrorCode.NOT_FOUND
    assert (await office.ask("editor", "DELETE", place(release, "无.pdf"), headers={"If-Match": etag})).status == 404
    assert await listed(office, release) == []


async def test_a_file_that_is_sent_twice_with_one_key_is_put_once(office: Office) -> None:
    release, etag = await office.draft()
    headers = named(TABLE, etag, **{"Idempotency-Key": "one"})
    first, second = [await office.ask("editor", "POST", place(release), data=PDF, headers=headers) for _ in range(2)]
    assert (first.status, first.body) == (second.status, second.body)
    assert first.headers["ETag"] == second.headers["ETag"]
    other = await office.ask("editor", "POST", place(release), data=PDF + b"%", headers=headers)
    assert other.code == ErrorCode.REUSED_KEY


async def test_a_comment_is_made_answered_and_settled(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    release = await office.submitted()
    path = f"/api/v1/releases/{release}/comments"
    remark = {"document": "policy", "edition": 1, "quote": "为了测试", "words": "请说明依据"}
    made = await office.ask("first", "POST", path, remark)
    assert made.status == 201, made.body
    first = made.json["first"]
    assert (first["before"], first["author_name"], first["resolved_at"]) == ("一、", "first", None)
    one = f"{path}/{first['id']}"
    answered = await office.ask("editor", "POST", one + "/answer", {"words": "已补充"})
    assert [answer["words"] for answer in answered.json["answers"]] == ["已补充"]
    assert (await office.ask("second", "POST", one + "/settle", {"settled": True})).code == ErrorCode.FORBIDDEN
    assert (await office.ask("first", "POST", one + "/settle", {"settled": True})).json["first"]["resolved_by"]
    opened = await office.ask("editor", "POST", one + "/settle", {"settled": False})
    assert opened.json["first"]["resolved_by"] is None
    (thread,) = (await office.get("auditor", path)).json["comments"]
    assert (thread["first"]["id"], len(thread["answers"])) == (first["id"], 1)
    for changes, code in (
        ({"quote": "没有这几个字"}, ErrorCode.INVALID),
        ({"edition": 9}, ErrorCode.NOT_FOUND),
        ({"words": ""}, ErrorCode.INVALID),
        ({"nosuch": 1}, ErrorCode.INVALID),
    ):
        assert (await office.ask("first", "POST", path, remark | changes)).code == code
    assert (await office.ask("publisher", "POST", path, remark)).code == ErrorCode.FORBIDDEN
    assert (await office.ask("editor", "POST", f"{path}/999/answer", {"words": "？"})).code == ErrorCode.NOT_FOUND
    monkeypatch.setattr(comments, "MAX_COMMENTS", 2)
    assert (await office.ask("first", "POST", path, remark)).code == ErrorCode.INVALID
