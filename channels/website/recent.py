"""What this process remembers of what it did last: only so much of it, and nothing depends on it."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """The newest `most` values by their keys. May be used in several threads: each step is one of the dictionary's."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """What was put there, or None if that was nothing, or too long ago."""
        return self._kept.get(key)

    def put(self, key: Key, value: Value) -> Value:
        """Remember it, and forget what was put first where there is too much. Returns the value."""
        self._kept.pop(key, None)
        self._kept[key] = value
        for old in list(self._kept)[: -self._most]:
            self._kept.pop(old, None)
        return value
