"""Worlds of the kind `cms`: a site that speaks as WordPress does, and WordPress itself where one is named.

`WORDPRESS_TEST_ADDRESS` is the address of a WordPress that tests may fill and empty, `WORDPRESS_TEST_AUTHORIZATION` an
editor's application password as the header has it.
"""

import json
import os
from collections import Counter
from typing import Any

from aiohttp import web

from channels.conformance.world import World, base
from schemas.parcel import Parcel
from schemas.publication import Receipt

SECRET = "Basic YS1zZWNyZXQ6bm9ib2R5LXJlYWRz"
ADDRESS, AUTHORIZATION = "WORDPRESS_TEST_ADDRESS", "WORDPRESS_TEST_AUTHORIZATION"


class Blog(World):
    """Posts by number; as WordPress, it makes another one of a slug that is taken."""

    kind, remote = "cms", True
    secrets = (SECRET,)

    async def begin(self) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.place = base(await self.serve(self._app()))

    def table(self) -> dict[str, Any]:
        return {
            "api_base": f"{self.place}/wp-json",
            "public_base": self.place,
            "mapping": "wordpress",
            "headers": {"Authorization": SECRET},
            "look_seconds": 0.01,
            "settle_seconds": 0.05,
        }

    def denied(self) -> dict[str, Any] | None:
        return {"headers": {"Authorization": "Basic bm9ib2R5OmF0LWFsbA=="}}

    def foretold(self, parcel: Parcel) -> Receipt:
        return Receipt(id="", addresses=dict.fromkeys(parcel.addresses, f"{self.place}/archives/1/"))

    async def public(self) -> Counter[str]:
        return Counter(one["slug"] for one in self.posts.values())

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/wp-json/wp/v2/posts", self._search)
        app.router.add_post("/wp-json/wp/v2/posts", self._create)
        app.router.add_post(r"/wp-json/wp/v2/posts/{id:\d+}", self._update)
        app.router.add_delete(r"/wp-json/wp/v2/posts/{id:\d+}", self._delete)
        app.router.add_get(r"/archives/{id:\d+}/", self._show)
        return app

    def _enter(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != SECRET:
            raise web.HTTPUnauthorized(text=json.dumps({"code": "incorrect_password", "message": "no"}))

    def _told(self, number: int) -> dict[str, Any]:
        one = self.posts[number]
        link = f"{self.place}/archives/{number}/"
        return {"id": number, "link": link, "slug": one["slug"], "content": {"raw": one["content"]}}

    async def _search(self, request: web.Request) -> web.Response:
        self._enter(request)
        found = [number for number, one in self.posts.items() if one["slug"] == request.query["slug"]]
        return web.json_response([self._told(number) for number in found])

    async def _create(self, request: web.Request) -> web.Response:
        self._enter(request)
        given = await request.json()
        taken = [one["slug"] for one in self.posts.values() if one["slug"].startswith(given["slug"])]
        number = max(self.posts, default=0) + 1
        self.posts[number] = given | {"slug": f"{given['slug']}-{len(taken) + 1}" if taken else given["slug"]}
        return web.json_response(self._told(number), status=201)

    async def _update(self, request: web.Request) -> web.Response:
        self._enter(request)
        number = int(request.match_info["id"])
        if number not in self.posts:
            raise web.HTTPNotFound
        self.posts[number] |= await request.json()
        return web.json_response(self._told(number))

    async def _delete(self, request: web.Request) -> web.Response:
        self._enter(request)
        if self.posts.pop(int(request.match_info["id"]), None) is None:
            raise web.HTTPNotFound
        return web.json_response({"deleted": True})

    async def _show(self, request: web.Request) -> web.Response:
        one = self.posts.get(int(request.match_info["id"]))
        if one is None:
            raise web.HTTPNotFound
        # As its typographer mends texts.
        text = one["content"].replace("...", "…")
        return web.Response(text=f"<title>x</title><h1>{one['title']}</h1>{text}", content_type="text/html")


class WordPress(World):
    """The real one: shared by all tests, so that each begins by emptying it."""

    kind, remote = "cms", True

    async def begin(self) -> None:
        self.place = os.environ[ADDRESS].rstrip("/")
        self.kept = {"Authorization": os.environ[AUTHORIZATION]}
        for number in [one["id"] for one in await self._posts()]:
            url = f"{self.place}/wp-json/wp/v2/posts/{number}?force=true"
            async with self.http.delete(url, headers=self.kept) as answer:
                assert answer.ok

    def table(self) -> dict[str, Any]:
        return {
            "api_base": f"{self.place}/wp-json",
            "public_base": self.place,
            "mapping": "wordpress",
            "headers": self.kept,
            "look_seconds": 0.1,
            "settle_seconds": 3.0,
            "timeout_seconds": 20.0,
        }

    @property
    def bases(self) -> tuple[str, ...]:
        return (*super().bases, f"{self.place}/")

    def foretold(self, parcel: Parcel) -> Receipt:
        return Receipt(id="", addresses=dict.fromkeys(parcel.addresses, f"{self.place}/archives/999999/"))

    async def public(self) -> Counter[str]:
        return Counter(one["slug"] for one in await self._posts())

    async def _posts(self) -> list[dict[str, Any]]:
        url = f"{self.place}/wp-json/wp/v2/posts?per_page=100&search=&status=publish,draft"
        async with self.http.get(url, headers=self.kept) as answer:
            assert answer.ok, await answer.text()
            found: list[dict[str, Any]] = await answer.json()
        return [one for one in found if one["slug"].startswith("gongbu-")]
