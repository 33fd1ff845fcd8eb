"""Does every act in every state of a release, on a real store, and holds the table in docs/states.md against it."""

import re
from collections.abc import Awaitable, Callable

from hub.app import House
from hub.commands import drafting, publishing, reviewing
from hub.store import engine, releases
from schemas.errors import HubError
from schemas.person import Person
from schemas.release import ReleaseState
from schemas.review import Decision, Level
from tests import making, official
from tests.docs.tables import ROOT, table

Do = Callable[[House, dict[str, Person], int], Awaitable[object]]
_HELD = re.compile(r"<!-- held by tests/docs/test_docs_release.py -->\n(.*?)<!-- end held -->", re.DOTALL)


async def edit(house: House, staff: dict[str, Person], release: int) -> None:
    await drafting.edit(house.hub, staff["editor"], release, making.metadata(title="改动后的标题"))


async def submit(house: House, staff: dict[str, Person], release: int) -> None:
    await reviewing.submit(house.hub, staff["editor"], release)


async def review_but_last(house: House, staff: dict[str, Person], release: int) -> None:
    for login, level in making.REVIEWS[:-1]:
        await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)


async def last_review(house: House, staff: dict[str, Person], release: int) -> None:
    await reviewing.review(house.hub, staff["signer"], release, Level.FINAL, Decision.APPROVE)


async def give_back(house: House, staff: dict[str, Person], release: int) -> None:
    await reviewing.review(house.hub, staff["signer"], release, Level.FINAL, Decision.RETURN, note="请补充依据")


async def publish(house: House, staff: dict[str, Person], release: int) -> None:
    await publishing.publish(house.hub, staff["publisher"], release)


async def sighting(house: House, _staff: dict[str, Person], release: int) -> None:
    """What `workers.outcome` writes about the release when an authoritative channel shows it."""
    async with house.engine.begin() as connection:
        before = await releases.find(connection, release, lock=True)
        assert before is not None
        if before.edition:
            await official.make(connection, release, at=await engine.now(connection), edition=before.edition)


#: The table's columns.
ACTS: dict[str, Do] = {
    "edit": edit,
    "submit": submit,
    "last review": last_review,
    "return": give_back,
    "publish": publish,
    "sighting": sighting,
}
#: The acts that bring a fresh draft into each state.
WAY: dict[ReleaseState, tuple[Do, ...]] = {
    ReleaseState.DRAFT: (),
    ReleaseState.IN_REVIEW: (submit, review_but_last),
    ReleaseState.APPROVED: (submit, review_but_last, last_review),
    ReleaseState.PUBLISHING: (submit, review_but_last, last_review, publish),
    ReleaseState.RELEASED: (submit, review_but_last, last_review, publish, sighting),
}


async def test_the_table_of_release_states_says_what_happens(house: House, staff: dict[str, Person]) -> None:
    found = [[f"`{state}`", *[await outcome(house, staff, state, do) for do in ACTS.values()]] for state in WAY]
    written = _HELD.search((ROOT / "docs" / "states.md").read_text("utf-8"))
    assert written
    assert written[1] == table(["state", *ACTS], found)


async def outcome(house: House, staff: dict[str, Person], state: ReleaseState, do: Do) -> str:
    release = (await making.draft(house, staff)).id
    for step in WAY[state]:
        await step(house, staff, release)
    assert await standing(house, release) is state
    if do is sighting and state not in {ReleaseState.PUBLISHING, ReleaseState.RELEASED}:
        return ""  # nothing of it can have left
    try:
        await do(house, staff, release)
    except HubError as refused:
        return f"`{refused.code}` ({refused.status})"
    return str(await standing(house, release))


async def standing(house: House, release: int) -> ReleaseState:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, release)
    assert found is not None
    return found.state
