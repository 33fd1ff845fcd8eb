"""One world per channel kind of ours: the vendors' sandboxes are its outside."""

from collections import Counter
from typing import Any

from aiohttp import web

from channels.conformance.world import NAME, World, base
from channels.contract import Call
from channels.sandbox import disclosure, wechat
from schemas.parcel import Parcel
from schemas.publication import Receipt
from tests.channels.mail.world import Mail
from tests.channels.webhook.world import Webhook

SECRET = "a-secret-nobody-should-ever-read"
TOKEN = "a-token-nobody-should-read"
WRONG = "a-secret-that-is-the-wrong-one-here"


class Website(World):
    """Pages alone: a copy beside each of them costs a process of its own, again in every world."""

    kind, remote = "website", False

    async def begin(self) -> None:
        """The site's tree and its server are all there is."""

    def table(self) -> dict[str, Any]:
        return {"copies": ()}

    def foretold(self, parcel: Parcel) -> Receipt:
        return Receipt(id="/zcwj/1001.html", addresses=parcel.addresses)

    async def public(self) -> Counter[str]:
        root = self.folder / "site"
        return Counter(str(file.relative_to(root)) for file in root.rglob("*") if file.is_file())


class Copied(Website):
    """The website as it is usually set: every page with its Word file."""

    def table(self) -> dict[str, Any]:
        return {}


class Rss(Copied):
    kind = "rss"


class Sandboxed(World):
    """A world whose outside is one of our sandboxes, which keeps a book of all that it has."""

    async def book(self) -> dict[str, Any]:
        async with self.http.get(f"{base(self.servers[-1])}/sandbox/book") as response:
            book: dict[str, Any] = await response.json()
            return book


class Disclosure(Sandboxed):
    kind, remote = "disclosure", True
    secrets = (SECRET,)

    async def begin(self) -> None:
        await self.serve(disclosure.make_app(disclosure.Options(secret=SECRET, delay_seconds=0.02)))

    def table(self) -> dict[str, Any]:
        limits = {"timeout_seconds": 2.0, "look_seconds": 0.01}
        return {"api_base": base(self.servers[-1]), "key_id": "sandbox", "secret": SECRET, **limits}

    def denied(self) -> dict[str, Any]:
        return {"secret": WRONG}

    def foretold(self, parcel: Parcel) -> Receipt:
        page = f"{base(self.servers[-1])}/records/1000001.html"
        return Receipt(id="1", addresses=dict.fromkeys(parcel.addresses, page))

    async def public(self) -> Counter[str]:
        return Counter({name: len(one["versions"]) for name, one in (await self.book())["records"].items()})

    async def held(self) -> Counter[str]:
        return Counter({digest: one["puts"] for digest, one in (await self.book())["files"].items()})


class WeChat(Sandboxed):
    kind, remote = "wechat", True
    secrets = (SECRET, TOKEN)

    async def begin(self) -> None:
        office = await self.serve(self._office())
        options = wechat.Options(
            secret=SECRET,
            token=TOKEN,
            publish_delay_seconds=0.02,
            event_retry_seconds=0.1,
            callback_url=f"{base(office)}/callback",
        )
        await self.serve(wechat.make_app(options))

    def table(self) -> dict[str, Any]:
        return {
            "api_base": base(self.servers[-1]),
            "app_id": wechat.Options().app_id,
            "secret": SECRET,
            "token": TOKEN,
            "timeout_seconds": 2.0,
            "poll_seconds": (0.1,),
            "page_seconds": 0.02,
            "rescan_seconds": 0.05,
            "look_seconds": 0.05,
            "settle_seconds": 0.2,
        }

    def denied(self) -> dict[str, Any]:
        return {"secret": WRONG}

    def foretold(self, parcel: Parcel) -> Receipt:
        page = f"{base(self.servers[-1])}/s/nobody"
        return Receipt(id="1", addresses=dict.fromkeys(parcel.addresses, page))

    async def public(self) -> Counter[str]:
        articles = (await self.book())["articles"].values()
        return Counter(item["title"] for one in articles for item in one["items"])

    async def held(self) -> Counter[str]:
        book = await self.book()
        return Counter({name: len(book[name]) for name in ("drafts", "materials", "images")})

    def _office(self) -> web.Application:
        """The hub's callback address."""

        async def hear(request: web.Request) -> web.Response:
            body = await request.read()
            call = Call(method=request.method, query=dict(request.query), body=body, content_type=request.content_type)
            heard = await self.channel.hear(call)
            assert heard is not None
            self.letterbox.messages.update({(NAME, key): value for key, value in heard.messages.items()})
            return web.Response(status=heard.status, body=heard.reply)

        app = web.Application()
        app.router.add_route("*", "/callback", hear)
        return app


WORLDS: tuple[type[World], ...] = (Website, Rss, WeChat, Disclosure, Webhook, Mail)
