"""One bundle by itself: all that can be said of it without the others, so that several can be examined at once."""

import gc
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent import futures
from concurrent.futures import process
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

from hub.log.audit import acts, entries, folder, hashing
from hub.log.audit.report import RefusedError

#: Below so many bundles a second process costs more than it saves.
_WORTH_SHARING = 64


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle to be read: its file and the number of entries that it must have."""

    file: str
    width: int


@dataclass(slots=True)
class Examined:
    """What one bundle came to. Indexes count from its first entry."""

    #: The code for which the bundle is refused as a whole; nothing else is set then.
    refused: str = ""
    #: The leaf hashes one after another, which are also the bytes of its tile, and the root over them.
    leaves: bytes = b""
    root: bytes = b""
    #: The first time that was told, and the latest; within the bundle their order is checked.
    first_at: str = ""
    last_at: str = ""
    #: What is wrong with single entries: index, code, details.
    objections: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    chapter: acts.Chapter = field(default_factory=acts.Chapter)

    def object(self, index: int, code: str, **details: str) -> None:
        self.objections.append((index, code, details))


def examine(root: Path, bundle: Bundle) -> Examined:
    """Read and examine one bundle; never raises for what it holds."""
    try:
        data = folder.read(root, bundle.file, bundle.width * (entries.MAX_ENTRY + 2))
        found = entries.unpack(data, bundle.width)
    except RefusedError as refused:
        return Examined(refused=refused.code)
    leaves = [hashing.leaf(entry) for entry in found]
    examined = Examined(leaves=b"".join(leaves), root=hashing.fold(leaves))
    for index, entry in enumerate(entries.read(found)):
        _hear(examined, index, entry)
    return examined


def examine_all(root: Path, bundles: Iterable[Bundle], count: int) -> Iterator[Examined]:
    """Yield what each bundle comes to, in order, on every core if there are many; a few at most are held at a time."""
    cores = os.cpu_count() or 1
    # A fork copies only the calling thread: with others about, a lock that one holds would stay locked for ever.
    may_fork = "fork" in get_all_start_methods() and threading.active_count() == 1
    if count < _WORTH_SHARING or cores == 1 or not may_fork:
        yield from (examine(root, bundle) for bundle in bundles)
        return
    # Nothing in a worker makes reference cycles, and looking for them there costs a third of the time.
    with futures.ProcessPoolExecutor(cores, mp_context=get_context("fork"), initializer=gc.disable) as pool:
        yield from _examine_shared(pool, root, iter(bundles), 4 * cores)


def _examine_shared(pool: futures.Executor, root: Path, waiting: Iterator[Bundle], window: int) -> Iterator[Examined]:
    running = deque(pool.submit(examine, root, bundle) for bundle in islice(waiting, window))
    while running:
        try:
            done = running.popleft().result()
            running.extend(pool.submit(examine, root, bundle) for bundle in islice(waiting, 1))
        except process.BrokenProcessPool as error:
            raise RefusedError("audit.interrupted") from error
        yield done


def _hear(examined: Examined, index: int, entry: dict[str, Any] | entries.Fault) -> None:
    if isinstance(entry, entries.Fault):
        examined.object(index, entry.code, names=entry.names)
        return
    at = entry["at"]
    if not entries.is_time(at):
        examined.object(index, "entry.time")
        return
    if at < examined.last_at:
        examined.object(index, "entry.time_backwards")
    else:
        examined.last_at = at
    examined.first_at = examined.first_at or at
    try:
        examined.chapter.hear(index, entry)
    except KeyError:
        examined.object(index, "act.incomplete", t=entry["t"])
