"""What engine tests do to a house: publish many, run workers, wait until the store says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import text

from hub.app import House
from hub.commands import drafting, publishing, reviewing
from hub.store import circuits, deliveries
from schemas.circuit import Circuit
from schemas.delivery import Delivery, DeliveryState
from schemas.edition import Edition
from schemas.person import Person
from schemas.release import Document, Role
from schemas.review import Decision
from tests import making
from tests.workers.engine.scripted import Scripted
from workers import deliver, main
from workers.station import Station

#: What a quiet machine does in a fraction of a second may take a busy one this long.
SECONDS = 15.0


@dataclass(frozen=True)
class Rig:
    house: House
    staff: dict[str, Person]

    def channel(self, name: str) -> Scripted:
        return cast("Scripted", self.house.channels[name])

    def station(self, name: str, worker: str = "w") -> Station:
        settings = self.house.settings.model_copy(update={"worker_name": worker})
        return Station(main.hire(replace(self.house, settings=settings)), name)

    async def approved(self, count: int) -> list[Edition]:
        return list(await asyncio.gather(*(making.approved(self.house, self.staff) for _ in range(count))))

    async def publish(self, edition: Edition, *channels: str, at: datetime | None = None) -> None:
        person = self.staff["publisher"]
        await publishing.publish(self.house.hub, person, edition.release, channels=channels or ["alpha"], at=at)

    async def published(self, count: int, *channels: str) -> list[int]:
        """So many releases on their way; their ids."""
        editions = await self.approved(count)
        for edition in editions:
            await self.publish(edition, *channels)
        return [edition.release for edition in editions]

    async def corrected(self, release: int) -> Edition:
        """The next edition of the release, approved; needs an official time, as an edit calls off what has not left."""
        changed = Document(role=Role.POLICY, number=0, title="更正", body="<p>更正之后。</p>")
        await drafting.put_document(self.house.hub, self.staff["editor"], release, changed)
        edition = await reviewing.submit(self.house.hub, self.staff["editor"], release)
        for login, level in making.REVIEWS:
            await reviewing.review(self.house.hub, self.staff[login], release, level, Decision.APPROVE)
        return edition

    async def make_official(self, release: int) -> None:
        """As if it had been seen elsewhere: from now on an edit leaves what is under way alone."""
        set_it = "UPDATE releases SET official_at = now(), official_channel = 'elsewhere' WHERE id = :id"
        await self.sql(set_it, id=release)

    async def sql(self, statement: str, **values: object) -> None:
        async with self.house.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def of(self, *wanted: int) -> list[Delivery]:
        async with self.house.engine.connect() as connection:
            return [one for release in wanted for one in await deliveries.of_release(connection, release)]

    async def circuit(self, channel: str) -> Circuit:
        async with self.house.engine.connect() as connection:
            return (await circuits.find(connection, channel))[0]

    async def until(self, holds: Callable[[], Awaitable[bool]], *, seconds: float = SECONDS) -> None:
        """Return once it holds. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not await holds():  # noqa: ASYNC110 - what changes is the store
                await asyncio.sleep(0.02)

    async def visible(self, releases: Sequence[int], *, seconds: float = SECONDS, state: str = "visible") -> None:
        """Return once all deliveries of the releases have the state."""

        async def all_are() -> bool:
            return {d.state for d in await self.of(*releases)} == {DeliveryState(state)}

        await self.until(all_are, seconds=seconds)

    async def step(self, station: Station, *, limit: int = 9) -> list[Delivery]:
        """Claim and move what is due, once; return what was claimed."""
        claimed = await deliver.claim(station, limit=limit)
        await asyncio.gather(*(deliver.deliver(station, one) for one in claimed))
        return claimed

    @asynccontextmanager
    async def working(self, *names: str) -> AsyncIterator[None]:
        """Have workers of these names deliver while the block runs."""
        stopping = asyncio.Event()
        workers = [
            replace(self.house, settings=self.house.settings.model_copy(update={"worker_name": name}))
            for name in names or ("w",)
        ]
        tasks = [asyncio.create_task(main.work(house, stopping)) for house in workers]
        try:
            yield
        finally:
            stopping.set()
            await asyncio.gather(*tasks)
