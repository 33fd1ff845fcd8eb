"""What follows from pressing the button, or from the first sighting: which deliveries must exist. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from schemas import canonical
from schemas.delivery import Action, Delivery, Planned
from schemas.edition import Edition

#: A scheduled release is prepared this long before its time, so that only the commits are left.
PREPARE_AHEAD = timedelta(minutes=10)


def deliveries(
    edition: Edition,
    channels: Iterable[str],
    *,
    action: Action,
    planned_at: datetime,
    now: datetime,
    standing: int | None = None,
    choices: Mapping[str, str] | None = None,
    covers: Mapping[str, str] | None = None,
) -> tuple[Planned, ...]:
    """One delivery per channel; due at once, or ahead of its time so that it can be prepared.

    `standing` is what holds of the edition now, and what these deliveries show for good: a later word has its own.
    `choices` is channel → the option by which it goes there, `covers` channel → the picture that stands for it.
    """
    due_at = max(now, planned_at - PREPARE_AHEAD)
    return tuple(
        Planned(
            release=edition.release,
            edition=edition.number,
            digest=edition.digest,
            channel=channel,
            action=action,
            planned_at=planned_at,
            due_at=due_at,
            standing=standing,
            choice=(choices or {}).get(channel, ""),
            cover=(covers or {}).get(channel, ""),
        )
        for channel in channels
    )


def annotations(shown: Delivery, channels: Iterable[str], *, at: datetime) -> tuple[Planned, ...]:
    """What brings the official time made by `shown` to the channels, due `at` once."""
    marked = {"release": shown.release, "edition": shown.edition, "digest": shown.digest, "action": Action.ANNOTATE}
    return tuple(Planned(**marked, channel=channel, planned_at=at, due_at=at) for channel in channels)


def key(release: int, edition: int, channel: str, action: Action, standing: int | None = None) -> str:
    """The parcel's key: 32 hex digits, the same on every retry and on every machine."""
    said = [] if standing is None else [standing]
    return canonical.digest(canonical.encode([release, edition, channel, action.value, *said]))[:32]
