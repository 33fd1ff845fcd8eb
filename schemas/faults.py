"""What pydantic found wrong, in Chinese: one table for forms, files and settings. Never repeats an outside value."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

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
    "float_type": "应为数",
    "float_parsing": "应为数",
    "finite_number": "应为有限的数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "less_than": "应小于 {lt}",
    "literal_error": "应为下列之一：{expected}",
    "path_type": "应为路径",
    "model_attributes_type": "应为对象",
    "mapping_type": "应为对象",
}

#: What stands for every kind of error that has no words of its own.
OTHERWISE = "不符合要求"


def words(kind: str, context: Mapping[str, Any]) -> str:
    """Return what to tell a person about an error of this type of pydantic's, filled from its context."""
    told = {**context, "expected": _listed(str(context.get("expected", "")))}
    return WORDS.get(kind, OTHERWISE).format_map(told)


def _listed(expected: str) -> str:
    """`'a', 'b' or 'c'`, as pydantic has it, without its English."""
    return "、".join(re.findall(r"'([^']*)'", expected)) or expected


def fields(error: ValidationError, *, others: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return dotted place → words for every error. `others` stand over the table's words.

    A validator of ours that speaks Chinese is quoted: it knows more than the table.
    """
    found = error.errors(include_input=False, include_url=False)
    return {".".join(map(str, one["loc"])): _told(one, others or {}) for one in found}


def sentence(wrong: Mapping[str, str]) -> str:
    """Return the errors as one line; the whole, which has no place, is told without one."""
    return "；".join(f"{place}：{told}" if place else told for place, told in wrong.items())


def toml(error: tomllib.TOMLDecodeError) -> str:
    """Say where a text is no TOML."""
    found = re.search(r"line (\d+), column (\d+)", str(error))
    return f"第 {found[1]} 行第 {found[2]} 列附近不合 TOML 语法" if found else "末尾不合 TOML 语法"


def _told(one: Any, others: Mapping[str, str]) -> str:
    said = str(one["msg"]).removeprefix("Value error, ")
    if any("\u4e00" <= character <= "\u9fff" for character in said) and one["type"] not in WORDS:
        return said
    return {**WORDS, **others}.get(one["type"], OTHERWISE).format_map(one.get("ctx", {}))
