"""Mass sends, as API calls: known again by their clientmsgid, few a day, waiting for a person where protected.

Each call may be made again and is answered as the platform answers then: 45066 at once, 45065 for a day.
"""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from channels.sandbox.wechat import faults
from channels.sandbox.wechat.quota import today
from channels.sandbox.wechat.replies import OK, Refusal
from channels.sandbox.wechat.sends import SUCCESS
from channels.sandbox.wechat.world import Asked, World

MAX_CLIENT_BYTES = 32
DAY = 86_400
#: What counts against the day's sends: those that succeeded, and those that still may.
COUNTED = frozenset({"SENDING", "SEND_SUCCESS", "DELETE"})


async def sendall(world: World, asked: Asked) -> Mapping[str, Any]:
    """Take a send to all. Its articles reach people later, or never."""
    _verified(world)
    media_id = _media(asked)
    client = _client(asked, media_id)
    if found := _same(world, client):
        raise found
    draft = world.book.state.drafts.get(media_id)
    if draft is None:
        raise Refusal(40007, "invalid media_id")
    if _sent_today(world) >= world.options.mass_per_day:
        raise Refusal(45028, "has no masssend quota")
    msg_id, wrong = world.book.next_send(), world.faults.take(asked.path, faults.SEND)
    world.book.write(
        "send",
        msg_id=msg_id,
        client=client,
        media_id=media_id,
        items=draft["news_item"],
        base=asked.base,
        verdict=wrong.word if wrong else SUCCESS,
        waits=world.options.mass_protected,
        day=today(),
        at=time.time(),
    )
    await world.send(msg_id, world.faults.take(asked.path, frozenset({"early_event"})) is not None)
    if world.faults.take(asked.path, faults.SAME):
        raise Refusal(45065, "clientmsgid exist", msg_id=msg_id)
    return {"errcode": 0, "errmsg": "send job submission success", "msg_id": msg_id, "msg_data_id": msg_id - 1}


async def get(world: World, asked: Asked) -> Mapping[str, Any]:
    msg_id, send = _known(world, asked)
    if send["waits"]:
        raise Refusal(89504, "the masssend is waiting for the administrator to confirm")
    return {"msg_id": msg_id, "msg_status": send["status"]}


async def delete(world: World, asked: Asked) -> Mapping[str, Any]:
    _, send = _known(world, asked)
    if send["status"] not in {"SEND_SUCCESS", "DELETE"}:
        raise Refusal(40065, "invalid msg status")
    article = world.book.state.articles[send["article_id"]]
    index = asked.number("article_idx", 0, len(article.items), default=0)
    world.book.write("article_deleted", article_id=article.article_id, index=index)
    return OK


def _verified(world: World) -> None:
    if not world.options.verified:
        raise Refusal(48001, "api unauthorized")


def _media(asked: Asked) -> str:
    if asked.body.get("msgtype") != "mpnews":
        raise Refusal(40008, "invalid message type")
    to, news = asked.body.get("filter"), asked.body.get("mpnews")
    if not isinstance(to, Mapping) or not isinstance(news, Mapping):
        raise Refusal(47001, "data format error")
    if to.get("is_to_all") is not True:
        raise Refusal(40152, "invalid tag id")
    return str(news.get("media_id") or "")


def _client(asked: Asked, media_id: str) -> str:
    """The clientmsgid; without one the platform makes its own of audience and content."""
    client = asked.text("clientmsgid")
    if len(client.encode()) > MAX_CLIENT_BYTES:
        raise Refusal(45067, "clientmsgid size out of limit")
    return client or hashlib.md5(media_id.encode(), usedforsecurity=False).hexdigest()


def _same(world: World, client: str) -> Refusal | None:
    """The answer to a clientmsgid of the last day."""
    now = time.time()
    for msg_id, send in reversed(world.book.state.sends.items()):
        if send["client"] == client and now - send["at"] < DAY:
            if now - send["at"] < world.options.same_seconds:
                return Refusal(45066, "same clientmsgid retry too fast")
            return Refusal(45065, "clientmsgid exist", msg_id=msg_id)
    return None


def _sent_today(world: World) -> int:
    return sum(one["day"] == today() and one["status"] in COUNTED for one in world.book.state.sends.values())


def _known(world: World, asked: Asked) -> tuple[int, dict[str, Any]]:
    _verified(world)
    number = asked.text("msg_id")
    send = world.book.state.sends.get(int(number)) if number.isdecimal() else None
    if send is None:
        raise Refusal(40059, "invalid msg id")
    return int(number), send
