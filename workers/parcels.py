"""Packs deliveries for their channel, and asks the last gate while doing so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import ChannelError
from hub.core import planning, workflow
from hub.store import deliveries, engine, filing, publications, standings
from hub.store.filing import Filed
from schemas import addresses
from schemas.delivery import Action, Delivery, Reaction
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.parcel import Parcel
from schemas.publication import Receipt
from schemas.rulebook import Rulebook
from schemas.standing import Standing
from workers.worker import Worker


async def pack(worker: Worker, packed: Sequence[Delivery]) -> list[Parcel | ChannelError]:
    """Return the parcel of each delivery, or why it must not be given to its channel.

    What has not left yet meets the last gate here: ChannelError(CONTENT) for an edition that is not open, marked
    secret, not fully reviewed, or reviewed by an author (law 2). Whoever put the delivery into the store, this door is
    asked last.
    """
    async with worker.engine.connect() as connection:
        # Nothing of it changes any more, so no transaction needs to hold it together.
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        return await packed_in(connection, worker, packed)


async def packed_in(
    connection: AsyncConnection, worker: Worker, packed: Sequence[Delivery]
) -> list[Parcel | ChannelError]:
    """As `pack`, in a transaction of the caller's."""
    filed = await filing.filed(connection, {(one.release, one.edition) for one in packed})
    said = await standings.some(connection, {one.standing for one in packed if one.standing is not None})
    withdrawn = [one for one in packed if one.action is Action.WITHDRAW]
    receipts = {one.id: await publications.receipt(connection, one) for one in withdrawn}
    return [
        _pack(
            worker,
            one,
            filed.get((one.release, one.edition)),
            said.get(one.standing) if one.standing else None,
            receipts.get(one.id),
        )
        for one in packed
    ]


def _pack(
    worker: Worker, delivery: Delivery, filed: Filed | None, said: Standing | None, published: Receipt | None
) -> Parcel | ChannelError:
    if filed is None or filed.edition.digest != delivery.digest:
        detail = f"编号 {delivery.release} 的第 {delivery.edition} 版不在库中，或与投递不符"
        return ChannelError(Reaction.BUG, "no_edition", detail)
    if not delivery.intended_at:
        refused = _refusal(delivery, filed, worker.rules)
        if refused:
            return ChannelError(Reaction.CONTENT, refused.code, refused.message)
    return Parcel(
        key=planning.key(delivery.release, delivery.edition, delivery.channel, delivery.action, delivery.standing),
        action=delivery.action,
        edition=filed.edition,
        planned_at=delivery.planned_at,
        official_at=filed.official_at if worker.waits(delivery) else _known_before(delivery, filed.official_at),
        addresses=_addresses(worker.public_url, filed.edition),
        notice=said.notice() if said else None,
        published=published,
        choice=delivery.choice,
        cover=delivery.cover,
        is_void=delivery.action is Action.PUBLISH and delivery.edition <= filed.withdrawn_to,
    )


def _refusal(delivery: Delivery, filed: Filed, rules: Rulebook) -> HubError | None:
    """Why it must not leave. What was fit to be published may always be withdrawn or marked; nothing comes back."""
    if delivery.action is Action.WITHDRAW:
        return None
    if delivery.edition <= filed.withdrawn_to:
        return HubError(ErrorCode.WITHDRAWN, edition=delivery.edition)
    if delivery.action is Action.ANNOTATE:
        return workflow.unapproved(filed.edition, authors=filed.authors, reviews=filed.reviews)
    return workflow.refusal(filed.edition, authors=filed.authors, reviews=filed.reviews, rules=rules)


def _known_before(delivery: Delivery, official_at: datetime | None) -> datetime | None:
    """The official time, if it can be known: what learnt it on its way would change its bytes."""
    if delivery.action is not Action.ANNOTATE and official_at and official_at >= delivery.planned_at:
        return None
    return official_at


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

    async def now(self) -> datetime:
        """Return the store's clock."""
        async with self._worker.engine.connect() as connection:
            return await engine.now(connection)
