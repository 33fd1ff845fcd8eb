"""What a partner's answers mean: the one table of statuses, and the reading of bodies that may be anything."""

import json
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels import patience
from channels.contract import ChannelError
from channels.outward import Answer
from channels.reach import MAX_URL
from schemas import canonical, text
from schemas.delivery import Reaction
from schemas.edition import Edition
from schemas.publication import Receipt

#: status → (reaction, what to tell the person). What is not here is told by `_otherwise`.
TABLE: dict[int, tuple[Reaction, str]] = {
    400: (Reaction.CONTENT, "对方认为内容不符合要求"),
    401: (Reaction.CREDENTIALS, "对方不认可签名，请核对密钥（secrets）和本机时钟"),
    403: (Reaction.CREDENTIALS, "对方拒绝接收，请核对密钥（secrets）和对方的IP白名单"),
    404: (Reaction.CONFIGURATION, "对方没有这个接收地址，请核对 url"),
    405: (Reaction.CONFIGURATION, "对方的接收地址不接受 POST，请核对 url"),
    408: (Reaction.ASK, "对方等待请求超时"),
    409: (Reaction.ASK, "对方称已有同一编号的消息"),
    410: (
        Reaction.CONFIGURATION,
        "对方不再接收推送（410），本渠道已暂停；与对方商定后恢复渠道，再请发布员重试",
    ),
    413: (Reaction.CONTENT, "对方认为内容过长"),
    415: (Reaction.CONFIGURATION, "对方不接受 JSON，请核对 url"),
    422: (Reaction.CONTENT, "对方认为内容不符合要求"),
    429: (Reaction.RETRY, "对方要求稍后再试"),
}
Url = Annotated[str, Field(min_length=8, max_length=MAX_URL)]


class Reply(BaseModel):
    """What a partner may say besides the status. All of it may be missing; unknown keys are left alone."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(max_length=100)] = ""
    received_at: Annotated[str, Field(max_length=60)] = ""
    state: Annotated[str, Field(max_length=40)] = "published"  #: what else it is, it is not public yet
    url: Url | None = None  #: one page for all documents
    addresses: Annotated[dict[str, Url], Field(max_length=101)] = Field(default_factory=dict)  #: document → its page
    message: Annotated[str, Field(max_length=500)] = ""

    def places(self, edition: Edition) -> dict[str, str]:
        """Document → page, for every document of the edition; empty while not all of them have one."""
        names = [one.name for one in edition.documents]
        found = {name: self.addresses.get(name) or self.url or "" for name in names}
        return found if self.state == "published" and all(found.values()) else {}


def read(answer: Answer) -> Reply | None:
    """Return what the body says; None when it is no such object."""
    try:
        return Reply.model_validate(json.loads(answer.body))
    except (ValueError, RecursionError, ValidationError):
        return None


def is_success(answer: Answer) -> bool:
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def receipt(answer: Answer, reply: Reply, edition: Edition, identity: str) -> Receipt:
    """The receipt under the partner's own number, or under ours where it gave none."""
    return Receipt(
        id=text.one_line(reply.id) or identity,
        addresses=reply.places(edition),
        channel_time=text.one_line(reply.received_at),
        reply_sha256=canonical.digest(answer.body),
    )


def trouble(answer: Answer, now: datetime) -> ChannelError:
    """Return the error for an answer that is not a success."""
    reaction, words = TABLE.get(answer.status) or _otherwise(answer.status)
    said = text.one_line((read(answer) or Reply()).message).rstrip("。；")
    is_later = reaction in {Reaction.RETRY, Reaction.ASK}
    after = patience.retry_after(answer.headers.get("Retry-After", ""), now) if is_later else None
    return ChannelError(
        reaction,
        f"http_{answer.status}",
        f"{words}{f'：{said}' if said else ''}。",
        retry_after_seconds=after,
        shuts=answer.status == HTTPStatus.GONE,
    )


def _otherwise(status: int) -> tuple[Reaction, str]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Somebody before the partner's system may say so after it took the message.
        return Reaction.ASK, "对方系统出错"
    if status >= HTTPStatus.BAD_REQUEST:
        return Reaction.CONFIGURATION, "对方拒绝接收，请与对方核对接口"
    return Reaction.CONFIGURATION, "接收地址会跳转，请核对 url"
