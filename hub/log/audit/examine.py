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
_STORY = acts.Story()


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
    facts: list[tuple[int, acts.Fact]] = field(default_factory=list)

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
    values = entries.read_all(found)
    for index, value in enumerate(_read_each(found) if values is None else values):
        _hear(examined, index, value)
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


def _read_each(found: list[bytes]) -> Iterator[dict[str, Any] | None]:
    """Find out which entries of a bundle are at fault; None stands for them."""
    for one in found:
        values = entries.read_all([one])
        yield values[0] if values else None


def _hear(examined: Examined, index: int, entry: dict[str, Any] | None) -> None:
    if entry is None:
        examined.object(index, "entry.not_canonical")
    elif names := entries.misshapen(entry):
        examined.object(index, "entry.shape", names=names)
    elif not entries.is_time(entry["at"]):
        examined.object(index, "entry.time")
    else:
        _hear_act(examined, index, entry)


def _hear_act(examined: Examined, index: int, entry: dict[str, Any]) -> None:
    at = entry["at"]
    if at < examined.last_at:
        examined.object(index, "entry.time_backwards")
    else:
        examined.last_at = at
    examined.first_at = examined.first_at or at
    try:
        examined.facts += [(index, fact) for fact in _STORY.facts(entry)]
    except KeyError:
        examined.object(index, "act.incomplete", t=entry["t"])
