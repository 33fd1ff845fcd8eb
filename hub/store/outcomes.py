"""What outcomes write, in one round trip: deliveries, their history, publications, log entries, and what follows.

Each of these statements stands in its own module; together they cost the worker and the store what one of them costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import attempts, deliveries, log, officials, publications
from hub.store.direct import Direct
from hub.store.rows import arrays
from schemas.delivery import Delivery, Planned

_DONE = select(literal(1).label("done")).add_cte(
    deliveries.saving("d_").cte("saved"),
    attempts.adding("a_").cte("told"),
    log.adding("l_").cte("logged"),
    log.signing("c_").cte("signed"),
)
#: What claims and intents write; and whatever an outcome may.
_STEPS = Direct(_DONE)
_ALL = Direct(
    _DONE.add_cte(
        deliveries.following("n_").cte("added"),
        publications.putting("p_").cte("put"),
        officials.showing("r_").cte("shown"),
    )
)


@dataclass(frozen=True)
class Outcomes:
    """Everything to be written, in the words of the modules that write it alone."""

    changes: Sequence[tuple[Delivery, Delivery]]  #: of rows that this transaction has locked and found unchanged
    history: Sequence[dict[str, Any]]
    published: Sequence[dict[str, Any]]  #: at most one for each document on each channel
    entries: Sequence[dict[str, Any]]  #: with the places that `log.take` gave them
    planned: Sequence[Planned]  #: each is made only where its release goes already
    shown: Sequence[dict[str, Any]]  #: by an authoritative channel; at most one for each release
    signed: Sequence[log.Checkpoint] = ()  #: over the log as this transaction leaves it; at most one


async def write(connection: AsyncConnection, made: Outcomes) -> None:
    """Write all of it. Only the notes of what starts afresh, which is rare, cost a second trip."""
    steps = {
        **deliveries.saved(made.changes, "d_"),
        **arrays(attempts.COLUMNS, made.history, prefix="a_"),
        **arrays(log.COLUMNS, made.entries, prefix="l_"),
        **arrays(log.SIGNED, [one.model_dump() for one in made.signed], prefix="c_"),
    }
    if made.planned or made.published or made.shown:
        await _ALL(connection, steps | _seen(made))
    else:
        await _STEPS(connection, steps)
    await deliveries.forget(connection, made.changes)


def _seen(made: Outcomes) -> dict[str, Any]:
    """What receipts and sightings bring, beyond the steps of their deliveries."""
    return {
        **deliveries.added(made.planned, "n_"),
        **arrays(publications.COLUMNS, made.published, prefix="p_"),
        **arrays(officials.SHOWN, made.shown, prefix="r_"),
    }
