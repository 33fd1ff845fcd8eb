"""What a process remembers of what it used last: only so much of it, and nothing depends on it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def _one(_: Any) -> int:
    return 1


class Recent(Generic[Key, Value]):
    """The values that were used last, by their keys, together no heavier than `most`; without `weigh` each weighs one.

    May be used in several threads. No value is None.
    """

    def __init__(self, most: int, weigh: Callable[[Value], int] = _one) -> None:
        self._most = most
        self._weigh = weigh
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._held = 0
        self._alone = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """What was put there, which counts as a use; None if that was nothing, or too long ago."""
        with self._alone:
            if (found := self._kept.get(key)) is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value) -> Value:
        """Remember it, and forget what was not used for longest where there is too much. Returns the value.

        What has become heavier is put again.
        """
        weight = self._weigh(value)
        with self._alone:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, weight)
            self._held += weight - before
            while self._held > self._most:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._held -= dropped
        return value

    def __contains__(self, key: Key) -> bool:
        """Whether it is remembered; to ask is no use."""
        return key in self._kept
