"""The piles of 应急发布: what must be countersigned by when, what is overdue, what objections ask to be corrected."""

from collections.abc import Iterator

from hub.core import deadlines, tenancy, urgency
from hub.core.deadlines import Urgency as Haste
from hub.store import desks, filing, urgencies
from hub.store.urgencies import Kept
from hub.web.console.heap import Heap, Line, Sight
from hub.web.console.room import Visit
from schemas.errors import HubError
from schemas.person import Person
from schemas.review import Level
from schemas.words import word


async def to_countersign(sight: Sight, visit: Visit) -> Heap:
    """What is public already and waits for this person's word."""
    owed = await urgencies.owed(sight.connection)
    filed = await filing.filed(sight.connection, [(one.urgency.release, one.urgency.edition) for one in owed])
    units = await urgencies.units(sight.connection, {one.urgency.release for one in owed})
    mine = []
    for one in owed:
        of = filed[one.urgency.release, one.urgency.edition]
        person = tenancy.within(sight.person, units[one.urgency.release], sight.rules)
        levels = tuple(_open(person, one, of))
        if levels:
            mine.append((one, f"{'、'.join(map(word, levels))}，{_since(one, sight)}应急发布：{one.urgency.reason}"))
    return await _heap("应急发布，待补签", "去补签", mine, sight, visit)


async def overdue(sight: Sight, visit: Visit) -> Heap:
    """What should have been countersigned, whoever was to do it: for those who answer for it and those who audit it."""
    late = [one for one in await urgencies.owed(sight.connection) if _due(one, sight, visit).urgency is Haste.OVERDUE]
    said = [(one, f"还缺{'、'.join(map(word, urgency.owing(one.urgency, one.signs)))}补签") for one in late]
    return await _heap("应急发布，逾期未补签", "查看", said, sight, visit)


async def to_correct(sight: Sight, _visit: Visit) -> Heap:
    """Objections of countersigners to what this person wrote, until another edition is submitted."""
    found = await urgencies.to_correct(sight.connection, sight.person.id)
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(
        Line(items[one.release], f"{word(one.level)}补签时有异议，{sight.since(one.at)}：{one.note}") for one in found
    )
    return Heap("补签有异议，待更正", len(found), lines, "write", "去更正")


async def _heap(name: str, verb: str, said: list[tuple[Kept, str]], sight: Sight, visit: Visit) -> Heap:
    shown = said[: desks.LINES]
    items = await desks.some(sight.connection, {one.urgency.release for one, _ in shown}, sight.scope)
    lines = tuple(
        Line(items[one.urgency.release], note, _due(one, sight, visit))
        for one, note in shown
        if one.urgency.release in items
    )
    return Heap(name, len(said), lines, "countersign", verb)


def _open(person: Person, kept: Kept, filed: filing.Filed) -> Iterator[Level]:
    """The levels that this person may countersign now."""
    for level in urgency.owing(kept.urgency, kept.signs):
        try:
            urgency.check_countersign(
                person, level, kept.urgency, authors=filed.authors, reviews=filed.reviews, signs=kept.signs
            )
        except HubError:
            continue
        yield level


def _due(kept: Kept, sight: Sight, visit: Visit) -> deadlines.Deadline:
    at = kept.urgency.published_at
    assert at is not None  # noqa: S101 - only what is published is owed
    return urgency.due(at, sight.now, sight.calendar, visit.hub.rules.countersign_days)


def _since(kept: Kept, sight: Sight) -> str:
    at = kept.urgency.published_at
    return sight.since(at) if at else ""
