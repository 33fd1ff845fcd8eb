"""Where the layout keeps what (C2SP tlog-tiles). Written apart from `hub.log.tiles`, as all of the auditor's side."""

from dataclasses import dataclass

#: Entries in a full bundle, hashes in a full tile.
WIDTH = 256


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle to be read: its file and the number of entries that it must have."""

    file: str
    width: int


def count(size: int) -> int:
    """Return how many bundles a log of this size has."""
    return -(-size // WIDTH)


def bundle(number: int, size: int) -> Bundle:
    width = min(WIDTH, size - number * WIDTH)
    return Bundle(path("entries", number, width), width)


def path(kind: str, index: int, width: int) -> str:
    """Return the file of a tile or bundle: the full one with number 1234067 is `…/x001/x234/067`."""
    name = f"{index % 1000:03}"
    while index := index // 1000:
        name = f"x{index % 1000:03}/{name}"
    return f"tile/{kind}/{name}" if width == WIDTH else f"tile/{kind}/{name}.p/{width}"
