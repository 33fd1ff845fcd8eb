"""The open data: only what is public, in the shapes that its own document promises, for harvesters too."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from openapi_spec_validator import validate

from hub.commands import drafting, publishing
from hub.web.live import open_data, openapi
from schemas.person import Person
from schemas.release import Disclosure, Document, Role, Secrecy
from schemas.standing import StandingKind
from tests import making
from tests.public.conftest import Room

SECRET = "绝不能出现的内容"
DOCUMENT: dict[str, Any] = json.loads(openapi.document(open_data.ENDPOINTS))


def promised(path: str, body: Any) -> None:
    """The answer has the shape that the OpenAPI document gives for the path."""
    bare = path.partition("?")[0]
    for template, operations in DOCUMENT["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), f"/api/public/v1{bare}"):
            given = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            schema = {**given, "components": DOCUMENT["components"]}
            jsonschema.Draft202012Validator(schema).validate(body)
            return
    raise AssertionError(f"{path} is promised nowhere")


async def told(room: Room, path: str) -> Any:
    body = await room.data(path)
    promised(path, body)
    return body


async def hidden(room: Room, staff: dict[str, Person]) -> list[int]:
    """A release for every way of not being public, each with words that must never come out."""
    text = Document(role=Role.POLICY, number=0, title=SECRET, body=f"<p>{SECRET}</p>")
    house = room.house
    number = "11120000MB1909339E/2026-0010{}".format
    draft = await making.draft(house, staff, title=SECRET)
    await drafting.put_document(house.hub, staff["editor"], draft.id, text)
    approved = (await making.approved(house, staff, title=SECRET, index_no=number(1))).release
    scheduled = (await making.approved(house, staff, title=SECRET, index_no=number(2))).release
    at = datetime.now(UTC) + timedelta(days=1)
    await publishing.publish(house.hub, staff["publisher"], scheduled, at=at)
    sent = (await making.approved(house, staff, title=SECRET, index_no=number(3))).release
    await publishing.publish(house.hub, staff["publisher"], sent)
    closed = await room.seen(await room.frozen(title=SECRET, disclosure=Disclosure.CLOSED, disclosure_ground="内部"))
    marked = await room.seen(await room.frozen(title=SECRET, secrecy=Secrecy.CONFIDENTIAL))
    elsewhere = await room.seen(await room.frozen(title=SECRET), channel="rss")
    withdrawn = await room.shelved(f"<p>{SECRET}</p>", title=SECRET)
    await making.said(house, staff, withdrawn.release)
    unread = await room.shelved(f"<p>{SECRET}</p>", title=SECRET)
    await room.follow()
    await making.said(house, staff, unread.release)
    others = (closed, marked, elsewhere, withdrawn, unread)
    return [draft.id, approved, scheduled, sent, *(one.release for one in others)]


async def test_nothing_that_is_not_public_ever_comes_out(room: Room, staff: dict[str, Person]) -> None:
    public = await room.shelved(title="公开的通知", kind="normative")
    # A later edition that nobody has seen on the site is not public either, though feeds may tell of it already.
    later = await room.going(await room.frozen(f"<p>{SECRET}</p>", release=public.release, title=SECRET))
    await room.seen(later, channel="rss")
    numbers = await hidden(room, staff)
    since = "changed_since=2020-01-01T00:00:00Z"
    pages = ["/search?q=" + SECRET, "/search?q=公开&unit=天津市规划和自然资源局", "/register", "/register.csv"]
    lists = [
        "/",
        "/releases",
        "/releases?kind=normative",
        f"/releases?{since}",
        f"/search?q={SECRET}",
        "/search?q=通知",
    ]
    one = [f"/releases/{number}{more}" for number in numbers for more in PARTS]
    shown = "".join([await room.page(path) for path in pages])
    assert SECRET not in re.sub(r'value="[^"]*"|<h1>[^<]*</h1>|<title>[^<]*</title>|href="[^"]*"', "", shown)
    for path in lists:
        body = await told(room, path)
        assert SECRET not in json.dumps(body | {"q": "", "words": []}, ensure_ascii=False)
    for path in one:
        refused = await room.data(path, status=404)
        assert refused["code"] == "not_found"
        assert SECRET not in json.dumps(refused, ensure_ascii=False)
    listed = [item["id"] for item in (await told(room, "/releases"))["items"]]
    assert listed == [public.release]
    where = (await told(room, f"/releases/{public.release}/publications"))["items"]
    assert {(one["channel"], one["edition"]) for one in where} == {("website", 1), ("rss", 2)}
    assert SECRET not in json.dumps(await told(room, f"/releases/{public.release}/documents/policy"))
    gone = {item["id"]: item["release"] for item in (await told(room, f"/releases?{since}"))["items"]}
    assert all(one is None for number, one in gone.items() if number != public.release)


PARTS = ("", "/documents/policy", "/documents/interpretation-1", "/publications", "/sightings")


async def test_a_release_is_told_in_full(room: Room, staff: dict[str, Person]) -> None:
    successor = await room.shelved(title="新的办法", kind="normative")
    edition = await room.shelved("<p>正文&lt;</p>", "<p>解读</p>", title="旧的办法", kind="normative")
    await making.said(
        room.house, staff, edition.release, StandingKind.REPEALED, successor={"release": successor.release}
    )
    await room.follow()
    release = await told(room, f"/releases/{edition.release}")
    assert (release["validity"], release["standing"]["kind"], release["sha256"]) == (
        "repealed",
        "repealed",
        edition.digest,
    )
    assert release["standing"]["successor"]["title"] == "新的办法"
    assert release["certificate"] == f"{room.house.public_url}/c/{edition.release}"
    assert [one["name"] for one in release["documents"]] == ["policy", "interpretation-1"]
    text = await told(room, f"/releases/{edition.release}/documents/policy")
    assert (text["html"], text["text"]) == ("<p>正文&lt;</p>", "正文<")
    where = await told(room, f"/releases/{edition.release}/publications")
    assert (where["official_channel"], [one["channel"] for one in where["items"]]) == ("website", ["website"] * 2)
    looks = await told(room, f"/releases/{edition.release}/sightings")
    assert [one["document"] for one in looks["items"]] == ["policy", "interpretation-1"]
    found = await told(room, "/search?q=旧")
    assert [(one["release"], one["validity"]) for one in found["items"]] == [
        (edition.release, "repealed"),
        (edition.release, "repealed"),
    ]
    for path in ("/", "/columns", "/feeds"):
        await told(room, path)


async def test_harvesters_miss_nothing(room: Room, staff: dict[str, Person]) -> None:
    first = [await room.shelved(title=f"第{n}件") for n in range(12)]
    page = await told(room, "/releases?changed_since=2020-01-01T00:00:00Z&limit=10")
    assert [item["id"] for item in page["items"]] == [one.release for one in first[:10]]
    page = await told(room, page["next"].partition("/api/public/v1")[2])
    assert [item["id"] for item in page["items"]] == [one.release for one in first[10:]]
    assert page["next"] is None
    await making.said(room.house, staff, first[3].release)
    await room.follow()
    later = await room.shelved(title="后来的")
    page = await told(room, page["resume"].partition("/api/public/v1")[2])
    assert [(item["id"], item["release"] is None) for item in page["items"]] == [
        (first[3].release, True),
        (later.release, False),
    ]
    assert page["items"][0]["withdrawn_at"]
    # Reading the log again changes nothing.
    async with room.house.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE followers SET position = 0 WHERE name = 'search'")
    await room.follow()
    page = await told(room, page["resume"].partition("/api/public/v1")[2])
    assert page["items"] == []


async def test_lists_go_on_by_their_cursor(room: Room) -> None:
    every = [await room.shelved("<p>一</p>", "<p>二</p>", title=f"第{n}件") for n in range(13)]
    page = await told(room, "/releases?limit=10")
    rest = await told(room, page["next"].partition("/api/public/v1")[2])
    got = [item["id"] for item in page["items"] + rest["items"]]
    assert got == [one.release for one in reversed(every)]
    assert rest["next"] is None


async def test_the_frame_of_every_answer(room: Room) -> None:
    edition = await room.shelved()
    validate(DOCUMENT)
    path = f"/api/public/v1/releases/{edition.release}"
    async with room.client.get(path) as answer:
        etag = answer.headers["ETag"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    async with room.client.get(path, headers={"If-None-Match": etag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    for method, address, status, code in (
        ("GET", "/api/public/v1/nowhere", 404, "not_found"),
        ("GET", "/api/public/", 404, "not_found"),
        ("GET", "/api/public", 404, "not_found"),
        ("POST", path, 405, "method"),
        ("GET", "/api/public/v1/releases?limit=1000000", 422, "invalid"),
        ("GET", "/api/public/v1/releases?cursor=x", 422, "invalid"),
        ("GET", "/api/public/v1/releases?typo=1", 422, "invalid"),
        ("GET", "/api/public/v1/releases?changed_since=2020-01-01T00:00:00Z&kind=policy", 422, "invalid"),
        ("GET", "/api/public/v1/releases/999999999999999", 404, "not_found"),
        ("GET", "/api/public/v1/releases/9999999999999999", 404, "not_found"),
        ("GET", "/api/public/v1/search?q=a&cursor=%27", 422, "invalid"),
    ):
        async with room.client.request(method, address) as answer:
            assert (answer.status, answer.content_type) == (status, "application/problem+json"), address
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert json.loads(await answer.read())["code"] == code
    async with room.client.get("/api/public/v1/search?role=x&limit=5") as answer:
        told = json.loads(await answer.read())
    assert told["fields"] == {"/role": "应为下列之一：policy、interpretation", "/limit": "不得小于 10"}
    assert "role 应为下列之一：policy、interpretation" in told["detail"]
    async with room.client.options(path) as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
