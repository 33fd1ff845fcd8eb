"""Signed requests to a partner, through the guard that keeps strangers' addresses out of our own networks."""

import time
from contextlib import AsyncExitStack

from channels.contract import ChannelError, Tools
from channels.outward import Answer, Outward, OutwardError
from channels.webhook import signature
from channels.webhook.settings import WebhookSettings
from schemas.delivery import Reaction

#: Of an answer nobody reads more; of a page, what is longer is not taken for it.
REPLY_BYTES, PAGE_BYTES = 64_000, 5_000_000
AGENT = "Gongbu-Webhook/1"
#: With these, nothing of ours has left.
NOT_SENT = frozenset({"closed", "unreachable", "unreadable", "scheme", "port"})
#: And these are the operator's to mend.
FORBIDDEN = NOT_SENT - {"unreachable"}


class UnansweredError(Exception):
    """The request left, or may have; no answer came back."""


class Client:
    """One partner. Connections are opened with the first request and end with `close`."""

    def __init__(self, settings: WebhookSettings, tools: Tools) -> None:
        self._settings = settings
        self._rules = tools.outward
        self._opened = AsyncExitStack()
        self._outward: Outward | None = None

    async def post(self, identity: str, body: bytes) -> Answer:
        """Send a message, once. Raises ChannelError when it certainly did not leave, or UnansweredError."""
        outward = await self._ready()
        headers = {"Content-Type": "application/json", **self._signed(identity, body)}
        try:
            return await outward.post(self._settings.url, body, headers, most=REPLY_BYTES)
        except OutwardError as error:
            if error.code in NOT_SENT:
                raise _unreached(error, "接收地址") from error
            raise UnansweredError(error.code) from error

    async def ask(self, identity: str) -> Answer:
        """Ask what became of a message; where the partner has no place to ask at, only knock. Raises ChannelError."""
        outward = await self._ready()
        address = self._settings.status(identity) or self._settings.url
        try:
            return await outward.get(address, self._signed(identity, b""), most=REPLY_BYTES)
        except OutwardError as error:
            raise _unreached(error, "查询地址" if self._settings.status_url else "接收地址") from error

    async def page(self, address: str) -> Answer:
        """Fetch a public page as anybody would. Raises ChannelError."""
        outward = await self._ready()
        try:
            return await outward.get(address, {"Cache-Control": "no-cache"}, most=PAGE_BYTES + 1)
        except OutwardError as error:
            raise _unreached(error, "对方告知的公开网址") from error

    async def close(self) -> None:
        await self._opened.aclose()

    def _signed(self, identity: str, body: bytes) -> dict[str, str]:
        made = signature.headers(self._settings.keys, identity=identity, timestamp=int(time.time()), body=body)
        return dict(made)

    async def _ready(self) -> Outward:
        if self._outward is None:
            outward = Outward(self._rules, agent=AGENT, seconds=self._settings.timeout_seconds)
            self._outward = await self._opened.enter_async_context(outward)
        return self._outward


def _unreached(error: OutwardError, what: str) -> ChannelError:
    if error.code in FORBIDDEN:
        words = f"{what}不允许访问：只能是公网的 80、443、8080、8443 端口，或 outward_networks 写明的网段"
        return ChannelError(Reaction.CONFIGURATION, error.code, words)
    return ChannelError(Reaction.RETRY, error.code, f"{what}没有应答")
