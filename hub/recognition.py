"""Which officially released document a text or a file is: found by its content, its number or title, or its sentences.

Reads only what was seen on an authoritative channel, never a draft. Keeps nothing of what it is asked.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub import official
from hub.commands import searching
from hub.core import sameness
from hub.core.sameness import Judged, Verdict
from hub.official import Past, Shown
from hub.store import editions, fingerprints
from hub.store.fingerprints import Fingerprint
from schemas.card import Filters
from schemas.edition import Edition
from schemas.release import Attachment, Document

#: Documents that one text is compared with.
_MOST = 6
#: Less alike than this, a text that only names a document is no state of it.
_ALIKE = 0.3
#: Sentences of a text that are looked for where nothing else tells what it is, and the characters of each that are. One
#: that somebody has altered is found nowhere; the others are.
_SENTENCES, _LEAST, _LONGEST = 4, 8, 30
_SENTENCE = re.compile(rf"[^\W_]{{{_LEAST},}}")
#: Characters by which the likeness of two texts is judged.
_HEAD = 100_000
_ORDER = (Verdict.SAME, Verdict.ALIKE, Verdict.AROUND, Verdict.OTHER)


@dataclass(frozen=True)
class Match:
    """One officially released document, and how what was asked compares with it."""

    past: Past
    edition: Edition
    document: Document
    shown: Shown
    judged: Judged
    attachment: Attachment | None = None  #: it was one of its files, byte for byte
    alike: float = 1.0  #: of another text, how much of it is the same (0 to 1)


async def of_file(engine: AsyncEngine, data: bytes) -> Match | None:
    """The attachment with exactly these bytes, of the newest edition that has it."""
    digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
    async with engine.connect() as connection:
        found = [one for one in await fingerprints.by_content(connection, [digest]) if one.part]
        opened = await _opened(connection, found[:1])
    for one, past, edition, document in opened:
        shown = past.edition(edition.number)
        if shown and one.part <= len(document.attachments):
            return Match(past, edition, document, shown, Judged(Verdict.SAME), document.attachments[one.part - 1])
    return None


async def of_text(engine: AsyncEngine, asked: Sequence[str], *, taken: Sequence[str] = ()) -> list[Match]:
    """Documents that these lines are, or are most like; the best first. None that is only named in passing.

    `taken` as in `sameness.judge`.
    """
    prints, titles, numbers = await asyncio.to_thread(_looked_for, asked, taken)
    async with engine.connect() as connection:
        found = [
            *(one for one in await fingerprints.by_content(connection, prints) if not one.part),
            *await fingerprints.by_number(connection, numbers),
            *await fingerprints.by_title(connection, titles),
        ]
    found = found or await _by_sentences(engine, asked)
    async with engine.connect() as connection:
        opened = await _opened(connection, list(dict.fromkeys(found))[:_MOST])
    judged = await asyncio.to_thread(lambda: [_match(asked, taken, *one[1:]) for one in opened])
    matches = [one for one in judged if one is not None]
    # Sorting is stable: among equals the one that was found by its content, then the newest, comes first.
    return sorted(matches, key=lambda one: (_ORDER.index(one.judged.verdict), -one.alike))


def _looked_for(asked: Sequence[str], taken: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    prints = [*sameness.windows(asked), *sameness.put_back(asked, taken)]
    return prints, sameness.titles(asked), sameness.numbers(asked)


async def _by_sentences(engine: AsyncEngine, asked: Sequence[str]) -> list[Fingerprint]:
    """Texts that can be read today and hold some of the longest sentences word for word, the rarest of those first."""
    weights: defaultdict[Fingerprint, float] = defaultdict(float)
    for sentence in _sentences(asked):
        try:
            found = await searching.find(engine, f'"{sentence}"', Filters())
        except searching.TooLongError:
            continue
        for card in (hit.card for hit in found.hits):
            place = Fingerprint(release=card.release, edition=card.edition, document=card.name, sha256="")
            weights[place] += 1 / max(found.count.number, 1)
    return sorted(weights, key=weights.__getitem__, reverse=True)[:_MOST]


def _sentences(asked: Sequence[str]) -> list[str]:
    """The longest pieces without punctuation, each cut to what a search reads."""
    pieces = {piece[:_LONGEST] for line in asked for piece in _SENTENCE.findall(line)}
    return sorted(pieces, key=lambda one: (-len(one), one))[:_SENTENCES]


async def _opened(
    connection: AsyncConnection, found: Sequence[Fingerprint]
) -> list[tuple[Fingerprint, Past, Edition, Document]]:
    pasts: dict[int, Past] = {}
    opened = []
    for one in found:
        if one.release not in pasts:
            pasts[one.release] = await official.past(connection, one.release)
        edition = await editions.find(connection, one.release, one.edition)
        document = next((d for d in edition.documents if d.name == one.document), None) if edition else None
        if edition and document:
            opened.append((one, pasts[one.release], edition, document))
    return opened


def _match(
    asked: Sequence[str], taken: Sequence[str], past: Past, edition: Edition, document: Document
) -> Match | None:
    shown = past.edition(edition.number)
    if shown is None:
        return None
    names = [document.title, edition.metadata.title, edition.metadata.doc_no or ""]
    judged = sameness.judge(asked, document.body, names=[name for name in names if name], taken=taken)
    alike = _likeness(asked, document) if judged.verdict is Verdict.OTHER else 1.0
    return Match(past, edition, document, shown, judged, alike=alike) if alike >= _ALIKE else None


def _likeness(asked: Sequence[str], document: Document) -> float:
    said = "\n".join(asked)[:_HEAD]
    return sameness.likeness([said], document.body[:_HEAD])
