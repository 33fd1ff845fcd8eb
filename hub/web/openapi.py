"""The OpenAPI 3.1 document, from the route table and the same models that read the requests."""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from hub.web import problems
from hub.web.problems import Problem
from hub.web.route import Match, Route
from schemas.errors import TABLE, ErrorCode
from schemas.release import Release

VERSION = "3.1.0"
#: `{name:pattern}` of the route table; OpenAPI keeps the pattern in the parameter's schema.
_PART = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}")
#: What a release is answered with, and what If-Match takes.
_ETAG = {"type": "string", "pattern": '^"[1-9][0-9]{0,14}"$'}
_FILES = ("multipart/form-data", "application/octet-stream")
#: What any answer that needs a token, or the store, may be.
_ALWAYS = (ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL)

Schemas = Mapping[Any, dict[str, Any]]  #: (model, mode) → a reference to its schema


def document(routes: Sequence[Route]) -> bytes:
    """Return the document as JSON. The same table gives the same bytes."""
    named, definitions = models_json_schema(_models(routes), ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(path(route.path), {})[route.method.lower()] = _operation(route, named)
    whole = {
        "openapi": VERSION,
        "info": {"title": "公布 Gongbu 工作端接口", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()


def path(template: str) -> str:
    """The route's path as OpenAPI writes it, without patterns."""
    return _PART.sub(r"{\1}", template)


def _models(routes: Sequence[Route]) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    found: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for route in routes:
        if route.takes:
            found[route.takes, "validation"] = None
        if not isinstance(route.gives, str):
            found[route.gives, "serialization"] = None
        found |= dict.fromkeys((model, "serialization") for model in route.tells.values())
    return list(found)


def _operation(route: Route, named: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "parameters": [*_parts(route), *_queries(route), *_headers(route)],
        "responses": _responses(route, named),
        "security": [] if route.is_open else [{"token": []}],
    }
    if route.tells:
        # OpenAPI 3.1 has no words of its own for events.
        told = {name: named[model, "serialization"] for name, model in route.tells.items()}
        operation["x-events"] = told
    if route.takes or route.upload:
        operation["requestBody"] = _body(route, named)
    return operation


def _body(route: Route, named: Schemas) -> dict[str, Any]:
    content: dict[str, Any] = {media: {"schema": _file(media)} for media in _FILES} if route.upload else {}
    if route.takes is None:
        return {"content": content, "required": True}
    required = any(field.is_required() for field in route.takes.model_fields.values())
    content = {"application/json": {"schema": named[route.takes, "validation"]}} | content
    return {"content": content, "required": required or route.upload}


def _file(media: str) -> dict[str, Any]:
    if media == "multipart/form-data":
        return {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
    return {"type": "string", "format": "binary"}


def _parts(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "maximum": 10**15 - 1} if name == "release" else _text(pattern),
        }
        for name, pattern in _PART.findall(route.path)
    ]


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^({pattern})$"} if pattern else {"type": "string"}


def _queries(route: Route) -> list[dict[str, Any]]:
    whole = route.page.model_json_schema() if route.page else {"properties": {}}
    properties = _inlined(whole["properties"], whole.get("$defs", {}))
    return [{"name": name, "in": "query", "schema": schema} for name, schema in properties.items()]


def _inlined(schema: Any, named: dict[str, Any]) -> Any:
    """The schema with what it refers to in its place: a parameter has no definitions of its own."""
    if isinstance(schema, list):
        return [_inlined(one, named) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(named[schema["$ref"].removeprefix("#/$defs/")], named)
    return {name: _inlined(one, named) for name, one in schema.items()}


def _headers(route: Route) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    if route.is_write:
        key = {"type": "string", "minLength": 1, "maxLength": 200}
        listed.append({"name": "Idempotency-Key", "in": "header", "schema": key})
    if route.if_match is not Match.REFUSED:
        needed = route.if_match is Match.NEEDED
        listed.append({"name": "If-Match", "in": "header", "required": needed, "schema": _ETAG})
    if route.upload:
        # The file's name, where it does not come in a form.
        listed.append({"name": "Content-Disposition", "in": "header", "schema": {"type": "string"}})
    return listed


def _responses(route: Route, named: Schemas) -> dict[str, Any]:
    if isinstance(route.gives, str):
        content: dict[str, Any] = {route.gives: {}}
    else:
        content = {"application/json": {"schema": named[route.gives, "serialization"]}}
    good: dict[str, Any] = {"description": HTTPStatus(route.status).phrase, "content": content}
    if not isinstance(route.gives, str) and issubclass(route.gives, Release):
        good["headers"] = {"ETag": {"required": True, "schema": _ETAG}}
    refused = {problems.MEDIA: {"schema": named[Problem, "serialization"]}}
    told = {
        str(status): {"description": "；".join(sorted(titles)), "content": refused}
        for status, titles in sorted(_told(route).items())
    }
    return {str(route.status): good, **told}


def _told(route: Route) -> dict[int, set[str]]:
    """Status → the titles of the refusals that come with it."""
    titles = {HTTPStatus.FORBIDDEN.value: {problems.FOREIGN_ORIGIN}}
    for code in (*route.refusals, *_ALWAYS, *(() if route.is_open else (ErrorCode.UNAUTHENTICATED,))):
        titles.setdefault(TABLE[code][0], set()).add(problems.TITLES[code])
    return titles
