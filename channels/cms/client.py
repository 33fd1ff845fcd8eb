"""Bounded requests to the site's API. Never follows a redirect, never repeats, never quotes what it sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from channels import contract, patience
from channels.cms.mapping import Ask, filled
from channels.cms.settings import CmsSettings
from channels.unrepeated import unrepeated
from schemas import text
from schemas.delivery import Reaction

REPLY_BYTES = 5_000_000
#: A site that asks for longer is asked again sooner.
MAX_WAIT_SECONDS = 3600.0
#: status → (reaction, words). Those from 500 are not here: what they mean depends on the call.
TABLE: Mapping[int, tuple[Reaction, str]] = {
    400: (Reaction.CONFIGURATION, "网站不接受这个请求，请核对映射（mapping）"),
    401: (Reaction.CREDENTIALS, "网站不认可账号，请核对 headers 中的凭据"),
    403: (Reaction.CREDENTIALS, "网站账号没有这项权限，请核对账号的角色"),
    404: (Reaction.CONFIGURATION, "网站没有这个接口，请核对 api_base 和映射（mapping）"),
    405: (Reaction.CONFIGURATION, "网站不支持这种调用，请核对映射（mapping）"),
    413: (Reaction.CONTENT, "内容超过网站的上限，请压缩或拆分"),
    422: (Reaction.CONTENT, "网站认为内容不符合要求"),
    429: (Reaction.RETRY, "网站要求稍后再试"),
}


class LostError(Exception):
    """The request left, or may have; no whole answer came back."""


class AbsentError(Exception):
    """The site says that there is no such thing."""


@dataclass(frozen=True)
class Client:
    """One site, one account."""

    http: aiohttp.ClientSession
    settings: CmsSettings

    async def ask(self, ask: Ask, values: Mapping[str, str]) -> Any:
        """Make the request and return what the answer says.

        Raises LostError, AbsentError for 404 and 410, ChannelError for a refusal, RETRY when it certainly never left.
        """
        status, headers, body = await self._send(ask, values)
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise AbsentError
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise LostError(f"http_{status}")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise _refused(status, headers, body)
        try:
            return json.loads(body) if body else None
        except (ValueError, RecursionError):
            raise LostError("unreadable") from None

    async def _send(self, ask: Ask, values: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        url = URL(f"{self.settings.api_base}{filled(ask.path, values)}")
        query = {name: filled(one, values) for name, one in ask.query.items()}
        said = {name: filled(one, values) for name, one in ask.fields.items()}
        given: dict[str, Any] = {"json": said} if self.settings.mapping.body == "json" else {"data": said}
        headers = {name: one.get_secret_value() for name, one in self.settings.headers.items()}
        try:
            async with self.http.request(
                ask.method,
                url.update_query(query),
                headers=headers,
                allow_redirects=False,
                middlewares=(unrepeated(LostError),),
                timeout=aiohttp.ClientTimeout(total=self.settings.timeout_seconds),
                **(given if said else {}),
            ) as answer:
                return answer.status, answer.headers, await _bounded(answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            detail = f"无法连接网站（{type(error).__name__}），没有提交。"
            raise contract.ChannelError(Reaction.RETRY, "unreachable", detail) from None
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            # The type only: an aiohttp message may quote headers.
            raise LostError(type(error).__name__) from None


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    received = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        received += chunk
        if len(received) > REPLY_BYTES:
            raise LostError("too_large")
    return bytes(received)


def _refused(status: int, headers: Mapping[str, str], body: bytes) -> contract.ChannelError:
    reaction, words = TABLE.get(status, (Reaction.CONFIGURATION, "网站的答复无法理解，请核对 api_base"))
    try:
        said = json.loads(body)
        told = text.one_line(str(said.get("message") or said.get("code") or ""))[:200]
    except (ValueError, RecursionError, AttributeError):
        told = ""
    asked = patience.retry_after(headers.get("Retry-After", ""), contract.now_utc())
    wait = None if asked is None else min(asked, MAX_WAIT_SECONDS)
    detail = f"{words}：{told}" if told else words
    return contract.ChannelError(reaction, f"http_{status}", detail, retry_after_seconds=wait)
