"""The site's tree of public files: every write is atomic for readers and durable on return.

A path from outside never leads out of the tree, and a reader never meets half a file.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: Leftovers of a dead writer are dot files; nobody serves those, and `sweep` removes them.
LEFTOVER = ".gongbu-"
MAX_PATH = 1024
#: File systems take 255.
MAX_NAME_BYTES = 200


class TreeError(ValueError):
    """The path does not name a file inside the tree."""


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
        await _in_thread(lambda: _put(self.root, targets))

    async def try_writing(self) -> None:
        """Write a dot file, which nobody serves, and remove it. Raises OSError where pages could not be written."""
        await _in_thread(lambda: _try(self.root))

    async def remove_many(self, paths: Iterable[str]) -> None:
        """Take files, and folders with all that is in them, out of public sight; durable on return; may run twice.

        Raises TreeError before anything is removed, OSError when the disk refuses. A cancelled caller still waits.
        """
        targets = [self.locate(path) for path in paths]
        await _in_thread(lambda: _remove(self.root, targets))

    async def sweep(self, *, older_than_seconds: float = 3600) -> int:
        """Remove what writers left that died between a temporary file and its rename. Returns how many."""
        return await _in_thread(lambda: _sweep(self.root, time.time() - older_than_seconds))


def _try(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=LEFTOVER, dir=root):
        pass


def _is_plain(part: str) -> bool:
    return (
        bool(part)
        and not part.startswith(".")
        and part.isprintable()
        and "\\" not in part
        and len(part.encode()) <= MAX_NAME_BYTES
    )


async def _in_thread(act: Callable[[], T]) -> T:
    running = asyncio.ensure_future(asyncio.to_thread(act))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _put(root: Path, targets: Mapping[Path, bytes]) -> None:
    folders = {target.parent for target in targets}
    _confine(root, folders)
    touched = _make_folders(folders)
    waiting: dict[Path, Path] = {}
    try:
        for target, body in targets.items():
            waiting[target] = target.with_name(f"{LEFTOVER}{secrets.token_hex(8)}")
            _spill(waiting[target], body)
        # Synced after all are written: the first sync carries the journal for the others.
        for temporary in waiting.values():
            _sync(temporary)
        # Dies here: the old pages are untouched, dot files are left over.
        for target in targets:
            waiting[target].replace(target)
            del waiting[target]
            # Dies here: this file and those before it are new for readers, those after it old; each one is whole.
            # A power cut may still bring back the old ones until their folder is synced below.
    finally:
        for leftover in waiting.values():
            leftover.unlink(missing_ok=True)
    for folder in touched:
        _sync(folder)
    # Dies here: everything is durable; nobody was told, so the caller's delivery writes the same bytes again.


def _remove(root: Path, targets: Iterable[Path]) -> None:
    found = [target for target in targets if os.path.lexists(target)]
    _confine(root, {target.parent for target in found})
    for target in found:
        # A link is removed itself, never what it leads to.
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target, ignore_errors=False)
        else:
            target.unlink(missing_ok=True)
    for folder in {target.parent for target in found}:
        _sync(folder)


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


def _sweep(root: Path, before: float) -> int:
    removed = 0
    for path in root.rglob(f"{LEFTOVER}*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed
