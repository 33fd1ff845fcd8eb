"""What a worker has done for good, told to the next one by a file beside the tree."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """One file. A stamp that is lost or torn only means that all is done once more."""

    path: Path

    def read(self) -> str:
        """Return what was put last, nothing where none can be read."""
        try:
            return self.path.read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return ""

    def put(self, text: str) -> None:
        """Put it there in one step."""
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        temporary.write_text(text, "ascii")
        temporary.replace(self.path)
