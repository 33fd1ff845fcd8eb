"""Law 10: whatever is sent, the answer is a problem in Chinese with a stable code, and never a trace."""

import asyncio
import json
import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from hub import serve
from hub.store import engine
from hub.web import api, bodies
from tests.web.conftest import JSON, METADATA, Office

PATH = "/api/v1/releases"
FILE = {"Content-Disposition": 'attachment; filename="a.txt"', "Content-Type": "text/plain"}
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello'
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


NO_JSON = (
    b"",
    b"{nope",
    b'{"title":"\xff\xfe"}',
    b'{"title":"\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    json.dumps(METADATA, ensure_ascii=False).encode("gb18030"),
    b'{"kind":' + b"9" * 5000 + b"}",
)
WRONG: dict[str, dict[str, object]] = {
    "/titel": {"titel": "x"},
    "/title": {"title": ""},
    "/issuer": {"issuer": 7},
    "/signed_on": {"signed_on": "2026-13-01"},
    "/keywords": {"keywords": ["a"] * 11},
    "/kind": {"kind": "law"},
    "/" + "~0~1" * 40: {"~/" * 100: 1},
}
FORMS = (
    b"junk",
    PART,
    PART + b"\r\n" + PART + b"\r\n--x--\r\n",
    b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--\r\n",
    b"--x\r\nX: " + b"a" * 100_000 + b"\r\n\r\nhello\r\n--x--\r\n",
    b"--x\r\n\r\nhello\r\n--x--\r\n",
)
TOKENS = ("", "gb_", "Bearer", "Bearer gb_" + "A" * 43, "Basic eDp5", "Bearer gb_\xe9" + "A" * 43)
ORIGINS = ("null", "https://evil.example", "http://[", "", "//")
ETAGS = ("abc", "*", 'W/"1"', '"0"', '"1", "2"', '"\xe9"')
PAGES = ("limit=0", "limit=101", "limit=x", "cursor=-1", f"cursor={10**30}", "foo=1")
NO_HTTP = (
    b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    b"GET /healthz HTTP/9.9\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + b"a" * 9000 + b"\r\n\r\n",
    b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: coffee\r\n\r\n",
)


async def test_what_is_no_json_is_unreadable(office: Office) -> None:
    for body in NO_JSON:
        refused = await office.ask("editor", "POST", PATH, data=body, headers=JSON)
        assert (refused.status, refused.code) == (400, "unreadable"), body[:40]


async def test_a_wrong_field_is_named(office: Office) -> None:
    for where, change in WRONG.items():
        refused = await office.ask("editor", "POST", PATH, METADATA | change)
        assert (refused.status, refused.code) == (422, "invalid"), change
        assert list(refused.json["fields"]) == [where]


async def test_a_nul_is_treated_the_same_in_a_new_release_and_in_an_edit(office: Office) -> None:
    made = await office.ask("editor", "POST", PATH, METADATA | {"title": "甲\x00乙"})
    assert made.json["metadata"]["title"] == "甲乙"
    path = f"{PATH}/{made.json['id']}"
    edited = await office.ask("editor", "PATCH", path, {"title": "丙\x00丁"}, headers={"If-Match": '"1"'})
    assert edited.json["metadata"]["title"] == "丙丁"
    refused = await office.ask("editor", "POST", PATH, METADATA | {"theme": "甲\x00"})
    assert refused.code == "invalid"


async def test_a_body_is_bounded_whether_it_tells_its_length_or_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_JSON", 1_000_000)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 10_000

    for data in (b" " * 1_000_001, pieces()):
        refused = await office.ask("editor", "POST", PATH, data=data, headers=JSON)
        assert (refused.status, refused.code) == (413, "too_large")


async def test_a_file_is_bounded_alone_and_in_a_form(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_UPLOAD", 1_000_000)
    release, etag = await office.draft()
    for headers, data in ((FILE, b"a" * 1_000_001), (FORM, PART + b"a" * 1_000_000 + b"\r\n--x--\r\n")):
        path = f"{PATH}/{release}/documents/policy"
        refused = await office.ask("editor", "PUT", path, data=data, headers=headers | {"If-Match": etag})
        assert (refused.status, refused.code) == (413, "too_large")


async def test_a_form_that_is_no_single_file_is_unreadable(office: Office) -> None:
    release, etag = await office.draft()
    path = f"{PATH}/{release}/documents/policy"
    for data in FORMS:
        refused = await office.ask("editor", "PUT", path, data=data, headers=FORM | {"If-Match": etag})
        assert (refused.status, refused.code) == (400, "unreadable"), data[:40]


async def test_a_compressed_body_is_not_unpacked(office: Office) -> None:
    packed = zlib.compress(b" " * 50_000_000)
    refused = await office.ask("editor", "POST", PATH, data=packed, headers=JSON | {"Content-Encoding": "deflate"})
    assert (refused.status, refused.code) == (400, "unreadable")


async def test_a_slow_body_is_given_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "READ_SECONDS", 0.05)
    never = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    async with asyncio.timeout(20):
        refused = await office.ask("editor", "POST", PATH, data=pieces(), headers=JSON)
    assert (refused.status, refused.code) == (400, "unreadable")
    assert "规定时间" in refused.json["detail"]


async def test_so_many_uploads_and_no_more(office: Office) -> None:
    release, etag = await office.draft()
    while not office.desk.uploads.locked():
        await office.desk.uploads.acquire()
    path = f"{PATH}/{release}/documents/policy"
    refused = await office.ask("editor", "PUT", path, data=b"x", headers=FILE | {"If-Match": etag})
    assert (refused.status, refused.code) == (503, "unavailable")


async def test_a_wrong_token_is_told_nothing(office: Office) -> None:
    for given in TOKENS:
        refused = await office.ask(None, "GET", PATH, headers={"Authorization": given})
        assert (refused.status, refused.code) == (401, "unauthenticated"), given
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


async def test_another_site_cannot_ask(office: Office) -> None:
    for origin in ORIGINS:
        refused = await office.ask("editor", "GET", PATH, headers={"Origin": origin})
        assert (refused.status, refused.code) == (403, "foreign_origin"), origin


async def test_our_own_pages_can(office: Office) -> None:
    origin = str(office.client.make_url("/").origin())
    assert (await office.ask("editor", "GET", PATH, headers={"Origin": origin})).status == 200


async def test_if_match_takes_an_etag_and_nothing_else(office: Office) -> None:
    release, _ = await office.draft()
    for given in ETAGS:
        refused = await office.ask("editor", "PATCH", f"{PATH}/{release}", {"note": "甲"}, headers={"If-Match": given})
        assert (refused.status, refused.code) == (422, "invalid"), given


async def test_an_edit_without_if_match_is_refused(office: Office) -> None:
    release, _ = await office.draft()
    refused = await office.ask("editor", "PATCH", f"{PATH}/{release}", {"note": "甲"})
    assert (refused.status, refused.code) == (428, "precondition")


async def test_an_act_that_compares_no_version_does_not_pretend_to(office: Office) -> None:
    release = await office.approved()
    path = f"{PATH}/{release}/publish"
    refused = await office.ask("publisher", "POST", path, {}, headers={"If-Match": '"1"'})
    assert (refused.status, refused.code) == (422, "invalid")
    assert (await office.post("publisher", release, "publish")).status == 200


async def test_a_page_that_cannot_be_is_refused(office: Office) -> None:
    for query in PAGES:
        assert (await office.get("auditor", f"{PATH}?{query}")).code == "invalid", query


async def test_the_ends_of_the_calendar_are_no_time_to_publish(office: Office) -> None:
    release = await office.approved()
    for at in (
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "3000-01-01T00:00:00Z",
    ):
        refused = await office.post("publisher", release, "publish", {"at": at})
        assert (refused.status, refused.code, list(refused.json["fields"])) == (422, "invalid", ["/at"]), at
    assert (await office.post("publisher", release, "publish", {"at": "2020-01-01T00:00:00Z"})).code == "too_late"


async def test_another_method_is_told_which_there_are(office: Office) -> None:
    refused = await office.ask("editor", "DELETE", f"{PATH}/1001")
    assert (refused.status, refused.code, refused.headers["Allow"]) == (405, "method", "GET, HEAD, PATCH")


async def test_a_preview_opens_no_file_of_the_machine(office: Office) -> None:
    release, _ = await office.draft()
    for name in ("..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "a%00b"):
        assert (await office.get("first", f"{PATH}/{release}/preview/website/{name}")).code == "not_found"
    refused = await office.get("first", f"{PATH}/{release}/preview/%00%1b{'a' * 500}")
    assert refused.code == "no_channel"
    assert re.search(r"\\u00|a{101}", refused.body.decode()) is None


async def test_a_store_that_does_not_answer_is_told_and_the_process_lives(
    office: Office, aiohttp_client: AiohttpClient
) -> None:
    house = office.house
    away = engine.make("postgresql+asyncpg://gongbu@127.0.0.1:1/gongbu", pool=1)
    app = api.make_app(replace(house.hub, engine=away), vkey=house.signer.vkey, public_url=house.public_url)
    client = await aiohttp_client(app)
    headers = {"Authorization": "Bearer gb_" + "A" * 43}
    for path in ("/readyz", PATH, f"{PATH}/1001/events", "/metrics"):
        async with client.get(path, headers=headers) as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (503, "2"), path
            assert (await refused.json(content_type="application/problem+json"))["code"] == "unavailable"
    async with client.get("/healthz") as alive:
        assert alive.status == 200
    await away.dispose()


async def test_what_is_no_http_is_told_so_too(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    house = office.house
    bound = serve.bind("[::1]:0")
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    async with serve.listening(app, bound):
        for sent in NO_HTTP:
            head, _, body = (await _say(bound.getsockname()[1], sent)).partition(b"\r\n\r\n")
            assert head.split(b" ")[1] == b"400", sent
            assert b"application/problem+json" in head
            assert b"aiohttp" not in head
            assert json.loads(body)["code"] == "unreadable"
    assert "Traceback" not in "".join(capfd.readouterr())


async def _say(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("::1", port)
    writer.write(sent)
    async with asyncio.timeout(20):
        heard = await reader.read()
    writer.close()
    return heard
