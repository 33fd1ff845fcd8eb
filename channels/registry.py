"""The kinds of channels that are installed: ours and strangers', found by one entry-point group.

Imported by the composition roots and nobody else. A component that cannot be loaded takes down its own kind alone, and
no house waits for the kinds that it does not use.
"""

from collections import UserDict
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog
from pydantic import ValidationError

from channels import bounded, broken
from channels.contract import Channel, Tools

_log = structlog.get_logger()

GROUP = "gongbu.channels"
#: The distribution of this house: what others ship is foreign.
HOUSE = "gongbu"
Build = Callable[[Mapping[str, Any], Tools], Channel]


class UnknownKindError(Exception):
    """A channel table names a kind that nobody has registered."""


class _Kinds(UserDict[str, Any]):
    """Kind → how it is built. A component is loaded when its kind is first looked up: at the start, for a channel."""

    def __getitem__(self, kind: str) -> Build:
        found = self.data[kind]
        if isinstance(found, EntryPoint):
            found = self.data[kind] = _loaded(found)
        made: Build = found
        return made


def load(points: Sequence[EntryPoint]) -> MutableMapping[str, Build]:
    """Return how each kind is built. A kind that cannot be loaded, or that two components claim, is built broken."""
    kinds = _Kinds()
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        kinds[point.name] = broken.builder("两个组件都登记了它") if point.name in kinds else point
    return kinds


def build(tables: Sequence[Mapping[str, Any]], tools: Tools) -> dict[str, Channel]:
    """Return the configured channels by name. Raises UnknownKindError, or pydantic's ValidationError without values."""
    channels: dict[str, Channel] = {}
    for table in tables:
        kind = str(table.get("kind"))
        if kind not in KINDS:
            raise UnknownKindError(kind)
        channel = _built(KINDS[kind], table, tools)
        channels[channel.settings.name] = channel
    return channels


def _loaded(point: EntryPoint) -> Build:
    try:
        found: Build = point.load()
    except BaseException as error:  # noqa: BLE001 - a stranger's module may do anything, even leave the program
        _log.error("channel.unloadable", kind=point.name, component=point.value, reason=_reason(error))
        return broken.builder(f"{point.value} {type(error).__name__}")
    return found


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _built(make: Build, table: Mapping[str, Any], tools: Tools) -> Channel:
    try:
        return make(table, tools)
    except ValidationError:
        raise  # the operator's to mend, before anything starts
    except Exception as error:  # noqa: BLE001
        # Not the error's own words: they may quote the table, and with it a secret.
        _log.error("channel.unbuildable", channel=table.get("name"), reason=type(error).__name__)
        return broken.builder(f"启动时出错 {type(error).__name__}")(table, tools)


_INSTALLED = tuple(entry_points(group=GROUP))
#: kind → how it is built, as installed when the program started.
KINDS: MutableMapping[str, Build] = load(_INSTALLED)
bounded.FOREIGN.update(one.name for one in _INSTALLED if one.dist is None or one.dist.name != HOUSE)
