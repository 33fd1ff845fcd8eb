"""The feeds as they lie in the public tree, read once for all who are sent the same."""

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hub.core import websub as rules
from schemas.recent import Recent

#: Feeds whose bytes are kept; each has at most a few megabytes.
KEPT = 8
#: Inode, time and size of a file: every write puts another file in its place.
State = tuple[int, int, int]


@dataclass(frozen=True)
class Feed:
    """One feed at one moment."""

    body: bytes
    sha256: str
    state: State


class Feeds:
    """Reads the feeds of one public tree."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._kept: Recent[str, Feed] = Recent(KEPT)
        self._known: dict[str, tuple[State, str]] = {}  #: topic → state and digest as last read

    async def read(self, topic: str) -> Feed | None:
        """Return the topic's feed as it is now; None when there is none."""
        found = await asyncio.to_thread(_read, self._site, topic, self._kept.get(topic))
        return self._kept.put(topic, found) if found else None

    async def digests(self, topics: Iterable[str]) -> dict[str, str]:
        """Topic → digest of its feed now, for those that have one. Only files that were written since are read."""
        self._known = await asyncio.to_thread(_digests, self._site, list(topics), self._known)
        return {topic: sha256 for topic, (_, sha256) in self._known.items()}


def _digests(site: Path, topics: Sequence[str], known: Mapping[str, tuple[State, str]]) -> dict[str, tuple[State, str]]:
    found: dict[str, tuple[State, str]] = {}
    for topic in topics:
        state = _state(_file(site, topic))
        if state is not None and topic in known and known[topic][0] == state:
            found[topic] = known[topic]
        elif feed := _read(site, topic, None):
            found[topic] = (feed.state, feed.sha256)
    return found


def _read(site: Path, topic: str, known: Feed | None) -> Feed | None:
    path = _file(site, topic)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            state = _marks(os.fstat(file.fileno()))
            if known and known.state == state:
                return known
            body = file.read()
    except OSError:
        return None
    return Feed(body, sha256(body).hexdigest(), state)


def _state(path: Path | None) -> State | None:
    try:
        return _marks(path.stat()) if path else None
    except OSError:
        return None


def _marks(found: os.stat_result) -> State:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _file(site: Path, topic: str) -> Path | None:
    path = rules.file(topic)
    return site / path.lstrip("/") if path else None
