"""What a preview's templates are given: files as they can be shown, what changed, what the log says of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.ext.asyncio import AsyncEngine

from hub.core import chronicle
from hub.store import journal
from hub.store.blobs import Blobs
from hub.web.console import framed
from hub.web.preview import name_of
from hub.web.rendered import Rendered
from schemas import addresses, canonical
from schemas.entry import EntryType
from schemas.parcel import RenderedFile
from schemas.release import Document

#: Text of a file that a page shows; the whole file can be fetched.
SHOWN = 60_000
#: Entries of a release among which the sent rendering is looked for.
MAX_ENTRIES = 2000
JSON = frozenset({"application/json", "application/feed+json"})
#: Pictures that a browser draws and never runs.
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@dataclass(frozen=True)
class Shown:
    """One file of the rendering, as templates need it."""

    file: RenderedFile
    name: str
    base: str  #: of the room
    at: str

    @property
    def media(self) -> str:
        return self.file.media.partition(";")[0]

    @property
    def size(self) -> int:
        return len(self.file.body)

    @property
    def sha256(self) -> str:
        return canonical.digest(self.file.body)

    @property
    def text(self) -> str:
        """The beginning of a text file, indented where it is JSON; empty for others."""
        if self.media in JSON:
            return json.dumps(self.value, ensure_ascii=False, indent=1)[:SHOWN]
        is_text = self.media.startswith("text/") or "xml" in self.media
        return self.file.body.decode("utf-8", "replace")[:SHOWN] if is_text else ""

    @cached_property
    def value(self) -> Any:
        """What a JSON file says; None for others."""
        return json.loads(self.file.body) if self.media in JSON else None

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What an XML file's elements say."""
        return framed.fields(self.file)

    def frame(self, pointer: str = "") -> str:
        """Where the file, or the part of it that the pointer leads to, stands as a page in a sandbox."""
        query = {name: value for name, value in (("part", pointer), ("at", self.at)) if value}
        return f"{self.base}/frame/{quote(self.name)}" + (f"?{urlencode(query)}" if query else "")

    @property
    def raw(self) -> str:
        return f"{self.base}/raw/{quote(self.name)}" + (f"?{urlencode({'at': self.at})}" if self.at else "")


async def pictures(engine: AsyncEngine, made: Rendered, public_url: str) -> dict[str, tuple[str, bytes]]:
    """Address → picture, under every address by which a channel may call it."""
    edition, blobs = made.packed.parcel.edition, Blobs(engine)
    found: dict[str, tuple[str, bytes]] = {}
    for image in (image for document in edition.documents for image in document.images):
        if image.media not in PICTURES or f"blob:{image.sha256}" in found:
            continue
        try:
            picture = (image.media, await blobs.read(image.sha256))
        except KeyError:
            continue
        place = addresses.image(edition.release, image.sha256, image.media)
        packed = f"images/{place.rpartition('/')[2]}"  # beside a page that a person carries
        found |= dict.fromkeys((f"blob:{image.sha256}", place, public_url + place, packed), picture)
    return found


@dataclass(frozen=True)
class Change:
    """One file beside what it was before: digests, empty where there is none."""

    name: str
    before: str
    after: str

    @property
    def word(self) -> str:
        if self.before == self.after:
            return "没有变化"
        return "有变化" if self.before and self.after else "新增" if self.after else "不再有"


def changes(made: Rendered) -> list[Change]:
    """The files beside those that the channel got of the edition before, both as if they went out now."""
    if made.earlier is None:
        return []
    before = {name_of(file): canonical.digest(file.body) for file in made.earlier.files}
    after = {name_of(file): canonical.digest(file.body) for file in made.rendering.files}
    return [Change(name, before.get(name, ""), after.get(name, "")) for name in sorted(before | after)]


def documents(made: Rendered) -> list[Change]:
    """The documents themselves: a page also changes because it names its edition."""
    if made.packed.earlier is None:
        return []
    before = {one.name: _digest(one) for one in made.packed.earlier.edition.documents}
    after = {one.name: _digest(one) for one in made.packed.parcel.edition.documents}
    return [Change(name, before.get(name, ""), after.get(name, "")) for name in after | before]


def _digest(document: Document) -> str:
    return canonical.digest(canonical.encode(document.model_dump(mode="json")))


@dataclass(frozen=True)
class Logged:
    """The entry in which the log holds the digest of what left, and whether it is the digest of what is shown."""

    seq: int
    sha256: str
    is_same: bool


async def logged(engine: AsyncEngine, made: Rendered) -> Logged | None:
    delivery = made.packed.delivery
    if delivery is None or delivery.intended_at is None:
        return None
    async with engine.connect() as connection:
        found = await journal.of_release(connection, made.packed.release.id, limit=MAX_ENTRIES)
    wanted = (EntryType.SEND_INTENT, delivery.edition, delivery.channel, delivery.action, delivery.standing)
    for one in reversed(found):
        entry = chronicle.Entry.read(one.body)
        if (entry.type, entry.edition, entry.channel, entry.action, entry.data.get("standing")) == wanted:
            sha256 = entry.get("rendering")
            return Logged(one.seq, sha256, sha256 == made.rendering.sha256)
    return None
