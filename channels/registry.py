"""The only list of channel kinds. Imported by the composition roots and nobody else."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from channels import disclosure, rss, website, wechat
from channels.contract import Channel, Tools

KINDS: dict[str, Callable[[Mapping[str, Any], Tools], Channel]] = {
    "website": website.build,
    "rss": rss.build,
    "wechat": wechat.build,
    "disclosure": disclosure.build,
}


class UnknownKindError(Exception):
    """A channel table names a kind that nobody has registered."""


def build(tables: Sequence[Mapping[str, Any]], tools: Tools) -> dict[str, Channel]:
    """Return the configured channels by name. Raises UnknownKindError, or pydantic's ValidationError without values."""
    channels: dict[str, Channel] = {}
    for table in tables:
        kind = table.get("kind")
        if kind not in KINDS:
            raise UnknownKindError(str(kind))
        channel = KINDS[kind](table, tools)
        channels[channel.settings.name] = channel
    return channels
