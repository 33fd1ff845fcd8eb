"""One document on one channel: what the channel answered, and when we first saw it there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, null, select, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.rows import arrays, inserted
from schemas.delivery import Action, Delivery
from schemas.publication import Publication, Receipt, Sighting

_T, _D = tables.publications, tables.deliveries
COLUMNS = tuple(_T.c.keys())


def putting(prefix: str = "") -> Insert:
    """The statement of `put`."""
    new = inserted(_T, COLUMNS, prefix=prefix)
    return new.on_conflict_do_update(
        index_elements=["release_id", "document", "channel"],
        set_={
            **{name: new.excluded[name] for name in ("edition", "address", "receipt")},
            "accepted_at": func.least(_T.c.accepted_at, new.excluded.accepted_at),
            "seen_at": func.coalesce(_T.c.seen_at, new.excluded.seen_at),
            "seen_sha256": func.coalesce(_T.c.seen_sha256, new.excluded.seen_sha256),
            # A newer edition brings the document back.
            "withdrawn_at": case((new.excluded.edition > _T.c.edition, null()), else_=_T.c.withdrawn_at),
        },
    )


_PUT = putting()


async def put(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Write what `accepted` and `seen` gave. The first sighting of a document stays; a later one never moves it."""
    if rows:
        await connection.execute(_PUT, arrays(COLUMNS, rows))


def accepted(delivery: Delivery, receipt: Receipt, *, at: datetime) -> list[dict[str, Any]]:
    """The channel's answer, for every document that it named an address for."""
    return [_row(delivery, name, address, receipt, accepted_at=at) for name, address in receipt.addresses.items()]


def seen(delivery: Delivery, sighting: Sighting, *, at: datetime) -> dict[str, Any]:
    """A sighting of one document."""
    receipt = delivery.receipt or Receipt(id="")
    row = _row(delivery, sighting.document, sighting.address, receipt, accepted_at=delivery.accepted_at or at)
    return row | {"seen_at": at, "seen_sha256": sighting.sha256}


async def withdraw(connection: AsyncConnection, delivery: Delivery, *, at: datetime) -> None:
    """The channel no longer shows what it showed up to this delivery's edition. The first sighting stays true."""
    mine = (_T.c.release_id == delivery.release, _T.c.channel == delivery.channel, _T.c.edition <= delivery.edition)
    await connection.execute(update(_T).where(*mine, _T.c.withdrawn_at.is_(None)).values(withdrawn_at=at))


async def of_release(connection: AsyncConnection, release: int) -> list[Publication]:
    """Every publication of the release, the policy first on each channel."""
    query = (
        select(_T).where(_T.c.release_id == release).order_by(_T.c.channel, _T.c.document != "policy", _T.c.document)
    )
    return [_publication(row) for row in await connection.execute(query)]


async def receipt(connection: AsyncConnection, withdrawal: Delivery) -> Receipt | None:
    """What the channel answered when it took the edition that is withdrawn; None when nobody knows."""
    mine = (_D.c.release_id == withdrawal.release, _D.c.channel == withdrawal.channel)
    same = (_D.c.edition == withdrawal.edition, _D.c.action == Action.PUBLISH, _D.c.receipt.is_not(None))
    query = select(_D.c.receipt).where(*mine, *same, _D.c.id < withdrawal.id).order_by(_D.c.id.desc()).limit(1)
    found = (await connection.execute(query)).scalar_one_or_none()
    return Receipt.model_validate(found) if found else None


def _row(delivery: Delivery, document: str, address: str, receipt: Receipt, *, accepted_at: datetime) -> dict[str, Any]:
    return {
        "release_id": delivery.release,
        "document": document,
        "channel": delivery.channel,
        "edition": delivery.edition,
        "address": address,
        "receipt": receipt.model_dump(mode="json"),
        "accepted_at": accepted_at,
        "seen_at": None,
        "seen_sha256": None,
        "withdrawn_at": None,
    }


def _publication(row: Row[Any]) -> Publication:
    return Publication(
        release=row.release_id,
        document=row.document,
        channel=row.channel,
        edition=row.edition,
        address=row.address,
        accepted_at=row.accepted_at,
        seen_at=row.seen_at,
        withdrawn_at=row.withdrawn_at,
    )
