"""Private files and the kernel's locks on them (flock(2)), which end with the processes that hold them.

A lock taken here is never written down: no dead process can leave one behind.
"""

import fcntl
import os
from pathlib import Path
from typing import IO


def private(path: Path) -> IO[bytes]:
    """Open a file for appending, created 0600: whoever may open a lock file may also hold it."""
    return open(path, "ab", opener=_private)


def take(file: IO[bytes], *, shared: bool = False) -> bool:
    """Take the lock if it is free, without waiting; closing the file in every process that inherited it frees it."""
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def release(file: IO[bytes]) -> None:
    """Give the lock back, keeping the file open."""
    fcntl.flock(file, fcntl.LOCK_UN)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
