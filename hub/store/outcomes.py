"""What outcomes write, in one round trip: deliveries, their history, publications, log entries, and what follows.

Each of these statements stands in its own module; together they cost the worker and the store what one of them costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import attempts, deliveries, log, publications, releases
from hub.store.rows import arrays
from schemas.delivery import Delivery, Planned

_ALL = select(literal(1)).add_cte(
    deliveries.saving("d_").cte("saved"),
    deliveries.adding("n_").cte("added"),
    attempts.adding("a_").cte("told"),
    publications.putting("p_").cte("put"),
    log.adding("l_").cte("logged"),
    releases.settling("r_").cte("settled"),
)


@dataclass(frozen=True)
class Outcomes:
    """Everything to be written, in the words of the modules that write it alone."""

    changes: Sequence[tuple[Delivery, Delivery]]  #: of rows that this transaction has locked and found unchanged
    history: Sequence[dict[str, Any]]
    published: Sequence[dict[str, Any]]  #: at most one for each document on each channel
    entries: Sequence[dict[str, Any]]  #: with the places that `log.take` gave them
    planned: Sequence[Planned]
    settled: Sequence[tuple[int, int]]  #: (release, edition) that an authoritative channel shows


async def write(connection: AsyncConnection, made: Outcomes) -> None:
    """Write all of it, as `deliveries.save_many`, `attempts.add`, `publications.put` … would one after the other."""
    settled = [{"release": release, "published": edition} for release, edition in made.settled]
    given = {
        **deliveries.saved(made.changes, "d_"),
        **deliveries.added(made.planned, "n_"),
        **arrays(attempts.COLUMNS, made.history, prefix="a_"),
        **arrays(publications.COLUMNS, made.published, prefix="p_"),
        **arrays(log.COLUMNS, made.entries, prefix="l_"),
        **arrays(("release", "published"), settled, prefix="r_"),
    }
    await connection.execute(_ALL, given)
    await deliveries.forget(connection, made.changes)
