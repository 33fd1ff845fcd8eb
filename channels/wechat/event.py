"""What a callback or a query says about a publication or a mass send, in one form. Pure; all read here is hostile."""

import json
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

import xmltodict
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels import contract
from channels.wechat import envelope
from schemas.delivery import Reaction

MAX_BODY_BYTES = 65_536
MAX_ECHO = 256
#: Two names were documented; the first is what arrives.
EVENTS = frozenset({"PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH"})
SENT_EVENT = "MASSSENDJOBFINISH"
DONE, IN_PROGRESS = 0, 1
#: The event's word for a mass send that reached people.
SUCCESS = "send success"
#: `CheckState`: somebody else's original, and not to be sent.
BARRED = "3"


class Outcome(BaseModel):
    """How far a publication is. `urls` maps the article's index, from 1, to its public address."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    publish_id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")
    status: int = Field(ge=0, le=99)
    article_id: str = Field(default="", max_length=256)
    urls: dict[int, str] = Field(default_factory=dict, max_length=8)
    failed: tuple[int, ...] = Field(default=(), max_length=8)


class Sent(BaseModel):
    """How a mass send ended. `urls` maps the article's index, from 1, to its public address."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    msg_id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")
    status: str = Field(max_length=64)
    urls: dict[int, str] = Field(default_factory=dict, max_length=8)
    reprints: tuple[int, ...] = Field(default=(), max_length=8)  #: articles taken for a reprint that must not be sent


def hear(call: contract.Call, *, token: str, aes_key: str, app_id: str) -> contract.Heard:
    """Verify and read a callback. Never raises: what is not the platform's gets 403 and leaves nothing."""
    try:
        return _greeting(call, token) if call.method == "GET" else _message(call, token, aes_key, app_id)
    except envelope.ForgedError:
        return contract.Heard(status=403, reply=b"forbidden", messages={})


def outcome(fields: Mapping[str, Any]) -> Outcome | None:
    """Return the outcome that the fields of an event or a reply tell, or None when they tell none."""
    detail = fields.get("article_detail")
    items = listed(detail.get("item")) if isinstance(detail, Mapping) else []
    try:
        return Outcome(
            publish_id=str(fields.get("publish_id", "")).strip(),
            status=int(fields["publish_status"]),
            # The platform's own sample breaks the id over two lines.
            article_id="".join(str(fields.get("article_id") or "").split()),
            urls={int(item["idx"]): str(item["article_url"]).strip() for item in items},
            failed=tuple(int(number) for number in listed(fields.get("fail_idx"))),
        )
    except (ValidationError, KeyError, TypeError, ValueError):
        return None


def sent(fields: Mapping[str, Any]) -> Sent | None:
    """Return how the mass send ended that the fields of an event tell of, or None when they tell of none."""
    check, places = fields.get("CopyrightCheckResult"), fields.get("ArticleUrlResult")
    try:
        is_barred = isinstance(check, Mapping) and str(check.get("CheckState")).strip() == BARRED
        return Sent(
            msg_id=str(fields.get("MsgID") or fields.get("MsgId") or "").strip(),
            status=str(fields["Status"]).strip(),
            urls={int(item["ArticleIdx"]): str(item["ArticleUrl"]).strip() for item in _results(places)},
            reprints=tuple(int(item["ArticleIdx"]) for item in _results(check)) if is_barred else (),
        )
    except (ValidationError, KeyError, TypeError, ValueError):
        return None


def _results(part: object) -> list[Any]:
    """The items of a ResultList: below `item` in XML, which JSON may leave out."""
    found = part.get("ResultList") if isinstance(part, Mapping) else None
    return listed(found.get("item")) if isinstance(found, Mapping) else listed(found)


def listed(value: Any) -> list[Any]:
    """Return a list: a single element of XML arrives without one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def items(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the items of a batchget reply."""
    return [one for one in listed(reply.get("item")) if isinstance(one, Mapping)]


def text(reply: Mapping[str, Any], name: str) -> str:
    """Return a field of a reply to a call that may be repeated. Raises ChannelError(RETRY) when it is not there."""
    value = reply.get(name)
    if not isinstance(value, str) or not value:
        raise contract.ChannelError(Reaction.RETRY, "odd_reply", f"微信的应答缺少 {name}")
    return value


def _greeting(call: contract.Call, token: str) -> contract.Heard:
    envelope.verify(call.query.get("signature", ""), token, *_stamp(call))
    echo = call.query.get("echostr", "")[:MAX_ECHO]
    return contract.Heard(status=200, reply=echo.encode("utf-8", "replace"), messages={})


def _message(call: contract.Call, token: str, aes_key: str, app_id: str) -> contract.Heard:
    if len(call.body) > MAX_BODY_BYTES:
        return contract.Heard(status=413, reply=b"too large", messages={})
    fields = _opened(call, token, aes_key, app_id)
    # Anything but this answer within five seconds makes the platform send it twice more.
    return contract.Heard(status=200, reply=b"success", messages=_told(fields))


def _told(fields: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    info = fields.get("PublishEventInfo")
    if fields.get("Event") == SENT_EVENT:
        end = sent(fields)
        return {f"mass:{end.msg_id}": end.model_dump(mode="json")} if end else {}
    found = outcome(info) if fields.get("Event") in EVENTS and isinstance(info, Mapping) else None
    return {f"publish:{found.publish_id}": found.model_dump(mode="json")} if found else {}


def _opened(call: contract.Call, token: str, aes_key: str, app_id: str) -> Mapping[str, Any]:
    if not aes_key:
        envelope.verify(call.query.get("signature", ""), token, *_stamp(call))
        return _fields(call.body.decode("utf-8", "replace"))
    # A plain callback's signature does not cover its body, so an account with a key takes none.
    encrypted = _fields(call.body.decode("utf-8", "replace")).get("Encrypt")
    if not isinstance(encrypted, str):
        raise envelope.ForgedError("not encrypted")
    envelope.verify(call.query.get("msg_signature", ""), token, *_stamp(call), encrypted)
    return _fields(envelope.decrypt(encrypted, aes_key, app_id))


def _stamp(call: contract.Call) -> tuple[str, str]:
    return call.query.get("timestamp", ""), call.query.get("nonce", "")


def _fields(text: str) -> Mapping[str, Any]:
    """Read JSON or XML, whichever the console was told to send. Anything else has no fields."""
    try:
        fields = json.loads(text) if text.lstrip().startswith("{") else xmltodict.parse(text).get("xml")
    except (ValueError, RecursionError, expat.ExpatError):
        return {}
    return fields if isinstance(fields, dict) else {}
