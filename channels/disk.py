"""Files on the disk under one root: each change is one step for readers, and durable on return."""

import asyncio
import contextlib
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: Leftovers of a dead writer are dot files; nobody serves those, and `sweep` removes them.
LEFTOVER = ".gongbu-"
#: Syncs that wait for the disk together. One after another, each would wait for a commit of the file system's own.
_SYNCING = ThreadPoolExecutor(8, thread_name_prefix="sync")


class TreeError(ValueError):
    """The path does not name a file inside the tree."""


async def in_thread(act: Callable[[], T]) -> T:
    """Run what blocks. A cancelled caller still waits for it to end."""
    running = asyncio.ensure_future(asyncio.to_thread(act))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def put(root: Path, targets: Mapping[Path, bytes]) -> None:
    """Put the files in place, in the order given. Raises TreeError before anything is written, OSError."""
    folders = {target.parent for target in targets}
    _confine(root, folders)
    touched = _make_folders(folders)
    waiting: dict[Path, Path] = {}
    try:
        for target, body in targets.items():
            waiting[target] = target.with_name(f"{LEFTOVER}{secrets.token_hex(8)}")
            _spill(waiting[target], body)
        # Synced after all are written, so that one commit of the file system may carry them all.
        _sync_all(waiting.values())
        # Dies here: the old pages are untouched, dot files are left over.
        for target in targets:
            waiting[target].replace(target)
            del waiting[target]
            # Dies here: this file and those before it are new for readers, those after it old; each one is whole.
            # A power cut may still bring back the old ones until their folder is synced below.
    finally:
        for leftover in waiting.values():
            leftover.unlink(missing_ok=True)
    _sync_all(touched)
    # Dies here: everything is durable; nobody was told, so the caller's delivery writes the same bytes again.


def remove(root: Path, targets: Iterable[Path]) -> None:
    """Take files, and folders with all in them, away. Raises TreeError before anything is removed, OSError."""
    found = [target for target in targets if os.path.lexists(target)]
    _confine(root, {target.parent for target in found})
    for target in found:
        # A link is removed itself, never what it leads to.
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target, ignore_errors=False)
        else:
            target.unlink(missing_ok=True)
    _sync_all({target.parent for target in found})


def _confine(root: Path, folders: Iterable[Path]) -> None:
    """A link planted inside the tree must not lead a write out of it. Raises TreeError."""
    real = root.resolve()
    if not all(folder.resolve().is_relative_to(real) for folder in folders):
        raise TreeError("the path leaves the tree")


def _make_folders(folders: Iterable[Path]) -> list[Path]:
    """Make the folders and return all whose entries change: a new folder must be durable in its parent, too."""
    touched = dict.fromkeys(folders)
    missing: list[Path] = []
    for folder in list(touched):
        while folder not in missing and not folder.exists():
            missing.append(folder)
            folder = folder.parent  # noqa: PLW2901 - upwards to the first one that is there
            touched.setdefault(folder)
    for folder in reversed(missing):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # whatever the umask, as with files
    return list(touched)


def _spill(path: Path, body: bytes) -> None:
    """Write the bytes under a name that nobody serves."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o644)  # whatever the umask: the web server is another user
        file.write(body)


def _sync_all(paths: Collection[Path]) -> None:
    """Make all of them durable, in no order. Raises OSError for the first that is not, once none is under way."""
    if len(paths) > 1:
        wait(running := [_SYNCING.submit(_sync, path) for path in paths])
        for one in running:
            one.result()
    else:
        for path in paths:
            _sync(path)


def _sync(path: Path) -> None:
    """Make a file's bytes or a folder's names durable."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems sync folders by themselves and refuse to be asked.
        if error.errno != errno.EINVAL or not path.is_dir():
            raise
    finally:
        os.close(handle)


def sweep(root: Path, before: float) -> int:
    """Remove the leftovers last written before this time of the clock. Returns how many."""
    removed = 0
    for path in root.rglob(f"{LEFTOVER}*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


def try_writing(root: Path) -> None:
    """Write a leftover and remove it. Raises OSError where nothing can be written."""
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=LEFTOVER, dir=root):
        pass
