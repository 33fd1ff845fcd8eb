"""Asking a partner what became of a message, and looking at the pages that it made."""

from collections.abc import Mapping
from http import HTTPStatus

from yarl import URL

from channels.contract import ChannelError, NotYetError, now_utc
from channels.outward import Answer
from channels.webhook import replies, sighting
from channels.webhook.client import PAGE_BYTES, Client
from channels.webhook.settings import WebhookSettings
from schemas import canonical
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting
from schemas.release import Document


class Partner:
    """One partner as far as it is asked and looked at. Changes nothing there."""

    def __init__(self, settings: WebhookSettings, client: Client) -> None:
        self._settings = settings
        self._client = client

    async def ask(self, identity: str) -> Answer | None:
        """The partner's answer about the message, None when it says that it has no such. Raises NotYetError."""
        try:
            answer = await self._client.ask(identity)
        except ChannelError as error:
            if error.trouble.reaction is Reaction.RETRY:
                raise NotYetError(self._settings.look_seconds) from error
            raise
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if replies.is_success(answer):
            return answer
        trouble = replies.trouble(answer, now_utc())
        if trouble.trouble.reaction in {Reaction.RETRY, Reaction.ASK}:
            raise NotYetError(trouble.trouble.retry_after_seconds or self._settings.look_seconds)
        raise trouble

    async def places(self, parcel: Parcel, receipt: Receipt) -> Mapping[str, str]:
        """Document → page. Raises NotYetError while the partner names none, CONFIGURATION when it never will."""
        names = {one.name for one in parcel.edition.documents}
        before = parcel.published.addresses if parcel.published and parcel.action is Action.WITHDRAW else {}
        for known in (before, receipt.addresses):
            if known.keys() >= names:
                return known
        if not self._settings.status_url:
            words = "对方已接收，但没有告知公开网址，也没有设置 status_url，系统无法见证公众可见；请与对方商定后重试"
            raise ChannelError(Reaction.CONFIGURATION, "no_address", words)
        answer = await self.ask(parcel.key)
        reply = replies.read(answer) if answer else None
        if reply is None or not (places := reply.places(parcel.edition)):
            raise NotYetError(self._settings.look_seconds)
        return places

    async def see(self, parcel: Parcel, one: Document, address: str) -> Sighting:
        page = await self._page(address)
        if not sighting.is_done(page, parcel, one):
            raise NotYetError(self._settings.look_seconds)
        sha256 = canonical.digest(page or b"")
        return Sighting(document=one.name, address=address, sha256=sha256, fetched_at=now_utc())

    async def _page(self, address: str) -> bytes | None:
        """The page as anybody gets it, None where nothing is. An answer must not lead our look to another's page."""
        if not self._is_theirs(address):
            words = f"对方告知的公开网址 {address[:100]} 不在约定的域名之内，请核对 page_hosts"
            raise ChannelError(Reaction.CONFIGURATION, "foreign_address", words)
        answer = await self._client.page(address)
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return None
        if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
            raise ChannelError(Reaction.CONFIGURATION, "redirected", "对方告知的公开网址会跳转，请对方直接告知最终网址")
        if answer.status != HTTPStatus.OK:
            raise ChannelError(Reaction.RETRY, f"status_{answer.status}", "对方的公开网址没有正常应答")
        if len(answer.body) > PAGE_BYTES:
            raise ChannelError(Reaction.CONFIGURATION, "too_large", "对方的网页过大，无法核对")
        return answer.body

    def _is_theirs(self, address: str) -> bool:
        try:
            return URL(address).host in self._settings.hosts
        except ValueError:
            return False
