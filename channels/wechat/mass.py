"""A mass send (群发) to all followers: the one irreversible call, which its `clientmsgid` makes safe to repeat.

The platform knows a `clientmsgid` for 24 hours: asked again with the same one it answers with the first send's number
instead of sending again (45065). So an unknown outcome is found out by the very same call.
"""

import hashlib
from datetime import datetime
from typing import Any

from channels import contract
from channels.wechat import client, draft, errors, fate
from channels.wechat.settings import WeChatSettings
from schemas import canonical
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt

SEND = "message/mass/sendall"
WAY = "mass"
#: An hour less than the platform remembers a clientmsgid.
REMEMBERED_SECONDS = 23 * 3600.0
#: Sends of one delivery that may come to nothing, each known to have, before a person must find another way.
TURNS = 8


class Mass:
    """What the account sends to its followers."""

    def __init__(
        self,
        account: WeChatSettings,
        calls: client.Client,
        box: draft.DraftBox,
        outcome: fate.Fate,
    ) -> None:
        self._account = account
        self._calls = calls
        self._box = box
        self._fate = outcome

    async def send(self, parcel: Parcel, notes: contract.Notes) -> Receipt:
        """Make the irreversible call. After one that is known to have come to nothing it is a new one."""
        await notes.keep("mass.tried", None)
        for turn in range(TURNS):
            number, is_known = await self._ask(parcel, notes, turn)
            if not is_known or not await self._has_failed(number):
                return await self._kept(number, notes)
        raise contract.ChannelError(Reaction.CONTENT, "turns", f"已群发 {TURNS} 次均未成功，请到公众平台查明原因")

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        """Find out by asking for the same send again, not too soon and not too late.

        What was withdrawn meanwhile is not asked for again while its draft could still be sent: it is waited for.
        """
        kept = notes.get("mass")
        if kept:
            return Receipt.model_validate(kept)
        tried = notes.get("mass.tried")
        if tried is None:
            return None
        age = await self._rested(tried, notes)
        if parcel.is_void and await self._box.holds(_draft(notes)):
            self._wait_out(age)
            return None
        try:
            number, _ = await self._ask(parcel, notes, tried["turn"])
        except contract.ChannelError as error:
            await self._judge(error, age, notes)
            return None
        return await self._kept(number, notes)

    async def _ask(self, parcel: Parcel, notes: contract.Notes, turn: int) -> tuple[str, bool]:
        """Make the call; return the send's number, and whether it is one of before."""
        media_id = _draft(notes)
        now = (await notes.now()).isoformat()
        first = (notes.get("mass.tried") or {}).get("first", now)
        # If the process dies after this line, nobody knows whether the call left; before it, it certainly did not.
        await notes.keep("mass.tried", {"turn": turn, "first": first, "last": now})
        body: dict[str, Any] = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id},
            "send_ignore_reprint": 0 if self._account.stop_reprint else 1,
            "clientmsgid": client_message(parcel.key, turn),
        }
        answer = await self._calls.repeat(SEND, body, done=errors.SENT_BEFORE)
        number = str(answer.fields.get("msg_id") or "")
        if not number:
            raise contract.ChannelError(Reaction.ASK, "odd_reply", "微信接受了群发，但没有给出 msg_id")
        await notes.keep("mass.reply", canonical.digest(answer.raw))
        return number, answer.code == errors.SENT_BEFORE

    async def _has_failed(self, number: str) -> bool:
        """Whether a send of before certainly came to nothing. What cannot be said now, the looks find out."""
        try:
            return await self._fate.status(number) == fate.FAILED
        except contract.ChannelError:
            return False

    async def _kept(self, number: str, notes: contract.Notes) -> Receipt:
        receipt = Receipt(id=f"{fate.PREFIX}{number}", reply_sha256=notes.get("mass.reply") or "")
        if not notes.get("mass"):
            await self._calls.count(SEND)
        await notes.keep("mass", receipt.model_dump(mode="json"))
        return receipt

    async def _rested(self, tried: dict[str, Any], notes: contract.Notes) -> float:
        """Return how old the first try is. NotYetError while the last one is too young to be repeated."""
        now = await notes.now()
        first, last = (datetime.fromisoformat(tried[name]) for name in ("first", "last"))
        if last > now:
            # A clock that was set back since: the pause counts from here.
            await notes.keep("mass.tried", {**tried, "last": now.isoformat()})
            raise contract.NotYetError(self._account.again_seconds)
        left = self._account.again_seconds - (now - last).total_seconds()
        if left > 0:
            raise contract.NotYetError(left)
        age = (now - first).total_seconds()
        if age > REMEMBERED_SECONDS:
            detail = "距首次提交已近 24 小时，微信不再识别同一次群发，请到公众平台查明是否已经群发"
            raise contract.ChannelError(Reaction.ASK, "too_old", detail)
        return age

    async def _judge(self, error: contract.ChannelError, age: float, notes: contract.Notes) -> None:
        """Return when a refusal to send again means that nothing was sent. While it says nothing it raises."""
        reaction = error.trouble.reaction
        if reaction in {Reaction.ASK, Reaction.RETRY}:
            raise contract.NotYetError(self._account.again_seconds) from None
        if reaction not in {Reaction.QUOTA, Reaction.CONTENT, Reaction.BUG}:
            raise error
        if not await self._box.holds(_draft(notes)):
            detail = "草稿已离开草稿箱，但微信没有承认这次群发，请到公众平台核实是否已群发"
            raise contract.ChannelError(Reaction.ASK, "draft_gone", detail)
        self._wait_out(age)

    def _wait_out(self, age: float) -> None:
        """A draft that is still in the box was not sent, once nobody can confirm the send any more."""
        if age < self._account.confirm_seconds:
            raise contract.NotYetError(self._account.look_seconds)


def client_message(key: str, turn: int) -> str:
    """The `clientmsgid`, 32 bytes: the parcel's key, the same on every retry; another one after a send that failed."""
    return key if turn == 0 else hashlib.sha256(f"{key}/{turn}".encode()).hexdigest()[:32]


def _draft(notes: contract.Notes) -> str:
    media_id = notes.get("draft.media_id")
    if not isinstance(media_id, str):
        raise contract.ChannelError(Reaction.BUG, "no_draft", "没有已准备的草稿")
    return media_id
