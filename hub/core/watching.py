"""Looking again at what is public: when, and what the log says of what was found. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from schemas.delivery import Action
from schemas.entry import Act, EntryType
from schemas.publication import Loss
from schemas.watch import Watch

#: What is gone is looked for so often at least: it may come back, and people should not ask for long in vain.
LOST_PAUSE = timedelta(days=1)


def next_look(one: Watch, losses: Sequence[Loss], pauses: Sequence[float], now: datetime) -> datetime:
    """When to look again after this look."""
    pause = timedelta(seconds=pauses[min(one.looks + 1, len(pauses) - 1)])
    return now + (min(pause, LOST_PAUSE) if losses else pause)


def found(one: Watch, losses: Sequence[Loss], *, who: str) -> list[Act]:
    """What the log says of a look: nothing while nothing has changed."""
    lost = {loss.document for loss in losses}
    if lost == {loss.document for loss in one.losses}:
        return []
    if not lost:
        return [_act(one, EntryType.PUBLICATION_BACK, who, documents=[loss.document for loss in one.losses])]
    return [_act(one, EntryType.PUBLICATION_LOST, who, losses=[loss.model_dump() for loss in losses])]


def noted(one: Watch, *, who: str, why: str) -> Act:
    """A person knows of it."""
    return _act(one, EntryType.LOSS_NOTED, who, why=why)


def _act(one: Watch, kind: EntryType, who: str, **data: object) -> Act:
    return Act(
        type=kind,
        who=who,
        release=one.release,
        edition=one.edition,
        digest=one.digest,
        channel=one.channel,
        action=Action.PUBLISH,
        data=data,
    )
