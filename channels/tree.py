"""The site's tree of public files: every write is atomic for readers and durable on return.

A path from outside never leads out of the tree, and a reader never meets half a file.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from channels import disk
from channels.disk import TreeError

MAX_PATH = 1024
#: File systems take 255.
MAX_NAME_BYTES = 200


@dataclass(frozen=True)
class Tree:
    """The folder that is served to the public. Paths are as in addresses: `/zcwj/1001.html`."""

    root: Path

    def locate(self, path: str) -> Path:
        """Return the file that the path names. Raises TreeError for anything but a plain path inside the tree."""
        parts = path.split("/")
        if not path or len(path) > MAX_PATH or parts[0] or not all(map(_is_plain, parts[1:])):
            raise TreeError("not a path inside the tree")
        return self.root.joinpath(*parts[1:])

    def read(self, path: str) -> bytes | None:
        """Return what the public would get, or None when there is no such file."""
        try:
            return self.locate(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def has(self, path: str) -> bool:
        """Tell whether the public finds a file there."""
        return self.locate(path).is_file()

    def holds(self, path: str, sha256: str) -> bool:
        """Tell whether the file is there with exactly these bytes."""
        try:
            with self.locate(path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False

    async def write(self, path: str, body: bytes) -> None:
        """Put one file in place; see `write_many`."""
        await self.write_many({path: body})

    async def write_many(self, files: Mapping[str, bytes]) -> None:
        """Put all the files in place, in the order given; durable on return; may run twice.

        Each file changes in one step. Raises TreeError before anything is written, OSError when the disk refuses.
        Runs in a thread because fsync blocks. A cancelled caller still waits for the thread to end: otherwise it would
        let go of a lock while an older list is on its way to the disk.
        """
        targets = {self.locate(path): body for path, body in files.items()}
        await disk.in_thread(lambda: disk.put(self.root, targets))

    async def try_writing(self) -> None:
        """Write a dot file, which nobody serves, and remove it. Raises OSError where pages could not be written."""
        await disk.in_thread(lambda: disk.try_writing(self.root))

    async def remove_many(self, paths: Iterable[str]) -> None:
        """Take files, and folders with all that is in them, out of public sight; durable on return; may run twice.

        Raises TreeError before anything is removed, OSError when the disk refuses. A cancelled caller still waits.
        """
        targets = [self.locate(path) for path in paths]
        await disk.in_thread(lambda: disk.remove(self.root, targets))

    async def sweep(self, *, older_than_seconds: float = 3600) -> int:
        """Remove what writers left that died between a temporary file and its rename. Returns how many."""
        return await disk.in_thread(lambda: disk.sweep(self.root, time.time() - older_than_seconds))


def _is_plain(part: str) -> bool:
    return (
        bool(part)
        and not part.startswith(".")
        and part.isprintable()
        and "\\" not in part
        and len(part.encode()) <= MAX_NAME_BYTES
    )
