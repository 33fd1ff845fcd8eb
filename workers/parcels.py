"""Packs a delivery for its channel, and asks the last gate while doing so."""

from typing import Any

from channels.contract import ChannelError
from hub.core import planning, workflow
from hub.store import deliveries, editions, releases
from schemas import addresses
from schemas.delivery import Delivery, Reaction
from schemas.edition import Edition
from schemas.parcel import Parcel
from workers.worker import Worker


async def pack(worker: Worker, delivery: Delivery, *, gate: bool) -> Parcel:
    """Return the parcel of a delivery.

    With `gate`, raises ChannelError(CONTENT) for an edition that must not leave: not open, marked secret, not fully
    reviewed, reviewed by an author (law 2). Whoever put the delivery into the store, this door is asked last.
    """
    async with worker.engine.connect() as connection:
        edition = await editions.find(connection, delivery.release, delivery.edition)
        release = await releases.find(connection, delivery.release)
        if edition is None or release is None or edition.digest != delivery.digest:
            raise ChannelError(
                Reaction.BUG, "no_edition", f"edition {delivery.edition} of {delivery.release} is missing"
            )
        if gate:
            authors = await editions.authors(connection, delivery.release, delivery.edition)
            reviews = await editions.reviews(connection, delivery.release, delivery.edition)
            refused = workflow.refusal(edition, authors=authors, reviews=reviews)
            if refused:
                raise ChannelError(Reaction.CONTENT, refused.code, refused.message)
    return Parcel(
        key=planning.key(delivery.release, delivery.edition, delivery.channel, delivery.action),
        action=delivery.action,
        edition=edition,
        planned_at=delivery.planned_at,
        official_at=release.official_at,
        addresses=_addresses(worker.public_url, edition),
    )


def _addresses(public_url: str, edition: Edition) -> dict[str, str]:
    return {d.name: public_url + addresses.path(edition.release, d.name) for d in edition.documents}


class Notes:
    """`channels.contract.Notes` over the delivery's row: kept under the fence, durable before `keep` returns."""

    def __init__(self, worker: Worker, delivery: Delivery) -> None:
        self._worker = worker
        self._delivery = delivery

    def get(self, key: str) -> Any:
        """Return what was kept, or None."""
        return self._delivery.notes.get(key)

    async def keep(self, key: str, value: Any) -> None:
        """Make `value` durable. Raises LostLeaseError when another worker has the delivery."""
        async with self._worker.engine.begin() as connection:
            await deliveries.keep_note(connection, self._delivery, key, value)
        self._delivery.notes[key] = value
