"""The frame of every act of a person: one transaction with its log entries, and the bell only after the commit."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.contract import Channel
from channels.reach import NOWHERE_NEAR, Rules
from hub.bell import Bell
from hub.commands import opening
from hub.core import tenancy
from hub.core.subscribing import Terms
from hub.store import log, releases, tenants
from hub.store.releases import StaleVersionError
from hub.trust import Trust
from schemas.entry import Act, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Release
from schemas.rulebook import USUAL, Rulebook


@dataclass(frozen=True)
class Hub:
    """What acts of people need to hand; put together in `hub.app`."""

    engine: AsyncEngine
    bell: Bell
    channels: Mapping[str, Channel]
    trust: Trust
    public_url: str = ""  #: of the bureau's own site, without a trailing slash
    outward: Rules = NOWHERE_NEAR  #: where addresses that strangers give may lead
    rules: Rulebook = USUAL  #: the bureau's own numbers for the checks
    mail: Terms | None = None  #: when subscribers are mailed; None where mail is not offered


@dataclass
class Acting:
    """One act under way. What it logs and rings takes effect only if its transaction commits."""

    connection: AsyncConnection
    person: Person
    rules: Rulebook = USUAL
    acts: list[Act] = field(default_factory=list)
    rings: set[str] = field(default_factory=set)

    def log(self, kind: EntryType, release: Release | None = None, **fields: object) -> None:
        """Have this act written to the log. `fields` are those of `schemas.entry.Act`."""
        values = {"release": release.id if release else None, **fields}
        self.acts.append(Act.model_validate({"type": kind, "who": self.person.id, **values}))

    async def release(self, number: int, *, version: int | None = None) -> Release:
        """Lock and return a release.

        Raises HubError: NOT_FOUND also for one that is kept from the person (`tenancy.sees`), or CONFLICT when it no
        longer has the version that the person has read.
        """
        release = await releases.find(self.connection, number, lock=True)
        if release is None or not tenancy.sees(await self._placed(release), release, self.rules):
            raise opening.missing(number)
        if version is not None and version != release.version:
            raise HubError(ErrorCode.CONFLICT)
        return release

    async def within(self, release: Release, person: Person | None = None) -> Person:
        """The person with the duties that they have in the unit whose draft it is: ask rules about this one.

        `person` is the one who acts, where their duties were read again.
        """
        placed = await self._placed(release)
        return tenancy.within((person or placed).model_copy(update={"hidden": placed.hidden}), release.unit, self.rules)

    async def _placed(self, release: Release) -> Person:
        """The person with what is hidden from them now, whoever brought them here and whatever they knew of it."""
        if release.unit is None or self.person.duties <= {*self.rules.wide_duties}:
            return self.person
        hidden = await tenants.hidden(self.connection, self.person)
        return self.person.model_copy(update={"hidden": hidden})


@asynccontextmanager
async def act(hub: Hub, person: Person) -> AsyncIterator[Acting]:
    """Run one act: everything in it commits with its log entries, or nothing does.

    If the process dies after the commit and before the ring, the sweep finds what is due within a second.
    """
    try:
        async with hub.engine.begin() as connection:
            acting = Acting(connection, person, hub.rules)
            yield acting
            if acting.acts:
                # Last, because the log's head is locked from here to the commit.
                await log.append(connection, acting.acts)
    except (StaleVersionError, IntegrityError):
        raise HubError(ErrorCode.CONFLICT) from None
    await hub.bell.ring(*sorted(acting.rings, key=lambda name: (not _is_authoritative(hub, name), name)))


def _is_authoritative(hub: Hub, channel: str) -> bool:
    """Whether it can make an official time: then it is rung first."""
    return channel in hub.channels and hub.channels[channel].settings.authoritative
