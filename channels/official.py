"""Waiting for the official release: for channels that tell of it (`Traits.after_official`)."""

from channels.contract import Notes, NotYetError
from schemas.delivery import Action
from schemas.parcel import Parcel

#: Between two looks; the hub makes them rarer.
AGAIN_SECONDS = 0.5


async def come(parcel: Parcel, notes: Notes) -> None:
    """Return once the release is official. Raises NotYetError until then, for a planned time until it has come.

    What follows a publication (a mark, a withdrawal) waits for nothing.
    """
    if parcel.action is not Action.PUBLISH or parcel.official_at is not None:
        return
    ahead = (parcel.planned_at - await notes.now()).total_seconds()
    raise NotYetError(max(AGAIN_SECONDS, ahead))
