"""What becomes of a mass send (群发): the event tells it, with the articles' addresses; questions are sparse."""

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from channels import contract
from channels.wechat import client, errors, event, polls, publication
from channels.wechat.settings import WeChatSettings
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt

STATUS, DELETE = "message/mass/get", "message/mass/delete"
#: A receipt that begins so is of a mass send.
PREFIX = "mass:"
SUCCESS, FAILED, DELETED = "SEND_SUCCESS", "SEND_FAIL", "DELETE"
#: Of the looks for an event that does not come: then only the articles' addresses are missing.
PATIENCE = 6


class Fate:
    """What the platform says of the account's mass sends."""

    def __init__(
        self,
        account: WeChatSettings,
        calls: client.Client,
        letterbox: contract.Letterbox,
        clock: Callable[[], datetime],
    ) -> None:
        self._name = account.name
        self._calls = calls
        self._letterbox = letterbox
        self._polls = polls.Polls(account, clock)

    async def finished(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> dict[str, str]:
        """Return document name → public address once followers have it; NotYetError until then."""
        number = receipt.id.removeprefix(PREFIX)
        told = await self.told(number)
        if told is None or told.status != event.SUCCESS:
            await self._confirmed(number, told, notes)
        addresses = publication.placed(parcel, told.urls) if told else {}
        if len(addresses) < len(parcel.edition.documents):
            return await self._unaddressed(notes)
        await notes.keep("article.urls", addresses)
        return addresses

    async def told(self, number: str) -> event.Sent | None:
        """Return what the platform called back."""
        letter = await self._letterbox.find(self._name, f"{PREFIX}{number}")
        try:
            return event.Sent.model_validate(letter) if letter else None
        except ValidationError:
            return None

    async def status(self, number: str) -> str:
        """Return the platform's word for how far it is. Raises ChannelError: RETRY while somebody must confirm it."""
        return str((await self._calls.read(STATUS, {"msg_id": number})).get("msg_status") or "")

    async def delete(self, number: str) -> bytes:
        """Take all of its articles down; return the answer. Cannot be undone."""
        body = {"msg_id": int(number) if number.isdecimal() else number, "article_idx": 0}
        return (await self._calls.write(DELETE, body)).raw

    async def _confirmed(self, number: str, told: event.Sent | None, notes: contract.Notes) -> None:
        """Return when the send has succeeded. Bad news is asked about, too: a plain callback's body is not signed."""
        await self._polls.turn(notes, hurry=told is not None)
        status = await self.status(number)
        if status == FAILED:
            raise errors.unsent(told.status if told else "", told.reprints if told else ())
        if status == DELETED:
            raise contract.ChannelError(Reaction.CONTENT, "deleted", "群发的图文已被公众号运营者删除")
        if status != SUCCESS:
            raise contract.NotYetError(self._polls.rest(notes))

    async def _unaddressed(self, notes: contract.Notes) -> dict[str, str]:
        """Only the event names the addresses: wait for it, then call a person."""
        looks = (notes.get("mass.looks") or 0) + 1
        await notes.keep("mass.looks", looks)
        if looks < PATIENCE:
            raise contract.NotYetError(self._polls.rest(notes))
        detail = (
            "群发已成功，但没有收到告知文章网址的回调。请检查公众平台的消息推送设置；"
            "并到公众平台复制各篇网址，到“经过与办理”中填写查明的结果"
        )
        raise contract.ChannelError(Reaction.CONFIGURATION, "no_address", detail)
