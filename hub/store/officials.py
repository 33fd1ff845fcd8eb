"""What a sighting makes of its release: the official time, once, and that its edition is out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.numbered import Numbered
from hub.store.rows import table
from schemas.release import ReleaseState

#: What `showing` is given for each release.
SHOWN = ("release", "published", "made_at", "made_by")


@dataclass(frozen=True)
class Unreleased:
    """Releases that a first sighting still changes: locked, without an official time, or in somebody else's hands."""

    unofficial: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    spoken_of: frozenset[int] = frozenset()  #: of which a standing holds


async def lock_unreleased(connection: AsyncConnection, wanted: Sequence[int], *, skip_locked: bool) -> Unreleased:
    """Lock, in the order of their ids, those that have no official time or whose edition is still being published."""
    locked = await _LOCK_UNRELEASED[skip_locked](connection, wanted)
    unofficial = frozenset(row.id for row in locked if row.official_at is None)
    spoken_of = frozenset(row.id for row in locked if row.standing is not None)
    missing = sorted(set(wanted) - {row.id for row in locked})
    if not skip_locked or not missing:
        return Unreleased(unofficial, spoken_of=spoken_of)
    busy = await _UNRELEASED(connection, missing)
    return Unreleased(unofficial, frozenset(row.id for row in busy), spoken_of)


def _unreleased(mine: ColumnElement[bool]) -> Select[Any]:
    t = tables.releases
    open_ = or_(t.c.official_at.is_(None), t.c.state == ReleaseState.PUBLISHING)
    return select(t.c.id, t.c.official_at, t.c.standing).where(mine, open_).order_by(t.c.id)


def _lock_unreleased(mine: ColumnElement[bool], *, skip_locked: bool) -> Select[Any]:
    return _unreleased(mine).with_for_update(key_share=True, skip_locked=skip_locked)


def shown(release: int, edition: int) -> dict[str, Any]:
    """A row for `showing`: an authoritative channel shows the edition. Who knows that it is the first adds when."""
    return {"release": release, "published": edition, "made_at": None, "made_by": None}


def showing(prefix: str = "") -> Update:
    """The one statement in which an official time ever comes about: set where there is none yet, never changed (law 6).

    With it, a release whose edition is being published becomes a released one: the row stands in many indexes, so it is
    written once for both. Its parameters are `SHOWN`, at most one row for each release.
    """
    t = tables.releases
    kinds = (t.c.id.type, t.c.edition.type, t.c.official_at.type, t.c.official_channel.type)
    given = table(dict(zip(SHOWN, kinds, strict=True)), prefix=prefix)
    is_first = and_(t.c.official_at.is_(None), given.c.made_at.is_not(None))
    is_out = and_(t.c.edition == given.c.published, t.c.state == ReleaseState.PUBLISHING)
    values: dict[Any, Any] = {
        t.c.official_at: func.coalesce(t.c.official_at, given.c.made_at),
        t.c.official_channel: case((is_first, given.c.made_by), else_=t.c.official_channel),
        t.c.state: case((is_out, ReleaseState.RELEASED), else_=t.c.state),
    }
    return update(t).where(t.c.id == given.c.release, or_(is_first, is_out)).values(values)


# Built once: putting a statement together costs more than running it.
_UNRELEASED = Numbered(tables.releases.c.id, _unreleased)
_LOCK_UNRELEASED = {
    skip_locked: Numbered(tables.releases.c.id, partial(_lock_unreleased, skip_locked=skip_locked))
    for skip_locked in (True, False)
}
