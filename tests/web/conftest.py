"""The staff application on a real house, asked over real HTTP by people with real tokens."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils
from pytest_aiohttp.plugin import AiohttpClient

from hub import embedded, signature
from hub.app import House
from hub.commands import tokens
from hub.web import api, endpoint
from hub.web.route import Desk
from schemas.person import Person
from tests import databases, making, openings
from tests.openings import Hiring
from tests.web import square as squares
from tests.web.square import Square

METADATA: dict[str, Any] = making.metadata().model_dump(mode="json")
TEXT = {"title": "关于测试的通知", "body": "<p>一、为了测试。</p>"}
LEVELS = (("first", "first"), ("second", "second"), ("secrecy", "secrecy"), ("signer", "final"))
JSON = {"Content-Type": "application/json"}
#: The log's name and a login → the token in the house that was opened under that name: rows keep its digest alone.
TOKENS: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        assert self.headers["Content-Type"].startswith("application/problem+json")
        return str(self.json["code"])


@dataclass(frozen=True)
class Office:
    """Asks the API as one of the people."""

    client: test_utils.TestClient[Any, Any]
    house: House
    staff: dict[str, Person]
    tokens: dict[str, str] = field(default_factory=dict)

    async def ask(
        self,
        login: str | None,
        method: str,
        path: str,
        body: object = None,
        *,
        data: object = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        sent = {**({"Authorization": f"Bearer {self.tokens[login]}"} if login else {}), **(headers or {})}
        if body is not None:
            sent |= JSON
            data = json.dumps(body).encode()
        async with self.client.request(method, path, data=data, headers=sent) as response:
            _as_promised(method, response)
            return Reply(response.status, response.headers, await response.read())

    @property
    def desk(self) -> Desk:
        app = self.client.app
        assert app is not None
        desk: Desk = app[endpoint.DESK]
        return desk

    async def hire(self, person: Person) -> None:
        token = await tokens.issue(self.house.hub, person, person.login, label="test")
        self.tokens[person.login] = token

    async def draft(self, **changes: object) -> tuple[int, str]:
        """A complete draft over HTTP: its id and its ETag."""
        made = await self.ask("editor", "POST", "/api/v1/releases", METADATA | changes)
        assert made.status == 201, made.body
        release, etag = made.json["id"], made.headers["ETag"]
        for name in ("policy", "interpretation-1"):
            etag = await self.put(release, name, etag)
        return release, etag

    async def put(self, release: int, name: str, etag: str) -> str:
        path = f"/api/v1/releases/{release}/documents/{name}"
        put = await self.ask("editor", "PUT", path, TEXT, headers={"If-Match": etag})
        assert put.status == 200, put.body
        return put.headers["ETag"]

    async def submitted(self) -> int:
        release, _ = await self.draft()
        assert (await self.post("editor", release, "submit")).status == 200
        return release

    async def approved(self) -> int:
        release = await self.submitted()
        for login, level in LEVELS:
            reviewed = await self.review(login, release, level)
            assert reviewed.status == 200, reviewed.body
        return release

    async def review(self, login: str, release: int, level: str, *, edition: int = 1) -> Reply:
        return await self.post(login, release, "review", {"level": level, "decision": "approve", "edition": edition})

    async def post(self, login: str, release: int, what: str, body: object = None) -> Reply:
        return await self.ask(login, "POST", f"/api/v1/releases/{release}/{what}", body or {})

    async def get(self, login: str | None, path: str) -> Reply:
        return await self.ask(login, "GET", path)


@cache
def _promised() -> dict[str, dict[str, Any]]:
    """The paths of the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = json.loads(api._document())["paths"]
    return paths


def _as_promised(method: str, response: aiohttp.ClientResponse) -> None:
    """Whatever any test here is answered, status and media type are those of the OpenAPI document."""
    for template, operations in _promised().items():
        pattern = re.sub(r"\\{(\w+)\\}", lambda part: ".+" if part[1] == "file" else "[^/]+", re.escape(template))
        if method.lower() in operations and re.fullmatch(pattern, response.url.raw_path):
            operation = operations[method.lower()]
            # A path that only looks like one of ours is nobody's route: that is told for every address.
            content = operation["responses"].get(str(response.status), {"content": {}})["content"]
            assert response.content_type in content or "*/*" in content or response.status == 404, response
            etag = "ETag" in operation["responses"].get(str(response.status), {}).get("headers", {})
            assert etag == ("ETag" in response.headers)


@pytest.fixture
def hiring() -> Hiring:
    return hired


async def hired(house: House) -> dict[str, Person]:
    """One person per duty, by login, each with a token that `TOKENS` knows."""
    staff = await openings.hired(house)
    # One after the other over one connection: at once, each would open its own, which costs more than what it is for.
    for login, person in staff.items():
        token = await tokens.issue(house.hub, person, login, label="test")
        TOKENS[signature.origin(house.settings), login] = token
    return staff


@pytest.fixture
async def office(house: House, staff: dict[str, Person], aiohttp_client: AiohttpClient) -> Office:
    app = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url)
    origin = signature.origin(house.settings)
    return Office(await aiohttp_client(app), house, staff, {login: TOKENS[origin, login] for login in staff})


@pytest.fixture(scope="package")
async def square(
    engines: embedded.Engines, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Square]:
    """One town for all tests of the public side, or for those that run one after another when they are shared out."""
    async with (
        databases.made(engines, like=migrated) as where,
        squares.built(tmp_path_factory.mktemp("square"), where) as one,
    ):
        yield one
