"""Copies made ahead, outside the public tree: found by what they are made of, so that none is ever out of date.

A cache and nothing more: it may be emptied at any time, and what is missing is made again, the same.
"""

import asyncio
import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from channels.contract import Blobs, ChannelError, Site
from channels.tree import Tree
from channels.website.copies import making, pdf, sheet
from channels.website.copies.sheet import Sheet
from schemas import addresses
from schemas.delivery import Reaction
from schemas.edition import Edition
from schemas.recent import Recent
from schemas.release import Document

#: Grows with every change of what a copy looks like.
VERSION = 1
#: Editions whose copies' names are remembered.
NAMED = 64
#: A copy that nobody published for so long is made again when it is needed.
KEPT_SECONDS = 30 * 86_400.0
FAILED = (
    "没有生成“{title}”的 {kind} 文本。请运行 gongbu check 查看原因，或在网站渠道的 copies 中去掉 {kind}，然后重试。"
)


def available(wanted: Sequence[str]) -> tuple[str, ...]:
    """The kinds that this machine can make, in the order of the settings; `gongbu check` tells of the others."""
    return tuple(kind for kind in dict.fromkeys(wanted) if kind != "pdf" or not pdf.missing())


class Copies:
    """The copies of one website. `kinds` are `docx` and `pdf`."""

    def __init__(self, kinds: Sequence[str], folder: Path, blobs: Blobs, site: Site) -> None:
        self.kinds = tuple(kinds)
        self._folder = folder
        self._blobs = blobs
        self._site = site
        self._making: dict[str, asyncio.Lock] = {}
        self._swept = 0.0
        self._named: Recent[str, dict[str, str]] = Recent(NAMED)

    def paths(self, edition: Edition) -> list[str]:
        """Where the public finds them, whether they are there or not."""
        return [addresses.copy(edition.release, one.name, kind) for one in edition.documents for kind in self.kinds]

    async def ensure(self, edition: Edition) -> None:
        """Make what is missing. Nothing is public afterwards. May run twice. Raises ChannelError(CONFIGURATION)."""
        await self.files(edition)

    async def files(self, edition: Edition) -> dict[str, bytes]:
        """Path → bytes of every copy; what is missing is made. Raises ChannelError(CONFIGURATION)."""
        return {
            addresses.copy(edition.release, one.name, kind): await self._copy(edition, one, kind)
            for one in edition.documents
            for kind in self.kinds
        }

    async def missing(self, edition: Edition, tree: Tree) -> dict[str, bytes]:
        """Path → bytes of those that the public does not find there yet. Raises ChannelError(CONFIGURATION)."""
        # One thread for all of them: whoever waits for a page waits for this first.
        kept = await asyncio.to_thread(self._lacking, self._names(edition), tree)
        if all(kept.values()):
            return {path: data for path, data in kept.items() if data}
        files = await self.files(edition)
        return await asyncio.to_thread(lambda: {path: data for path, data in files.items() if tree.read(path) != data})

    async def forget(self, edition: Edition) -> None:
        """Of a text that was withdrawn nothing is kept here either. May run twice."""
        await asyncio.to_thread(self._remove, list(self._names(edition).values()))

    async def _copy(self, edition: Edition, one: Document, kind: str) -> bytes:
        made_of = sheet.of(edition, one, self._site)
        name = self._name(made_of, kind)
        # Two that need the same wait for one making; a waiter then finds it.
        async with self._making.setdefault(name, asyncio.Lock()):
            try:
                found = await asyncio.to_thread(self._read, name)
                if found is None:
                    found = await self._made(made_of, kind)
                    await asyncio.to_thread(self._keep, name, found)
            finally:
                self._making.pop(name, None)
        return found

    async def _made(self, made_of: Sheet, kind: str) -> bytes:
        pictures = {one.sha256: await self._picture(one.sha256) for one in made_of.pictures}
        try:
            return await making.make(kind, made_of, {name: data for name, data in pictures.items() if data})
        except making.CopyError as error:
            detail = FAILED.format(title=made_of.title, kind=kind)
            raise ChannelError(Reaction.CONFIGURATION, "no_copy", detail) from error

    async def _picture(self, sha256: str) -> bytes:
        try:
            return await self._blobs.read(sha256)
        except KeyError:
            return b""  # the page's own images are looked for by the channel, which says so

    def _names(self, edition: Edition) -> dict[str, str]:
        """Path → name of every copy; worked out once while it is remembered."""
        known = self._named.get(edition.digest)
        if known is not None:
            return known
        names = {
            addresses.copy(edition.release, one.name, kind): self._name(sheet.of(edition, one, self._site), kind)
            for one in edition.documents
            for kind in self.kinds
        }
        return self._named.put(edition.digest, names)

    def _lacking(self, names: Mapping[str, str], tree: Tree) -> dict[str, bytes | None]:
        """Path → bytes of those that the tree has not like this; None where they must be made first."""
        kept = {path: self._read(name) for path, name in names.items()}
        return {path: data for path, data in kept.items() if data is None or tree.read(path) != data}

    def _name(self, made_of: Sheet, kind: str) -> str:
        maker = metadata.version("weasyprint") if kind == "pdf" else ""
        said = f"{VERSION} {maker} {made_of.model_dump_json()}"
        return f"{hashlib.sha256(said.encode()).hexdigest()}.{kind}"

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes() or None
        except FileNotFoundError:
            return None

    def _keep(self, name: str, data: bytes) -> None:
        """Whole or not at all; it need not outlive a power cut."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._folder / f".{secrets.token_hex(8)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        fresh.replace(self._folder / name)
        self._sweep()

    def _remove(self, names: Sequence[str]) -> None:
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Now and then drop what is old, and what a dead writer left."""
        now = time.time()
        if now - self._swept < KEPT_SECONDS / 30:
            return
        self._swept = now
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > KEPT_SECONDS:
                    path.unlink()
