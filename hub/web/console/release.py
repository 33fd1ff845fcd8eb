"""One release: where it stands, its chain, its documents in public, its deliveries, and what can be done next."""

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub import evidence
from hub.commands import opening, redacting
from hub.commands.act import Hub
from hub.core import deadlines, limits
from hub.core.sentences.openings import Case, main, openings
from hub.store import (
    backfiles,
    calendars,
    catalogue,
    deliveries,
    derivations,
    editions,
    engine,
    publications,
    standings,
)
from hub.store.editions import Frozen
from hub.web.console import audit, channel_view, countersign, dispatches, steps
from hub.web.console.room import Page, Room, Visit
from hub.web.redaction import LOOKERS
from hub.web.route import Raw
from schemas.delivery import FINAL
from schemas.entry import BEIJING, EntryType
from schemas.errors import HubError
from schemas.person import Duty
from schemas.publication import Publication
from schemas.release import Disclosure, Release, ReleaseState
from schemas.review import Decision, Review
from schemas.rulebook import Rulebook

EDITIONS = 50


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        case = await read(connection, visit.release, visit.hub)
        covers = await editions.covers(connection, visit.release, limit=EDITIONS)
        pressed = await _pressed(connection, visit.release)
        people = await catalogue.names(connection, _people(case, covers, pressed))
        hurried = await countersign.hurried(connection, visit)
        urgent = next((one for one in hurried if one.urgency.edition == case.release.edition), None)
        can = openings(case, visit.person)
        public = await publications.of_release(connection, visit.release)
        values = {
            "case": case,
            "release": case.release,
            "chain": list(steps.chain(case, pressed, people, channel_view.called(visit.hub), urgent)),
            "urgent": urgent,
            "openings": can,
            "main": main(can, case.release.state),
            "people": people,
            "returned": _returned(case),
            "audits": visit.has(*audit.READERS),
            "watches": visit.has(*dispatches.WATCHERS),
            "covers": covers,
            "addresses": _addresses(public),
            "made": await derivations.find(connection, visit.release),
            "versions": await derivations.of_origin(connection, visit.release),
            "looks": visit.has(*LOOKERS),
            "redacts": visit.has(Duty.EDITOR) and _is_closed(case.release),
            "backfile": await backfiles.of_release(connection, visit.release),
            "standing": await standings.current(connection, visit.release),
            "deadline": await _deadline(connection, case.release, visit.hub.rules),
            "titles": channel_view.called(visit.hub),
            "is_going": any(one.state not in FINAL for one in case.deliveries),
        }
    return Page("release.html", values)


async def certificate(visit: Visit) -> Raw:
    async with visit.hub.engine.connect() as connection:
        proof = await evidence.certificate(connection, visit.release)
    disposition = f'attachment; filename="{visit.release}.tlog-proof"'
    return Raw(proof, "text/plain; charset=utf-8", headers={"Content-Disposition": disposition})


async def read(connection: AsyncConnection, number: int, hub: Hub) -> Case:
    """The release with all that decides what may be done with it. Raises HubError(NOT_FOUND)."""
    release = await opening.release(connection, number)
    going = tuple(await deliveries.of_release(connection, number))
    edition = await editions.find(connection, number, release.edition) if release.edition else None
    if edition is None:
        return Case(release=release, edition=None, deliveries=going, channels=frozenset(hub.channels), rules=hub.rules)
    return Case(
        release=release,
        edition=edition,
        authors=await editions.authors(connection, number, edition.number),
        reviews=await editions.reviews(connection, number, edition.number),
        deliveries=going,
        channels=frozenset(hub.channels),
        rules=hub.rules,
    )


async def _pressed(connection: AsyncConnection, release: int) -> dict[str, Any] | None:
    """The newest pressing of the button, as the log has it."""
    found = await catalogue.entries(connection, EntryType.RELEASE_PUBLISHED, release=release, limit=1)
    return json.loads(found[0][1]) if found else None


def _is_closed(release: Release) -> bool:
    """Whether a public version can be made of it (区分处理)."""
    try:
        redacting.check_origin(release)
    except HubError:
        return False
    return True


def _people(case: Case, covers: list[Frozen], pressed: dict[str, Any] | None) -> set[str]:
    wrote = {one for cover in covers for one in cover.authors}
    behind = {one for review in case.reviews for one in review.people}
    return wrote | behind | set(case.release.authors) | ({pressed["who"]} if pressed else set())


def _returned(case: Case) -> Review | None:
    """Why the newest edition went back, where it did: nothing newer was submitted since."""
    is_draft = case.release.state is ReleaseState.DRAFT
    return next((one for one in reversed(case.reviews) if one.decision is Decision.RETURN), None) if is_draft else None


async def _deadline(connection: AsyncConnection, release: Release, rules: Rulebook) -> deadlines.Deadline | None:
    """By when it must be public, where that is still to be kept."""
    if release.official_at or release.metadata.disclosure is not Disclosure.OPEN:
        return None
    today = (await engine.now(connection)).astimezone(BEIJING).date()
    return limits.deadline(
        *(release.metadata.kind, release.metadata.signed_on, today, await calendars.every(connection), rules),
        # An older document became one to be opened on the day of that decision, not when it was signed.
        opened_on=await backfiles.opened_on(connection, release.id),
        dates=limits.dates_of(release.metadata),
    )


def _addresses(public: list[Publication]) -> dict[str, list[Publication]]:
    """Document → where it is, or was, in public."""
    found: dict[str, list[Publication]] = {}
    for one in public:
        found.setdefault(one.document, []).append(one)
    return found


ROOMS = (
    Room("GET", "/releases/{release:[1-9][0-9]{0,14}}", show),
    Room("GET", "/releases/{release:[1-9][0-9]{0,14}}/certificate", certificate),
)
