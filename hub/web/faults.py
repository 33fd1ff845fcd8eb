"""What pydantic found wrong, in Chinese and per field. Never repeats a value that came from outside."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.errors import ErrorCode, HubError

#: How many fields one answer names, and how much of a name that somebody else chose.
MAX_FIELDS = 50
MAX_NAME = 80

#: pydantic's error type → what to tell the person; the braces are filled from the error's context.
WORDS: dict[str, str] = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段",
    "string_type": "应为文字",
    "string_too_long": "不得超过 {max_length} 字",
    "string_too_short": "至少 {min_length} 字",
    "string_pattern_mismatch": "格式不正确",
    "enum": "应为下列之一：{expected}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "date_type": "应为日期，如 2026-11-01",
    "date_parsing": "应为日期，如 2026-11-01",
    "date_from_datetime_parsing": "应为日期，如 2026-11-01",
    "datetime_type": "应为时间，如 2026-11-01T09:00:00+08:00",
    "datetime_parsing": "应为时间，如 2026-11-01T09:00:00+08:00",
    "datetime_from_date_parsing": "应为时间，如 2026-11-01T09:00:00+08:00",
    "timezone_aware": "时间须注明时区，如 2026-11-01T09:00:00+08:00",
    "year_range": "应在 {first} 年至 {last} 年之间",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "model_type": "应为对象",
    "dict_type": "应为对象",
}


def translate(error: ValidationError) -> HubError:
    """Return the HubError to tell: UNREADABLE for what is no JSON, INVALID with the fields for everything else."""
    found = error.errors(include_input=False, include_url=False)
    if any(one["type"] == "json_invalid" for one in found):
        return HubError(ErrorCode.UNREADABLE, detail="不是正确的 JSON（UTF-8）")
    fields = {_pointer(one["loc"]): _words(one["type"], one.get("ctx", {})) for one in found[:MAX_FIELDS]}
    detail = "；".join(f"{name.lstrip('/') or '内容'}{words}" for name, words in fields.items())
    return HubError(ErrorCode.INVALID, detail=detail, fields=fields)


def _words(kind: str, context: Mapping[str, Any]) -> str:
    return WORDS.get(kind, "不符合要求").format_map(context)


def _pointer(location: tuple[int | str, ...]) -> str:
    """RFC 6901, with each part cut: a field that nobody knows has a name from outside."""
    return "".join("/" + str(part)[:MAX_NAME].replace("~", "~0").replace("/", "~1") for part in location)
