"""The hub's side in memory: what `channels.contract.Tools` asks for, and the notes of one delivery."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.contract import now_utc
from schemas.budget import Budget
from schemas.edition import Edition
from schemas.listing import Place, Span
from schemas.office import Reachable
from schemas.parcel import Listed, Parcel


@dataclass
class MemoryNotes:
    """`contract.Notes`: `kept` is what survives. To keep takes time before and after, as a store does."""

    kept: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    async def keep(self, key: str, value: Any) -> None:
        await asyncio.sleep(0)
        self.kept[key] = value
        await asyncio.sleep(0)

    async def now(self) -> datetime:
        return now_utc()


@dataclass
class MemoryShelf:
    """`contract.Shelf`: put newest first into `listed`; every channel shows the same."""

    listed: list[Listed] = field(default_factory=list)
    given: dict[str, list[int]] = field(default_factory=dict)  #: list → releases in the order of their places
    asked: int = 0  #: lines and places that were read
    reachable: tuple[Reachable, ...] = ()

    async def enrol(self, channel: str, wanted: Sequence[tuple[int, str]]) -> None:
        assert channel
        for release, name in wanted:
            there = self.given.setdefault(name, [])
            there.extend([] if release in there else [release])

    async def places(self, channel: str, releases: Collection[int]) -> list[Place]:
        assert channel
        return [one for one in self._every() if one.release in releases]

    async def sizes(self, channel: str) -> Mapping[str, int]:
        assert channel
        return {name: len(there) for name, there in self.given.items()}

    async def within(self, channel: str, spans: Sequence[Span]) -> list[Place]:
        assert channel
        found = [
            one
            for one in self._every()
            if any(one.list == span.list and span.first <= one.ordinal <= span.last for span in spans)
        ]
        self.asked += len(found)
        return sorted(found, key=lambda one: -one.ordinal)

    async def outlines(self, channel: str, releases: Collection[int]) -> Mapping[int, Listed]:
        assert channel
        self.asked += len(set(releases))
        return {
            one.edition.release: one.model_copy(update={"edition": one.edition.outline()})
            for one in self.listed
            if one.edition.release in releases
        }

    async def whole(self, editions: Collection[tuple[int, int]]) -> list[Edition]:
        return [one.edition for one in self.listed if (one.edition.release, one.edition.number) in editions]

    async def published(self, channel: str, *, after: int, limit: int) -> list[tuple[int, int]]:
        assert channel
        every = enumerate((one.edition.release for one in reversed(self.listed)), 1)
        return [(mark, release) for mark, release in every if mark > after][:limit]

    async def offices(self) -> tuple[Reachable, ...]:
        return self.reachable

    def _every(self) -> list[Place]:
        return [
            Place(list=name, ordinal=ordinal, release=release)
            for name, there in self.given.items()
            for ordinal, release in enumerate(there, 1)
        ]

    async def recent(self, channel: str, limit: int) -> list[Listed]:
        assert channel
        return self.listed[:limit]

    async def changed(self, channel: str, limit: int) -> list[Listed]:
        assert channel
        return [one for one in self.listed if one.notice][:limit]

    def put(self, parcel: Parcel) -> None:
        """List the parcel as the newest one, as the store does once the commit is intended."""
        notice = parcel.notice
        at = max(filter(None, (parcel.planned_at, parcel.official_at, notice.confirmed_at if notice else None)))
        line = Listed(
            edition=parcel.edition,
            official_at=parcel.official_at,
            planned_at=parcel.planned_at,
            updated_at=at,
            notice=notice,
        )
        self.listed = [line, *(one for one in self.listed if one.edition.release != parcel.edition.release)]


@dataclass
class MemoryBlobs:
    """`contract.Blobs`: `put` returns the digest."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def read(self, sha256: str) -> bytes:
        return self.kept[sha256]

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.kept[digest] = data
        return digest


@dataclass
class MemoryLetterbox:
    """`contract.Letterbox`: put messages under (channel, key)."""

    messages: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    async def find(self, channel: str, key: str) -> Mapping[str, Any] | None:
        return self.messages.get((channel, key))


@dataclass
class MemoryBudgets:
    """`contract.Budgets`: counts every call; with `wait` set, all budgets are used up for so many seconds."""

    wait: float | None = None
    spent: Counter[str] = field(default_factory=Counter)

    async def spend(self, channel: str, budget: Budget) -> float | None:
        assert channel
        if self.wait is None:
            self.spent[budget.endpoint] += 1
        return self.wait
