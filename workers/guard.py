"""The newest checkpoint signed on this machine, in a file outside the store: an older store is no longer believed."""

import os
from pathlib import Path

from hub.log import checkpoint, note


class Guard:
    """One file. Whoever writes it names what the store has, or is about to have; several processes may write it."""

    def __init__(self, path: Path, verifier: note.Verifier) -> None:
        self.name = path.name
        self._path = path
        self._verifier = verifier
        self._opened: tuple[bytes | None, checkpoint.Checkpoint | None] = (None, None)  #: as it was last read

    def read(self) -> checkpoint.Checkpoint | None:
        """What it names; None where nothing was signed yet. Raises ValueError for what is not our checkpoint."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        if data != self._opened[0]:
            self._opened = (data, checkpoint.open_checkpoint(data, self._verifier))
        return self._opened[1]

    def write(self, signed: bytes) -> None:
        """Name this checkpoint. Durable on return; may run twice. Raises OSError."""
        fresh = self._path.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            file.write(signed)
            file.flush()
            # A power cut must leave the old guard or the new one, never an empty one.
            os.fsync(file.fileno())
        fresh.replace(self._path)
        # Here, where nobody waits, and not when the next one is to be signed.
        self._opened = (signed, checkpoint.open_checkpoint(signed, self._verifier))
