"""Follows the sightings on authoritative channels, and keeps what `/verify` recognises the texts by."""

from collections.abc import Iterator, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import sameness
from hub.store import editions, fingerprints
from hub.store.fingerprints import Fingerprint
from hub.store.followers import Passed
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.release import Document, Role

_log = structlog.get_logger()


class Fingerprints:
    """A follower of the log (`workers.news.Choosy`)."""

    name = "fingerprints"
    kinds = frozenset({EntryType.SIGHTING})

    def wants(self, entry: Passed) -> bool:
        """What no authoritative channel shows is nobody's word."""
        return _seen(entry) is not None

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        """Keep the fingerprints of what was seen, once for each edition of each document."""
        for release, number, name in dict.fromkeys(filter(None, map(_seen, entries))):
            edition = await editions.find(connection, release, number)
            document = next((one for one in edition.documents if one.name == name), None) if edition else None
            if edition is None or document is None:
                # It can never succeed: the entry names what the store does not have.
                _log.error("fingerprints.missing", release=release, edition=number, document=name)
                continue
            await fingerprints.add(connection, list(_of(edition, document)))

    async def told(self) -> None:
        """Nobody waits for the rows."""


def _seen(entry: Passed) -> tuple[int, int, str] | None:
    """Release, edition and document of an authoritative sighting."""
    fields = entry.said
    data = fields.get("data", {})
    return (fields["rel"], fields["ed"], data["document"]) if data.get("authoritative") else None


def _of(edition: Edition, document: Document) -> Iterator[Fingerprint]:
    place = {"release": edition.release, "edition": edition.number, "document": document.name}
    yield Fingerprint(
        **place,
        sha256=sameness.fingerprint(sameness.text(document.body)),
        title=sameness.fingerprint(document.title),
        doc_no=edition.metadata.doc_no if document.role is Role.POLICY else None,
    )
    for number, file in enumerate(document.attachments, 1):
        yield Fingerprint(**place, part=number, sha256=file.sha256)
