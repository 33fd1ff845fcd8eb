"""Bounded reading of an export: each file once, none longer than it may be. Never follows a link or waits on a pipe."""

import os
import stat
from pathlib import Path

from hub.log.audit.report import RefusedError

#: Files that are listed at most: enough for 500 million entries.
MAX_FILES = 4_000_000
#: Folders within folders: `tile/entries/x000/x000/000.p/1` has four above the file.
MAX_DEPTH = 10


class Folder:
    """The files of one export. What is never taken is left over, and is then a stray."""

    def __init__(self, root: Path) -> None:
        """List the folder; RefusedError if it cannot be read or is beyond all measure."""
        self.root = root
        self.irregular: list[str] = []
        self.left: set[str] = set()
        try:
            self._list("", 0)
        except OSError as error:
            raise RefusedError("folder.unreadable") from error

    def _list(self, prefix: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise RefusedError("folder.too_many")
        with os.scandir(self.root / prefix) as found:
            for one in found:
                name = prefix + one.name
                if one.is_dir(follow_symlinks=False):
                    self._list(f"{name}/", depth + 1)
                elif one.is_file(follow_symlinks=False):
                    self.left.add(name)
                else:
                    self.irregular.append(name)
                if len(self.left) + len(self.irregular) > MAX_FILES:
                    raise RefusedError("folder.too_many")

    def claim(self, name: str) -> None:
        """Count the file as read; RefusedError if it is not there or was read before."""
        if name not in self.left:
            raise RefusedError("file.missing", name)
        self.left.discard(name)

    def take(self, name: str, limit: int) -> bytes:
        """Return the file's bytes; RefusedError if it is missing, cannot be read or is longer than the limit."""
        self.claim(name)
        return read(self.root, name, limit)


def read(root: Path, name: str, limit: int) -> bytes:
    """Return a regular file's bytes; RefusedError for anything else and for more than the limit."""
    try:
        handle = os.open(root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise RefusedError("file.irregular", name)
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise RefusedError("file.missing", name) from error
    except OSError as error:
        raise RefusedError("file.irregular", name) from error
    if len(data) > limit:
        raise RefusedError("file.too_long", name)
    return data
