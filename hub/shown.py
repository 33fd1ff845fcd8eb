"""The effective settings as an operator may see them: references stay references, every secret is masked."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from channels import registry
from channels.contract import ChannelSettings
from hub.settings import Settings

MASK = "**********"
REFERENCES = ("env:", "file:")
_USER = re.compile(r"(?<=://)[^/@\s]*@")


def settings(effective: Settings) -> dict[str, Any]:
    """Every setting by name, as JSON can hold it."""
    shown = effective.model_dump(mode="json", exclude={"channels"})
    return {**shown, "channels": [table(one) for one in effective.channels]}


def lines(shown: dict[str, Any]) -> Iterator[str]:
    """What `settings` gave, a line for each value, named as in gongbu.toml."""
    for name, value in shown.items():
        if name == "channels":
            for one in value:
                yield from (f"channels.{one.get('name')}.{key} = {_text(item)}" for key, item in one.items())
        elif isinstance(value, dict):
            yield from (f"{name}.{key} = {_text(item)}" for key, item in value.items())
        else:
            yield f"{name} = {_text(value)}"


def in_the_clear(effective: Settings) -> list[str]:
    """The channel keys whose secret stands in the settings themselves instead of as a reference."""
    return [
        f"{channel.get('name')}.{name}"
        for channel in effective.channels
        for name, field in kind_of(str(channel.get("kind"))).model_fields.items()
        if holds_secret(field.annotation) and _is_clear(channel.get(name))
    ]


def table(channel: dict[str, Any]) -> dict[str, Any]:
    """One `[[channels]]` table. What its kind declares as secret, or does not declare at all, is masked."""
    keys = kind_of(str(channel.get("kind")))
    public = {name for name, field in keys.model_fields.items() if not holds_secret(field.annotation)}
    return {name: _told(value, is_secret=name not in public) for name, value in channel.items()}


def kind_of(kind: str) -> type[BaseModel]:
    """The settings class of a kind of channel; the bare contract's for a kind that nobody registered."""
    build = registry.KINDS.get(kind)
    package = ".".join(build.__module__.split(".")[:2]) if build else ""
    found = (cls for cls in _below(ChannelSettings) if package and cls.__module__.startswith(package))
    return next(found, ChannelSettings)


def holds_secret(annotation: Any) -> bool:
    """Whether a SecretStr stands anywhere in the type."""
    inner = annotation.model_fields.values() if _is_model(annotation) else ()
    within = [*get_args(annotation), *(field.annotation for field in inner)]
    return annotation is SecretStr or any(holds_secret(one) for one in within)


def _is_clear(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_is_clear, value.values()))
    return any(map(_is_clear, value)) if isinstance(value, list | tuple) else _has_words(value)


def _has_words(value: Any) -> bool:
    return isinstance(value, str) and value != "" and not value.startswith(REFERENCES)


def _text(value: Any) -> str:
    return (
        "（未设置）"
        if value in (None, "", {}, [])
        else value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False)
    )


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _below(cls: type[BaseModel]) -> list[type[BaseModel]]:
    return [one for sub in cls.__subclasses__() for one in (sub, *_below(sub))]


def _told(value: Any, *, is_secret: bool) -> Any:
    match value:
        case dict():
            return {name: _told(item, is_secret=is_secret) for name, item in value.items()}
        case list() | tuple():
            return [_told(item, is_secret=is_secret) for item in value]
        case str() if value.startswith(REFERENCES):
            return value
        case str():
            return MASK if is_secret and value else _USER.sub(f"{MASK}@", value)
    return MASK if is_secret else value
