"""Writes, has reviewed and publishes one release per run, by the commands, while everything breaks around it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from hub.app import House
from hub.commands import drafting, people, publishing, reviewing
from hub.store import engine
from schemas import canonical
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Attachment, Document, Metadata, Role
from schemas.review import Decision, Level
from tests import making
from tests.chaos.plan import Run
from tests.openings import STAFF

T = TypeVar("T")
SHAKEN = (SQLAlchemyError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
#: What a command says that was carried out although its answer was lost.
DONE = frozenset({ErrorCode.STATE, ErrorCode.REVIEWED_ALREADY, ErrorCode.PUBLISHED_ALREADY, ErrorCode.OUT_OF_ORDER})
RETRY_SECONDS = 0.1


@dataclass
class Story:
    """What people did about one run, as far as it went."""

    run: Run
    release: int = 0
    editions: int = 0
    planned_at: float = 0.0
    finished_at: float = 0.0
    notes: list[str] = field(default_factory=list)


async def hire(house: House) -> dict[str, Person]:
    """Return one person per duty."""
    hired = [
        people.add(house.hub, people.OPERATOR, login=login, name=login, unit="办公室", duties=duties)
        for login, duties in STAFF.items()
    ]
    return {person.login: person for person in await asyncio.gather(*hired)}


async def live(house: House, staff: dict[str, Person], story: Story, now: Callable[[], float]) -> None:
    """Take the run to its last button."""
    hub, run = house.hub, story.run
    made = await _surely(lambda: drafting.create(hub, staff["editor"], _metadata(run)))
    story.release = made.id if made else 0
    for document, data in _documents(run, 1):
        await _put(house, staff, story, document, data)
    await _publish(house, staff, story, ahead=run.ahead if run.way == "scheduled" else 0.0)
    if run.way == "corrected":
        for document, data in _documents(run, 2):
            await _put(house, staff, story, document, data)
        await _publish(house, staff, story, ahead=0.0)
    story.finished_at = now()


async def _put(
    house: House, staff: dict[str, Person], story: Story, document: Document, data: tuple[bytes, ...]
) -> None:
    while True:
        try:
            await _surely(
                lambda: drafting.put_document(house.hub, staff["editor"], story.release, document, data=data),
                done=frozenset(),
            )
        except HubError as error:
            # "Is being delivered": a first publication can be corrected once the public can see it.
            if error.code is not ErrorCode.STATE:
                raise
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


async def _publish(house: House, staff: dict[str, Person], story: Story, *, ahead: float) -> None:
    hub, release = house.hub, story.release
    await _surely(lambda: reviewing.submit(hub, staff["editor"], release))
    for login, level in making.REVIEWS:

        async def approve(login: str = login, level: Level = level) -> object:
            return await reviewing.review(hub, staff[login], release, level, Decision.APPROVE)

        await _surely(approve)

    async def press() -> object:
        async with house.engine.connect() as connection:
            at = await engine.now(connection) + timedelta(seconds=ahead) if ahead else None
        story.planned_at = at.timestamp() if at else 0.0
        return await publishing.publish(hub, staff["publisher"], release, at=at)

    while True:
        try:
            await _surely(press)
            break
        except HubError as error:
            # The store's clock was put forward past the planned time: a person is told, and plans anew.
            if error.code is not ErrorCode.TOO_LATE:
                raise
    story.editions += 1


async def _surely(act: Callable[[], Awaitable[T]], done: frozenset[ErrorCode] = DONE) -> T | None:
    """Do it, however often the store is away. None when a try whose answer was lost turns out to have done it."""
    is_shaken = False
    while True:
        try:
            return await act()
        except SHAKEN:
            is_shaken = True
        except HubError as error:
            if is_shaken and error.code in done:
                return None
            if not (is_shaken and error.code in {ErrorCode.CONFLICT, ErrorCode.UNAVAILABLE}):
                raise
        await asyncio.sleep(RETRY_SECONDS)


def _metadata(run: Run) -> Metadata:
    return making.metadata(title=f"关于混沌试验第{run.number}号的通知", doc_no=f"津规资办发〔2026〕{run.number + 1}号")


def _documents(run: Run, edition: int) -> list[tuple[Document, tuple[bytes, ...]]]:
    """The documents of an edition. Each says which edition it is, so that anybody can see it from outside."""
    data = f"附件 {run.number} {edition}\n".encode()
    sha256 = canonical.digest(data)
    files = (Attachment(name="附件.txt", media="text/plain", size=len(data), sha256=sha256),) if run.has_file else ()
    policy = Document(
        role=Role.POLICY,
        number=0,
        title=f"关于混沌试验第{run.number}号的通知",
        body=f"<p>一、试验编号 {run.number}，版次 {edition}。</p>",
        attachments=files,
    )
    reading = Document(
        role=Role.INTERPRETATION,
        number=1,
        title=f"混沌试验第{run.number}号解读",
        body=f"<p>这份文件说明了第 {run.number} 号试验，版次 {edition}。</p>",
    )
    return [(policy, (data,) if files else ()), (reading, ())]
