"""A large log in the store: entries by COPY, full tiles and one signed checkpoint, as the checkpointer leaves them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import asyncpg

from hub.log import checkpoint, note, tiles, tree

#: Entries of one COPY.
CHUNK = 65_536
#: Release, type and bytes of one entry.
Told = tuple[int, str, bytes]

_SEAL = "INSERT INTO log_checkpoints (size, frontier, note) VALUES ($1, $2, $3)"


@dataclass
class _Growth:
    """The tree while it grows, and the tiles that have become full since they were last taken."""

    frontier: tree.Frontier = field(default_factory=tree.Frontier)
    rows: list[list[bytes]] = field(default_factory=lambda: [[]])
    filled: list[int] = field(default_factory=lambda: [0])
    full: list[tuple[int, int, bytes, bytes]] = field(default_factory=list)

    def extend(self, leaves: list[bytes]) -> None:
        self.frontier = self.frontier.extend(leaves)
        for leaf in leaves:
            self._put(0, leaf)

    def take(self) -> list[tuple[int, int, bytes, bytes]]:
        taken, self.full = self.full, []
        return taken

    def _put(self, level: int, value: bytes) -> None:
        if level == len(self.rows):
            self.rows.append([])
            self.filled.append(0)
        row = self.rows[level]
        row.append(value)
        if len(row) == tiles.WIDTH:
            root = tree.fold(row)
            self.full.append((level, self.filled[level], tiles.tile_bytes(row), root))
            self.filled[level] += 1
            self.rows[level] = []
            self._put(level + 1, root)


async def fill(connection: asyncpg.Connection, signer: note.Signer, told: Iterable[Told]) -> int:
    """Add the entries to a log that nobody has signed yet, sign it, and return its size."""
    growth = _Growth()
    growth.extend([row["leaf"] for row in await connection.fetch("SELECT leaf FROM log_entries ORDER BY seq")])
    entries = iter(told)
    while chunk := list(islice(entries, CHUNK)):
        size = growth.frontier.size
        leaves = [tree.leaf(body) for _, _, body in chunk]
        await connection.copy_records_to_table("log_entries", records=_rows(chunk, leaves, size))
        growth.extend(leaves)
        await connection.copy_records_to_table("log_tiles", records=growth.take())
    size = growth.frontier.size
    await connection.execute("UPDATE log_head SET size = $1", size)
    signed = checkpoint.Checkpoint(signer.name, size, growth.frontier.root()).sign(signer)
    await connection.execute(_SEAL, size, growth.frontier.to_bytes(), signed.decode())
    return size


def _rows(chunk: list[Told], leaves: list[bytes], first: int) -> Iterator[tuple[int, int, str, bytes, bytes]]:
    for place, ((release, kind, body), leaf) in enumerate(zip(chunk, leaves, strict=True), start=first):
        yield place, release, kind, body, leaf
