"""Documents as entries, kept ready for the next feed that tells of them."""

import asyncio
from collections.abc import Iterable, Mapping

from channels.contract import Shelf, Site
from channels.rss import entries
from channels.rss.entries import Entry
from schemas.parcel import Listed
from schemas.recent import Recent

#: What is kept at most: the newest entries of some forty feeds, and room for long texts.
KEPT_BYTES = 64 * 1024 * 1024


class Stock:
    """Entries by the state of their document: one that changed is another one."""

    def __init__(self, site: Site, shelf: Shelf) -> None:
        self._site = site
        self._shelf = shelf
        self._kept: Recent[tuple[object, ...], tuple[Entry, ...]] = Recent(KEPT_BYTES, _size)

    def of(self, line: Listed) -> tuple[Entry, ...]:
        """The entries of a line that has its texts. Raises as `entries.of_line`."""
        key = _key(line)
        made = self._kept.get(key)
        return self._kept.put(key, entries.of_line(line, self._site)) if made is None else made

    async def of_all(self, lines: Iterable[Listed]) -> Mapping[int, tuple[Entry, ...]]:
        """Release → its entries; the texts of those that are not kept are read from the store. Raises as `of`."""
        outlines = list(lines)
        found = {line.edition.release: kept for line in outlines if (kept := self._kept.get(_key(line))) is not None}
        missing = {
            (one.edition.release, one.edition.number): one for one in outlines if one.edition.release not in found
        }
        for edition in await self._shelf.whole(missing) if missing else ():
            line = missing[edition.release, edition.number].model_copy(update={"edition": edition})
            found[edition.release] = self.of(line)
            await asyncio.sleep(0)  # feedgen may not leave the loop's thread, and there may be hundreds
        return found


def _key(line: Listed) -> tuple[object, ...]:
    return line.edition.digest, line.planned_at, line.official_at, line.notice


def _size(made: Iterable[Entry]) -> int:
    return sum(len(one) for entry in made for written in (entry.whole, entry.brief) for one in written.values())
