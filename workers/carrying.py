"""Carries out one thing whose day has come, as a standing that names what approved it. The caller's transaction.

Rows are locked in the order of every act: the release, its deliveries, the log's head.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub import holding
from hub.core import relations as rules
from hub.core.standing import holding as holds
from hub.store import editions, filing, log, releases, standings
from hub.store.relations import Said, Turn
from schemas.basis import Basis, Cause
from schemas.entry import BEIJING, Act, EntryType
from schemas.relation import Tie
from schemas.review import Decision, Level
from schemas.standing import Proposal, Ruling, Standing, StandingKind
from schemas.words import word
from workers.worker import Worker

_HIDDEN = "有关文件没有正式发布，或者已不公开"


@dataclass(frozen=True)
class Carried:
    """What came of it: the channels to ring after the commit, or why nothing was to be done."""

    rings: frozenset[str] = field(default_factory=frozenset)
    outcome: str = ""


@dataclass(frozen=True)
class _Behind:
    """Who approved what is carried out: who wrote it, who signed it, and in whose stead."""

    wrote: str
    signed: str
    stead: str | None


@dataclass(frozen=True)
class _What:
    """A standing that is to be made, and what it comes of."""

    proposal: Proposal
    cause: Cause
    basis: Basis
    ties: tuple[Tie, ...]


async def relate(connection: AsyncConnection, worker: Worker, one: Said, now: datetime) -> Carried:
    """Tell the other document what this one does to it; or this one what a standing of the other says."""
    if one.standing is None:
        return await _declared(connection, worker, one, now)
    said = await standings.find(connection, one.standing)
    there, about = await _place(connection, worker, one.release), await releases.find(connection, one.target)
    if said is None or there is None or about is None:
        return Carried(outcome=_HIDDEN)
    current = await standings.current(connection, one.release)
    tie = Tie(kind=one.kind, release=one.target, title=about.metadata.title)
    edition = await editions.find(connection, one.release, _newest(there))
    ties = current.ties if current else ()
    if rules.is_known((*rules.declared(edition), *ties), tie):
        return Carried(outcome="文件中已经写明")
    what = _What(
        proposal=rules.kept(current, f"本文件{word(one.kind)}了《{tie.title}》"),
        cause=Cause.RELATION,
        basis=rules.of_standing(said),
        ties=(*ties, tie),
    )
    return await _make(connection, worker, there, current, what, now)


async def _declared(connection: AsyncConnection, worker: Worker, one: Said, now: datetime) -> Carried:
    by = await editions.find(connection, one.release, one.edition or 0)
    ended = await standings.current(connection, one.release)
    if by is None or (ended and ended.kind is StandingKind.WITHDRAWN and ended.governs(by.number)):
        return Carried(outcome="写明这一关系的文件已经撤回")
    there = await _place(connection, worker, one.target)
    if there is None:
        return Carried(outcome=_HIDDEN)
    current = await standings.current(connection, one.target)
    tie = Tie(kind=one.kind, release=by.release, title=by.metadata.title, is_passive=True)
    ties = current.ties if current else ()
    if rules.is_known(ties, tie):
        return Carried(outcome="已经标注")
    since = min(by.metadata.effective_on or one.due_on, _day(now))
    what = _What(
        proposal=rules.done_to(current, _newest(there), one.kind, by, since=since),
        cause=Cause.RELATION,
        basis=rules.of_edition(by),
        ties=(*ties, tie),
    )
    return await _make(connection, worker, there, current, what, now)


async def turn(connection: AsyncConnection, worker: Worker, one: Turn, now: datetime) -> Carried:
    """Write the document's pages anew if the day has changed what they must say."""
    there = await _place(connection, worker, one.release)
    edition = await editions.find(connection, one.release, _newest(there)) if there else None
    if there is None or edition is None:
        return Carried(outcome=_HIDDEN)
    every = [each for each in await standings.of_release(connection, one.release) if each.serial]
    every.sort(key=lambda each: each.serial or 0)
    said = [each for each in every if each.governs(edition.number)]
    last = said[-1].ruled_at if said else None
    shown_on = _day(last or there.release.official_at or now)
    proposal = rules.turned(edition.metadata, said, shown_on=shown_on, today=_day(now))
    if proposal is None:
        return Carried(outcome="页面所写仍然正确")
    current = every[-1] if every else None
    what = _What(
        proposal=proposal,
        cause=Cause.TERM,
        basis=rules.term(edition, said, proposal.kind),
        ties=current.ties if current else (),
    )
    return await _make(connection, worker, there, current, what, now)


async def _place(connection: AsyncConnection, worker: Worker, number: int) -> holding.Place | None:
    """The release, locked with its deliveries, if it is official and the public can still read it."""
    release = await releases.find(connection, number, lock=True)
    if release is None or release.official_at is None:
        return None
    there = await holding.place(connection, worker.channels, release)
    current = await standings.current(connection, number)
    is_gone = not there.public or holds(current, _newest(there)) is StandingKind.WITHDRAWN
    return None if is_gone else there


def _newest(there: holding.Place) -> int:
    """The newest edition that is, or may be, public."""
    return max((edition for editions_ in there.public.values() for edition in editions_), default=0)


async def _make(
    connection: AsyncConnection,
    worker: Worker,
    there: holding.Place,
    current: Standing | None,
    what: _What,
    now: datetime,
) -> Carried:
    """Make the standing and all that follows from it, with the log's entries."""
    release, behind = there.release.id, await _behind(connection, what.basis)
    proposed = await standings.add(
        connection,
        release,
        what.proposal,
        effective_on=what.proposal.effective_on or _day(now),
        by=behind.wrote,
        at=now,
        basis=what.basis,
        cause=what.cause,
    )
    made = await standings.rule(
        connection,
        proposed,
        Ruling.CONFIRM,
        by=behind.signed,
        on_behalf_of=behind.stead,
        note="",
        at=now,
        edition=await editions.newest_number(connection, release),
        ties=what.ties,
        until=rules.until(current, what.proposal),
    )
    held = await holding.hold(connection, worker.channels, there, made, who=worker.who, now=now)
    await log.append(connection, [_told(made, current, what.basis, worker.who), *held.acts])
    return Carried(held.rings)


def _told(made: Standing, current: Standing | None, basis: Basis, who: str) -> Act:
    said: dict[str, object] = {"standing": made.id, "kind": made.kind, "sha256": made.sha256, "cause": made.cause}
    data = said | {"by": basis.by, "of": basis.release, "number": basis.number, "what": basis.what}
    if current and (current.kind, current.reason) == (made.kind, made.reason):
        data["again"] = True  # only a tie is new: nobody is told twice
    return Act(type=EntryType.STANDING_FOLLOWED, who=who, release=made.release, edition=made.edition, data=data)


async def _behind(connection: AsyncConnection, basis: Basis) -> _Behind:
    """The two people at least who approved it: who wrote the edition and who signed it; or who made the standing."""
    if basis.by == "standing":
        one = (await standings.some(connection, [basis.number]))[basis.number]
        return _Behind(one.proposed_by, one.ruled_by or "", one.on_behalf_of)
    key = (basis.release, basis.number)
    filed = (await filing.filed(connection, [key]))[key]
    signed = next(one for one in filed.reviews if (one.level, one.decision) == (Level.FINAL, Decision.APPROVE))
    return _Behind(min(filed.authors), signed.reviewer, signed.on_behalf_of)


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
