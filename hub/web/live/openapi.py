"""The OpenAPI 3.1 document of the open data, from its table of addresses and its shapes."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from hub.web import problems
from hub.web.live.api import BASE, JSON, Endpoint
from hub.web.openapi import VERSION, path
from hub.web.problems import Problem

_RELEASE = {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}
_NAME = {"type": "string", "pattern": "^(policy|interpretation-[1-9][0-9]?)$"}
_ETAG = {"ETag": {"required": True, "schema": {"type": "string"}}}


@lru_cache(maxsize=2)
def document(endpoints: tuple[Endpoint, ...]) -> bytes:
    """Return the document as JSON. The same table gives the same bytes."""
    models: list[tuple[Any, JsonSchemaMode]] = [(Problem, "serialization")]
    models += [(one.gives, "serialization") for one in endpoints if one.gives]
    models += [(one.query, "validation") for one in endpoints if one.query]
    named, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")
    whole = {
        "openapi": VERSION,
        "info": {
            "title": "公布 Gongbu 开放数据接口",
            "version": "1",
            "description": "只读，无须登记。只有公众在网站上已经能看到、且没有撤回的内容。时间均带时区。",
        },
        "servers": [{"url": "/"}],
        "paths": {path(BASE + one.path): {"get": _operation(one, named, definitions["$defs"])} for one in endpoints},
        "components": {"schemas": definitions["$defs"]},
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()


def _operation(one: Endpoint, named: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    given = named[one.gives, "serialization"] if one.gives else {"type": "object"}
    refused = {"content": {problems.MEDIA: {"schema": named[Problem, "serialization"]}}}
    responses: dict[str, Any] = {
        "200": {"description": "OK", "headers": _ETAG, "content": {JSON: {"schema": given}}},
        "304": {"description": "If-None-Match 所给的仍是最新的"},
        "422": {"description": "查询条件不正确", **refused},
        "429": {"description": "请求过多，见 Retry-After", **refused},
        "503": {"description": "暂时不可用，稍后重试", **refused},
    }
    if one.can_miss:
        responses["404"] = {"description": "没有公开，或已撤回", **refused}
    return {
        "operationId": one.handler.__name__.strip("_"),
        "summary": one.summary,
        "parameters": [*_parts(one), *_queries(one, named, schemas)],
        "responses": responses,
        "security": [],
    }


def _parts(one: Endpoint) -> Sequence[dict[str, Any]]:
    parts: dict[str, Any] = {"release": _RELEASE, "name": _NAME}
    found = [name for name in parts if f"{{{name}" in one.path]
    return [{"name": name, "in": "path", "required": True, "schema": parts[name]} for name in found]


def _queries(one: Endpoint, named: Any, schemas: dict[str, Any]) -> Sequence[dict[str, Any]]:
    if one.query is None:
        return []
    model = schemas[named[one.query, "validation"]["$ref"].rpartition("/")[2]]
    return [
        {"name": name, "in": "query", "description": schema.get("description", ""), "schema": schema}
        for name, schema in model["properties"].items()
    ]
