"""What a checkpointer knows: what of the log is signed, and what of that is noted outside the store. Pure."""

from dataclasses import dataclass, replace
from typing import Self

from hub.log import tree
from hub.store import log


@dataclass(frozen=True)
class Seal:
    """A signature as the store has it, or as a transaction is about to write it with the entries that it is over."""

    row: log.Checkpoint
    frontier: tree.Frontier  #: the tree that is signed


@dataclass(frozen=True)
class Sealed:
    """What is signed and what is noted, as far as one process knows. The store and the guard may be further."""

    newest: Seal | None = None  #: committed, and found to be over the tree that it names
    noted: int = 0  #: entries under the checkpoint that the guard was last known to name
    is_guarded: bool = True  #: the guard took what it was last given

    @property
    def size(self) -> int:
        """Entries that are signed for whoever asks; while the guard cannot be written, only those that it covers."""
        signed = self.newest.row.size if self.newest else 0
        return signed if self.is_guarded else self.noted

    @property
    def unnoted(self) -> Seal | None:
        """The newest one, while the guard is behind it."""
        return self.newest if self.newest and self.newest.row.size > self.noted else None

    def signed(self, seal: Seal) -> Self:
        """With this one, which has committed; others may have signed more since, and that stands."""
        is_newer = self.newest is None or seal.row.size > self.newest.row.size
        return replace(self, newest=seal) if is_newer else self

    def guarded(self, size: int) -> Self:
        """Once the guard names so many entries: it takes what it is given."""
        return replace(self, noted=size, is_guarded=True)

    def unguarded(self) -> Self:
        """Once the guard was found not to take it."""
        return replace(self, is_guarded=False)
