"""Write the log as a directory that stands alone: the served layout, the key, a policy and the certificates.

The checkpoint goes last and leaves first: a directory with a checkpoint is a whole export, one without is none.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from hub.log import checkpoint, durable, note, rows, tiles

_CERTIFICATE = re.compile(r"[1-9][0-9]{0,15}(?:-[a-z0-9-]{1,64})?")
#: Half-written files: whatever they hold, they count for nothing.
_DRAFTS = ("checkpoint.new", "log.vkey.new", "policy.txt.new")
_OURS = re.compile(r"checkpoint|log\.vkey|policy\.txt|tile/.+|certificates/[^/]+\.tlog-proof(?:\.new)?")


class ExportError(Exception):
    """The directory or the log does not allow an export. Nothing that looks whole is left behind."""


class Certificates(Protocol):
    """Proofs by name: the release's number, with `-` and a word after it where one release has several.

    Names are asked for before anything is written, proofs once all bundles and tiles stand in the directory.
    """

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""

    def items(self) -> Iterable[tuple[str, bytes]]:
        """Yield each name with its proof."""


class LogSource(Protocol):
    """The log as it stood at one checkpoint; the same answers for as long as the export runs."""

    @property
    def size(self) -> int:
        """Return the number of entries under the checkpoint."""

    @property
    def checkpoint(self) -> bytes:
        """Return the signed note over `size` entries."""

    @property
    def vkey(self) -> str:
        """Return the public key that signed the checkpoint."""

    @property
    def certificates(self) -> Certificates:
        """Return the proofs that go along."""

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the entries [start, stop) in order."""


def write(source: LogSource, directory: Path) -> checkpoint.Checkpoint:
    """Export the log, durable on return, and return the checkpoint that stands in the directory.

    The directory may be missing, empty, an older export of the same log or an interrupted one; anything else is refused
    untouched with ExportError, as is a log whose entries do not have the root that its checkpoint signs. May run twice.
    """
    verifier = note.Verifier.parse(source.vkey)
    signed = checkpoint.open_checkpoint(source.checkpoint, verifier)
    if signed.size != source.size:
        raise ExportError("the checkpoint is not of the log's size")
    if unfit := sum(not _CERTIFICATE.fullmatch(name) for name in source.certificates):
        raise ExportError(f"{unfit} certificates have names that no file may have")
    _admit(source, directory, verifier)
    # From here to the last line there is no checkpoint: a crash leaves what the verifier refuses and a rerun mends.
    _retire(directory)
    # The key comes first and whole: by it a rerun knows that what an interrupted export left is its own.
    _replace(directory / "log.vkey", f"{source.vkey}\n".encode())
    _put(directory / "policy.txt", f"log {source.vkey}\nquorum none\n".encode())
    if _write_tiles(source, directory) != signed.root:
        raise ExportError("the entries do not have the root that the checkpoint signs")
    folder = directory / "certificates"
    for name, proof in source.certificates.items():
        _put(folder / f"{name}.tlog-proof", proof)
    _drop_leftovers(source.size, directory)
    _finish(directory, source.checkpoint)
    return signed


def _admit(source: LogSource, directory: Path, verifier: note.Verifier) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    found = strangers = 0
    for name in _files(directory):
        found += name not in _DRAFTS
        strangers += name not in _DRAFTS and not _OURS.fullmatch(name)
    if not found:
        return
    if strangers:
        raise ExportError(f"the directory holds {strangers} files that no export has written")
    key = directory / "log.vkey"
    if not key.is_file() or key.read_bytes() != f"{source.vkey}\n".encode():
        raise ExportError("the directory is not an export of this log")
    if (directory / "checkpoint").is_file():
        _admit_older(source, (directory / "checkpoint").read_bytes(), verifier)


def _admit_older(source: LogSource, data: bytes, verifier: note.Verifier) -> None:
    """Refuse to write over an export that the log does not extend: it would be the only evidence of a fork."""
    try:
        older = checkpoint.open_checkpoint(data, verifier)
    except ValueError as error:
        raise ExportError("the directory's checkpoint is not of this log") from error
    if older.size > source.size:
        raise ExportError("the directory holds a newer export than the log itself")
    if rows.root(source.entries(0, older.size)) != older.root:
        raise ExportError("the directory holds another history of this log; keep it as evidence")


def _write_tiles(source: LogSource, directory: Path) -> bytes:
    """Write every bundle and tile and return the root over them."""
    grown = rows.Rows()
    for index, entries in enumerate(rows.in_bundles(source.entries(0, source.size))):
        _put(directory / tiles.Tile(None, index, len(entries)).path, tiles.bundle(entries))
        for tile, data in grown.add(entries):
            _put(directory / tile.path, data)
    for tile, data in grown.partial(source.size):
        _put(directory / tile.path, data)
    return grown.root()


def _drop_leftovers(size: int, directory: Path) -> None:
    """Remove what an older export had and this one has not: partial tiles that have grown, drafts."""
    for name in _files(directory, "tile/"):
        if not _is_served(name, size):
            (directory / name).unlink()


def _is_served(name: str, size: int) -> bool:
    try:
        tile = tiles.parse(name)
    except tiles.TileError:
        return False
    return tile.width == tiles.width(tile.level, tile.index, size)


def _retire(directory: Path) -> None:
    for name in ("checkpoint", *_DRAFTS):
        (directory / name).unlink(missing_ok=True)
    durable.sync(directory)
    # Each ends with the checkpoint that it was made for. Taken away first, none has to be remembered to the end.
    if (directory / "certificates").is_dir():
        for name in _files(directory, "certificates/"):
            (directory / name).unlink()


def _finish(directory: Path, signed: bytes) -> None:
    # Thousands of small files: one flush of everything costs less than one for each, and must come before the rename.
    os.sync()
    _replace(directory / "checkpoint", signed)
    durable.sync(directory)


def _files(directory: Path, below: str = "") -> Iterator[str]:
    with os.scandir(directory / below) as found:
        for one in found:
            if one.is_symlink():  # Writing through a link would change a file outside the directory.
                raise ExportError("the directory holds a symbolic link")
            if one.is_dir():
                yield from _files(directory, f"{below}{one.name}/")
            else:
                yield f"{below}{one.name}"


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _put(path: Path, data: bytes) -> None:
    """Write the file, unless it holds these very bytes: an export over an older one writes only what has grown.

    Under its name it is whole at any moment, though not durable.
    """
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    except FileNotFoundError:
        pass
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
    draft.replace(path)
