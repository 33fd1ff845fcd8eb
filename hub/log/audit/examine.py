"""One bundle by itself: all that can be said of it without the others, so that several can be examined at once."""

from dataclasses import dataclass, field
from pathlib import Path

from hub.log.audit import acts, entries, folder, hashing, layout
from hub.log.audit.report import RefusedError


@dataclass(slots=True)
class Examined:
    """What one bundle came to. Indexes count from its first entry."""

    #: The code for which the bundle is refused as a whole; nothing else is set then.
    refused: str = ""
    #: The leaf hashes one after another, which are also the bytes of its tile, and the root over them.
    leaves: bytes = b""
    root: bytes = b""
    #: The first time that was told, and the latest; within the bundle their order is checked.
    first_at: bytes = b""
    last_at: bytes = b""
    #: What is wrong with single entries: index, code, details.
    objections: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    chapter: acts.Chapter = field(default_factory=acts.Chapter)


def examine(root: Path, bundle: layout.Bundle) -> Examined:
    """Read and examine one bundle; never raises for what it holds."""
    try:
        data = folder.read(root, bundle.file, bundle.width * (entries.MAX_ENTRY + 2))
        found = entries.unpack(data, bundle.width)
    except RefusedError as refused:
        return Examined(refused=refused.code)
    leaves = hashing.leaves(found)
    examined = Examined(leaves=b"".join(leaves), root=hashing.fold(leaves))
    _hear(examined, found)
    return examined


def _hear(examined: Examined, found: list[bytes]) -> None:
    hear, last_at = examined.chapter.hear, b""
    for index, told in enumerate(entries.read(found)):
        if isinstance(told, entries.Fault):
            examined.objections.append((index, told.code, told.details))
            continue
        kind, at, fields = told
        if at < last_at:
            examined.objections.append((index, "entry.time_backwards", {}))
        else:
            last_at = at
        examined.first_at = examined.first_at or at
        if len(fields) > 1:
            hear(index, kind, fields)
    examined.last_at = last_at
