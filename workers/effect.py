"""The effect of records whose rows a transaction holds: deliveries, history, log, publications, official times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import delivery as rules
from hub.core import journal
from hub.store import log, outcomes, overtaking, publications
from hub.store.officials import Unreleased
from hub.store.outcomes import Outcomes
from schemas import events
from schemas.delivery import Delivery
from schemas.entry import Act
from workers import traces
from workers.record import Change, Record, Recorded
from workers.seals import Seal
from workers.worker import Worker

#: Of records without a first sighting.
NO_NEWS = Unreleased()


@dataclass(frozen=True)
class Effect:
    """What was written, once its transaction has committed."""

    recorded: Mapping[int, Recorded] = field(default_factory=dict)  #: by delivery
    signed: Seal | None = None

    def seal(self, worker: Worker) -> None:
        """After the commit: have its signature known, before anything relies on it."""
        if self.signed:
            worker.checkpointer.keep(self.signed)


async def carry(
    connection: AsyncConnection,
    worker: Worker,
    records: Sequence[Record],
    now: datetime,
    *,
    claims: Sequence[Change] = (),
    unreleased: Unreleased = NO_NEWS,
) -> Effect:
    """Write all that follows from claims and records; all of it commits with the transaction, or nothing.

    Records of a delivery that is claimed here start from what the claim makes of it. Intents are signed along.
    """
    if not records and not claims:
        return Effect()
    firsts = traces.firsts(worker, records, unreleased)
    dice = [worker.dice() for _ in records]
    overtaken = await _overtaken(connection, _decide(records, dice, now))
    records, dice = [*records, *overtaken], [*dice, *(0.0 for _ in overtaken)]
    changes = _decide(records, dice, now)
    acts = [*_stopped(worker, claims), *_acts(worker, records, changes, firsts)]
    taken = await log.take(connection, acts, signing=_intends(records)) if acts else None
    # One clock for what counts: the act, its log entry and the rows all carry the same time.
    at, clock, size = (taken.at, taken.clock, taken.size) if taken else (now, now, 0)
    changes = _decide(records, dice, at)
    seal = await worker.checkpointer.seal(connection, taken) if taken else None
    whole = _by_the_clock(_whole([*claims, *changes]), at - clock)
    made = Outcomes(
        changes=list(whole.values()),
        history=traces.history(records, changes, at),
        published=traces.published(records, changes, at),
        entries=taken.rows if taken else [],
        planned=await traces.annotations(connection, worker, firsts, unreleased, at=clock),
        shown=traces.shown(worker, records, firsts, at),
        signed=[seal.row] if seal else [],
    )
    await outcomes.write(connection, made)
    for one in traces.withdrawn(records):
        await publications.withdraw(connection, one, at=at)
    return Effect({number: Recorded(after, size) for number, (_, after) in whole.items()}, seal)


def _stopped(worker: Worker, claims: Sequence[Change]) -> list[Act]:
    """What the log says of claims that found too many workers dead, or the time long over."""
    return [journal.stopped(after, who=worker.who) for _, after in claims if not after.lease_owner]


def _acts(worker: Worker, records: Sequence[Record], changes: Sequence[Change], firsts: dict[int, Record]) -> list[Act]:
    return [
        act
        for one, (_, after) in zip(records, changes, strict=True)
        for act in [
            *journal.acts(
                one.before, one.event, after, who=worker.who, authoritative=worker.is_authoritative(one.before)
            ),
            *traces.official(worker, one, firsts),
        ]
    ]


def _intends(records: Sequence[Record]) -> bool:
    return any(isinstance(one.event, events.Intended) for one in records)


def _decide(records: Sequence[Record], dice: Sequence[float], now: datetime) -> list[Change]:
    """What each record's event makes of its delivery, a delivery's events one after another."""
    latest: dict[int, Delivery] = {}
    changes = []
    for one, die in zip(records, dice, strict=True):
        before = latest.get(one.before.id, one.before)
        latest[before.id] = after = rules.decide(before, one.event, now=now, dice=die)
        changes.append((before, after))
    return changes


async def _overtaken(connection: AsyncConnection, changes: Sequence[Change]) -> list[Record]:
    """Of those that turn out not to have left, while a newer edition waits behind them: it goes in their place."""
    back = [before for before, after in changes if before.intended_at and not after.intended_at]
    return [Record(one, events.Superseded()) for one in back if await overtaking.is_overtaken(connection, one)]


def _whole(changes: Sequence[Change]) -> dict[int, Change]:
    """Delivery → as it was before its first event, and as it is after its last."""
    whole: dict[int, Change] = {}
    for before, after in changes:
        whole[before.id] = (whole.get(before.id, (before, before))[0], after)
    return whole


def _by_the_clock(whole: dict[int, Change], behind: timedelta) -> dict[int, Change]:
    """What waits, waits by the clock: once that was set back, the log's time is ahead, and would be waited for."""
    if not behind:
        return whole

    def due(before: Delivery, after: Delivery) -> Delivery:
        if after.due_at in {before.due_at, after.planned_at}:
            return after
        return after.model_copy(update={"due_at": after.due_at - behind})

    return {number: (before, due(before, after)) for number, (before, after) in whole.items()}
