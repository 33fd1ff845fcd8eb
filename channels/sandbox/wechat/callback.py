"""Events on their way to the account's server: XML or JSON, plain or encrypted, tried again when not taken."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
from wechatpy import crypto, utils

from channels.sandbox.wechat import faults, press, sends
from channels.sandbox.wechat.book import Book
from channels.sandbox.wechat.options import Options

#: The platform waits this long for an answer.
PATIENCE = aiohttp.ClientTimeout(total=5)
ACCOUNT = "gh_000000000000"
SENDER = "oSandboxMpHelper0000000000000"
SUBMIT, SENDALL = "/cgi-bin/freepublish/submit", "/cgi-bin/message/mass/sendall"


class Postman:
    """Brings events. It lives as long as the sandbox runs."""

    def __init__(self, options: Options, book: Book, orders: faults.Faults) -> None:
        self._options = options
        self._book = book
        self._orders = orders
        self.http: aiohttp.ClientSession | None = None  #: opened when the sandbox starts

    async def tell(self, publish_id: int) -> None:
        """Bring the event of a finished job, unless an order says to lose it."""
        info = {"PublishEventInfo": press.result(self._book, publish_id)}
        await self._tell(SUBMIT, publish_id, {"Event": "PUBLISHJOBFINISH", **info})

    async def tell_sent(self, msg_id: int) -> None:
        """Bring the event of a mass send that has ended."""
        await self._tell(SENDALL, msg_id, {"Event": "MASSSENDJOBFINISH", **sends.result(self._book, msg_id)})

    async def _tell(self, path: str, number: int, event: Mapping[str, Any]) -> None:
        if not self._options.callback_url or self._orders.take(path, frozenset({"lost_event"})):
            return
        twice = self._orders.take(path, frozenset({"duplicate_event"})) is not None
        envelope = {"ToUserName": ACCOUNT, "FromUserName": SENDER, "CreateTime": int(time.time()), "MsgType": "event"}
        body = self._written({**envelope, **event})
        for _ in range(2 if twice else 1):
            await self._bring(number, body)

    async def _bring(self, publish_id: int, body: str) -> None:
        for attempt in range(self._options.event_tries):
            if attempt:
                await asyncio.sleep(self._options.event_retry_seconds)
            status = await self._post(body)
            self._book.write("event", publish_id=publish_id, status=status)
            if status == 200:  # noqa: PLR2004
                return

    async def _post(self, body: str) -> int:
        query, sent = self._signed(body)
        kind = "text/xml" if self._options.callback_format == "xml" else "application/json"
        if self.http is None:
            return 0
        try:
            async with self.http.post(
                self._options.callback_url,
                params=query,
                data=sent.encode(),
                headers={"Content-Type": kind},
                timeout=PATIENCE,
                allow_redirects=False,
            ) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def _signed(self, body: str) -> tuple[dict[str, str], str]:
        timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
        query = {"timestamp": timestamp, "nonce": nonce, "openid": SENDER}
        query["signature"] = self._signature(timestamp, nonce)
        if not self._options.aes_key:
            return query, body
        key = base64.b64decode(self._options.aes_key + "=")
        encrypted = crypto.PrpCrypto(key).encrypt(body, self._options.app_id).decode()
        query |= {"encrypt_type": "aes", "msg_signature": self._signature(timestamp, nonce, encrypted)}
        return query, self._written({"ToUserName": ACCOUNT, "Encrypt": encrypted})

    def _signature(self, *parts: str) -> str:
        signer = utils.WeChatSigner()
        signer.add_data(self._options.token, *parts)
        return str(signer.signature)

    def _written(self, fields: Mapping[str, Any]) -> str:
        if self._options.callback_format == "json":
            return json.dumps(fields, ensure_ascii=False)
        return f"<xml>{_xml(fields)}</xml>"


def _xml(fields: Mapping[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{_xml(value)}</{name}>"
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
