"""The mail kind's world: a mail server, and the bureau's own site, which shows everything in its time."""

from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from email.headerregistry import Address
from typing import Any

from aiohttp import web

from channels import registry
from channels.conformance.memory import MemoryShelf
from channels.conformance.world import World, base
from channels.contract import Channel, ChannelError, Tools
from channels.post import Account, Relay, Tls
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel
from schemas.publication import Receipt
from schemas.standing import Notice
from tests.mail import post_office

RECIPIENTS = ("xwzx@partner.test", "bgs@unit.test")
SENDER = Address("天津市规划和自然资源局", addr_spec="zhengce@bureau.test")


class SitedShelf(MemoryShelf):
    """What follows a publication is on the site when the store has the intent."""

    def __init__(self, world: "Mail") -> None:
        super().__init__()
        self._world = world

    def put(self, parcel: Parcel) -> None:
        super().put(parcel)
        if parcel.action is not Action.PUBLISH:
            self._world.show(parcel)


class Mail(World):
    """Mailboxes drop what comes twice under one Message-ID, so what their owners have is counted by it."""

    kind, remote = "mail", True

    async def begin(self) -> None:
        self._open = AsyncExitStack()
        self.office = await self._open.enter_async_context(post_office.opened())
        self.pages: dict[str, bytes] = {}
        self.site = replace(self.site, url=base(await self.serve(self._site())))
        self.shelf = SitedShelf(self)
        self._website: Channel | None = None

    def table(self) -> dict[str, Any]:
        return {"recipients": RECIPIENTS, "retry_seconds": 0.0, "timeout_seconds": 2.0}

    def build(self, table: Mapping[str, Any], tools: Tools) -> Channel:
        account = Account(Relay("127.0.0.1", self.office.port, Tls.NONE), SENDER)
        self._website = registry.build([{"name": "website", "kind": "website", "copies": ()}], tools)["website"]
        return super().build(table, replace(tools, post=account))

    async def stop(self) -> None:
        await super().stop()
        await self._open.aclose()

    def parcel(
        self,
        edition: Edition,
        *,
        action: Action = Action.PUBLISH,
        official_at: datetime | None = None,
        key: str | None = None,
        notice: Notice | None = None,
        published: Receipt | None = None,
    ) -> Parcel:
        more = {"key": key, "notice": notice, "published": published}
        parcel = super().parcel(edition, action=action, official_at=official_at, **more)  # type: ignore[arg-type]
        if action is Action.PUBLISH:
            self.show(parcel)
        return parcel

    def show(self, parcel: Parcel) -> None:
        """The website goes its own way."""
        assert self._website is not None
        try:
            rendered = self._website.render(parcel)
        except ChannelError:
            return
        self.pages |= {one.name.removeprefix("/"): one.body for one in rendered.files}

    def foretold(self, parcel: Parcel) -> Receipt:
        return Receipt(id=parcel.key, addresses=parcel.addresses)

    async def public(self) -> Counter[str]:
        kept = {(str(one["To"]), str(one["Subject"]), str(one["Message-ID"])) for one in self.office.messages}
        return Counter(f"{to} {subject}" for to, subject, _ in kept)

    def _site(self) -> web.Application:
        async def serve(request: web.Request) -> web.Response:
            page = self.pages.get(request.match_info["path"])
            return web.Response(body=page or b"", status=200 if page else 404, content_type="text/html")

        app = web.Application()
        app.router.add_get("/{path:.*}", serve)
        return app
