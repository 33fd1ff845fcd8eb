"""Log entries as rooms show them: sentence, exact bytes, leaf hash, and the signed checkpoint that contains each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import chronicle
from hub.core.chronicle import Entry
from hub.log import tiles
from hub.store import catalogue, journal
from hub.store.journal import Found
from schemas.entry import stamp

#: Said of bytes that no act of ours has written.
UNREADABLE = "（不是本系统所写的条目，只能按原文查看）"


@dataclass(frozen=True)
class Line:
    """One entry. `entry` is None for bytes that say nothing we know; `covered` is a checkpoint's size."""

    seq: int
    body: bytes
    leaf: str
    entry: Entry | None
    sentence: str
    actor: str
    covered: int | None

    @property
    def text(self) -> str:
        """The exact bytes, as text."""
        return self.body.decode("utf-8", "backslashreplace")

    @property
    def at(self) -> str:
        """Beijing time to the millisecond."""
        return exact(self.entry.at) if self.entry else "—"

    @property
    def stamp(self) -> str:
        return stamp(self.entry.at) if self.entry else ""

    @property
    def word(self) -> str:
        return self.entry.word if self.entry else "—"

    @property
    def who(self) -> str:
        return self.entry.who if self.entry else ""

    @property
    def details(self) -> list[tuple[str, str]]:
        """What the sentence shortens or leaves out, whole: label and value."""
        return [(label, value) for label, value in _details(self.entry) if value] if self.entry else []


async def lines(connection: AsyncConnection, found: Sequence[Found]) -> list[Line]:
    """The entries with their people's names and their checkpoints."""
    read = [_read(one.body) for one in found]
    names = await catalogue.names(connection, {who for entry in read if entry for who in entry.people})
    covered = await journal.covering(connection, [one.seq for one in found])
    return [
        Line(
            seq=one.seq,
            body=one.body,
            leaf=one.leaf.hex(),
            entry=entry,
            sentence=chronicle.sentence(entry, names) if entry else UNREADABLE,
            actor=chronicle.name(entry.who, names) if entry else "—",
            covered=covered.get(one.seq),
        )
        for one, entry in zip(found, read, strict=True)
    ]


def _details(entry: Entry) -> Iterator[tuple[str, str]]:
    receipt, trouble = _part(entry, "receipt"), _part(entry, "trouble")
    yield "内容摘要", entry.digest
    yield "送出内容的摘要", entry.get("rendering")
    yield "公文要素摘要", entry.get("metadata_sha256")
    yield "网址", entry.get("address")
    yield "网页摘要" if entry.get("address") else "摘要", entry.get("sha256")
    yield "回执号", str(receipt.get("id", ""))
    for document, address in (receipt.get("addresses") or {}).items():
        yield f"回执网址（{document}）", str(address)
    yield "渠道时间", str(receipt.get("channel_time", ""))
    yield "应答摘要", str(receipt.get("reply_sha256", ""))
    yield "问题代码", str(trouble.get("code", ""))


def _part(entry: Entry, name: str) -> Mapping[str, Any]:
    part = entry.data.get(name)
    return part if isinstance(part, dict) else {}


def exact(at: datetime) -> str:
    """`2026-11-26 14:03:05.123`, Beijing time."""
    return stamp(at)[:23].replace("T", " ")


def bundle(seq: int, size: int) -> str:
    """The public path of the bundle that holds the entry, in a log of this size."""
    index = seq // tiles.WIDTH
    return "/log/" + tiles.Tile(None, index, min(tiles.WIDTH, size - index * tiles.WIDTH)).path


def _read(body: bytes) -> Entry | None:
    try:
        return Entry.read(body)
    except (ValueError, KeyError, TypeError):
        return None
