"""One document on one channel: what the channel answered, and when we first saw it there."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.delivery import Delivery
from schemas.publication import Publication, Receipt, Sighting

_T = tables.publications


async def accepted(connection: AsyncConnection, delivery: Delivery, receipt: Receipt, *, at: datetime) -> None:
    """Keep the channel's answer for every document it named an address for. May run twice."""
    for document, address in receipt.addresses.items():
        await _put(connection, delivery, document, address=address, receipt=receipt, accepted_at=at)


async def seen(connection: AsyncConnection, delivery: Delivery, sighting: Sighting, *, at: datetime) -> None:
    """Keep a sighting. The first one stays; a later one never moves it."""
    receipt = delivery.receipt or Receipt(id="")
    accepted_at = delivery.accepted_at or at
    await _put(
        connection, delivery, sighting.document, address=sighting.address, receipt=receipt, accepted_at=accepted_at
    )
    mine = (_T.c.release_id == delivery.release, _T.c.document == sighting.document, _T.c.channel == delivery.channel)
    first = _T.update().where(*mine, _T.c.seen_at.is_(None)).values(seen_at=at, seen_sha256=sighting.sha256)
    await connection.execute(first)


async def of_release(connection: AsyncConnection, release: int) -> list[Publication]:
    """Every publication of the release, the policy first on each channel."""
    query = (
        select(_T).where(_T.c.release_id == release).order_by(_T.c.channel, _T.c.document != "policy", _T.c.document)
    )
    return [_publication(row) for row in await connection.execute(query)]


async def _put(
    connection: AsyncConnection,
    delivery: Delivery,
    document: str,
    *,
    address: str,
    receipt: Receipt,
    accepted_at: datetime,
) -> None:
    values = {
        "release_id": delivery.release,
        "document": document,
        "channel": delivery.channel,
        "edition": delivery.edition,
        "address": address,
        "receipt": receipt.model_dump(mode="json"),
        "accepted_at": accepted_at,
    }
    statement = insert(_T).values(values)
    newer = {"edition": delivery.edition, "address": address, "receipt": values["receipt"]}
    update = statement.on_conflict_do_update(
        index_elements=["release_id", "document", "channel"],
        set_=newer | {"accepted_at": func.least(_T.c.accepted_at, accepted_at)},
    )
    await connection.execute(update)


def _publication(row: Row[Any]) -> Publication:
    return Publication(
        release=row.release_id,
        document=row.document,
        channel=row.channel,
        edition=row.edition,
        address=row.address,
        accepted_at=row.accepted_at,
        seen_at=row.seen_at,
    )
