"""What the platform's answers mean: the one table of statuses, and the reading of bodies that may be anything."""

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels import contract, patience
from schemas import text
from schemas.delivery import Reaction

#: status → (reaction, what to tell the person). Statuses from 500 are not here: what they mean depends on the call.
TABLE: dict[int, tuple[Reaction, str]] = {
    400: (Reaction.CONTENT, "平台认为报送内容不符合要求"),
    401: (Reaction.CREDENTIALS, "平台不认可接口密钥，或本机时钟偏差过大，请核对密钥编号、密钥和时钟"),
    403: (Reaction.CREDENTIALS, "平台拒绝了该接口账号，请核对账号权限和IP白名单"),
    404: (Reaction.CONFIGURATION, "平台没有这个接口或栏目，请核对接口地址和栏目代码"),
    405: (Reaction.CONFIGURATION, "平台不支持这种调用，请核对接口地址"),
    408: (Reaction.ASK, "平台等待请求超时"),
    409: (Reaction.BUG, "平台已有同一编号的另一份内容或更新的版本"),
    413: (Reaction.CONTENT, "内容超过平台上限，请压缩或拆分"),
    422: (Reaction.CONTENT, "平台认为报送内容不符合要求"),
    429: (Reaction.RETRY, "平台要求稍后再试"),
}
MAX_FIELDS = 20
Model = TypeVar("Model", bound=BaseModel)


class Placed(BaseModel):
    """Where one document is, or will be, shown."""

    model_config = ConfigDict(frozen=True)

    document: Annotated[str, Field(max_length=40)]
    number: Annotated[str, Field(max_length=40)]
    address: Annotated[str, Field(max_length=500)]


class Taken(BaseModel):
    """The platform's word that it has the package. Unknown keys are left alone: the platform may grow."""

    model_config = ConfigDict(frozen=True)

    receipt: Annotated[str, Field(min_length=1, max_length=100)]
    received_at: Annotated[str, Field(max_length=60)]
    records: Annotated[tuple[Placed, ...], Field(max_length=100)]


class State(BaseModel):
    """How far a package has come with the platform's own reviewers; who has none says nothing."""

    model_config = ConfigDict(frozen=True)

    state: Annotated[str, Field(max_length=40)] = ""
    reason: Annotated[str, Field(max_length=500)] = ""


class _Fault(BaseModel):
    field: Annotated[str, Field(max_length=60)] = ""
    message: Annotated[str, Field(max_length=300)]


class _Refusal(BaseModel):
    code: Annotated[str, Field(max_length=60)] = ""
    message: Annotated[str, Field(max_length=500)] = ""
    fields: Annotated[tuple[_Fault, ...], Field(max_length=1000)] = ()


def taken(body: bytes) -> Taken | None:
    """Return what the body says, or None when it is not the platform's answer at all."""
    return _read(Taken, body)


def state(body: bytes) -> State | None:
    """Return what the body says of the package's state, or None when it is not the platform's answer at all."""
    return _read(State, body)


def is_unknown_key(status: int, body: bytes) -> bool:
    """Tell whether the platform itself, not some gateway before it, says that it never took this key."""
    return (
        status == HTTPStatus.NOT_FOUND
        and (refusal := _read(_Refusal, body)) is not None
        and refusal.code == "unknown_key"
    )


def trouble(
    status: int, headers: Mapping[str, str], body: bytes, *, repeatable: bool, now: datetime
) -> contract.ChannelError:
    """Return the error for an answer that is not a success.

    A 5xx may come from a gateway after the platform carried the call out: only a repeatable call is simply repeated.
    """
    reaction, words = TABLE.get(status, (Reaction.CONFIGURATION, "平台的答复无法理解，请核对接口地址"))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.MULTIPLE_CHOICES:
        # A success that is none: somebody before the platform answered in its place.
        reaction, words = Reaction.ASK, "平台暂时不可用"
    if repeatable and reaction is Reaction.ASK:
        reaction = Reaction.RETRY
    refusal = _read(_Refusal, body) or _Refusal()
    after = patience.retry_after(headers.get("Retry-After", ""), now) if reaction is Reaction.RETRY else None
    code = text.one_line(f"http_{status} {refusal.code}").strip()
    return contract.ChannelError(reaction, code, f"{words}{_said(refusal)}。", retry_after_seconds=after)


def _said(refusal: _Refusal) -> str:
    said = [fault.message for fault in refusal.fields[:MAX_FIELDS]] or [refusal.message]
    lines = [line.rstrip("。；") for line in map(text.one_line, said) if line]
    return f"：{'；'.join(lines)}"[:400] if lines else ""


def _read(model: type[Model], body: bytes) -> Model | None:
    try:
        return model.model_validate(json.loads(body))
    except (ValueError, RecursionError, ValidationError):
        return None
