"""A program that talks to the sandbox as to the real platform."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import test_utils
from PIL import Image

APP = {"appid": "wx0000000000sandbox", "secret": "sandbox-secret", "grant_type": "client_credential"}
Body = dict[str, Any]


class Client:
    """A program that talks to the sandbox as to the real platform."""

    def __init__(self, http: aiohttp.ClientSession, server: test_utils.TestServer) -> None:
        self.http, self.server = http, server
        self.token = ""

    async def get(self, path: str, **query: str) -> Body:
        async with self.http.get(self.server.make_url(f"/cgi-bin/{path}"), params=query) as response:
            answer: Body = await response.json()
            return answer

    async def post(self, path: str, body: Any = None, **more: Any) -> Body:
        query = {"access_token": self.token, **more.pop("query", {})}
        async with self.http.post(
            self.server.make_url(f"/cgi-bin/{path}"), params=query, **(more or {"json": body})
        ) as response:
            assert response.status == 200
            answer: Body = await response.json()
            return answer

    async def page(self, path: str) -> tuple[int, str]:
        async with self.http.get(self.server.make_url(path)) as response:
            return response.status, await response.text()

    async def upload(self, path: str, data: bytes, name: str = "a.jpg") -> Body:
        form = aiohttp.FormData()
        form.add_field("media", data, filename=name, content_type="image/jpeg")
        return await self.post(path, data=form, query={"type": "image"})

    async def enter(self) -> None:
        self.token = (await self.post("stable_token", APP))["access_token"]

    async def article(self, **fields: Any) -> Body:
        cover = await self.upload("material/add_material", jpeg())
        return {"title": "标题", "content": "<p>正文</p>", "thumb_media_id": cover["media_id"], **fields}

    async def draft(self, **fields: Any) -> Body:
        return await self.post("draft/add", {"articles": [await self.article(**fields)]})


Opener = Callable[..., Awaitable[Client]]


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG")
    return out.getvalue()


async def published(one: Client, media_id: str) -> Body:
    submitted = await one.post("freepublish/submit", {"media_id": media_id})
    for _ in range(100):
        result = await one.post("freepublish/get", {"publish_id": submitted["publish_id"]})
        if result["publish_status"] != 1:
            return result
        await asyncio.sleep(0.02)
    raise AssertionError("never finished")
