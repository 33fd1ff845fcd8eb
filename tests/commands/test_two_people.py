"""Two people, always: random orders of every act on a real store, checked from its rows and by the verifier."""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import delegating, drafting, people, reviewing
from hub.log.verify import verify_directory
from hub.store import delegations, log
from hub.store import people as accounts
from schemas.delegation import Offer
from schemas.errors import HubError
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.release import Document, Role
from schemas.review import Decision, Level
from tests import making
from tests.log.conftest import Ledger

#: Few people with many duties, so that they get in each other's way.
CAST = {
    "anna": [Duty.EDITOR, Duty.FIRST_REVIEWER],
    "bo": [Duty.FIRST_REVIEWER, Duty.SECOND_REVIEWER],
    "cai": [Duty.SECOND_REVIEWER, Duty.SECRECY_REVIEWER],
    "deng": [Duty.SIGNER, Duty.SECRECY_REVIEWER],
    "er": [Duty.SIGNER],
    "fang": [Duty.EDITOR],
    "gu": [Duty.PUBLISHER],
}
STEPS = 70
#: Approvals of one edition with everybody behind them, and its authors.
BEHIND = text(
    "SELECT r.release_id, r.edition, e.authors, "
    "array_agg(r.reviewer) || array_remove(array_agg(r.on_behalf_of), NULL) AS people FROM reviews r "
    "JOIN editions e ON (e.release_id, e.number) = (r.release_id, r.edition) WHERE r.decision = 'approve' "
    "GROUP BY r.release_id, r.edition, e.authors"
)
APPROVED = text("SELECT count(*) FROM log_entries WHERE type = 'release.approved'")
Do = Callable[[], Awaitable[object]]


class Bureau:
    """One release and everybody who may lay hands on it, in an order that only a seed knows."""

    def __init__(self, house: House, staff: dict[str, Person], seed: int) -> None:
        self.house, self.staff, self.dice = house, staff, random.Random(seed)  # noqa: S311 - a seed to repeat
        self.release = 0
        self.drafts = 0

    async def anybody(self) -> Person:
        async with self.house.engine.connect() as connection:
            found = await accounts.get(connection, self.dice.choice(list(self.staff.values())).id)
            assert found is not None
            return await delegations.effective(connection, found)

    async def edit(self) -> None:
        await self.write(await self.anybody())

    async def write(self, author: Person) -> None:
        self.drafts += 1
        body = f"<p>第{self.drafts}稿，为了测试。</p>"
        policy = Document(role=Role.POLICY, number=0, title="关于测试的通知", body=body)
        await drafting.put_document(self.house.hub, author, self.release, policy)

    async def submit(self) -> None:
        await reviewing.submit(self.house.hub, self.staff["fang"], self.release)

    async def review(self) -> None:
        decision = self.dice.choices([*Decision], weights=[8, 1, 3])[0]
        await reviewing.review(
            self.house.hub, await self.anybody(), self.release, self.dice.choice([*Level]), decision, note="理由"
        )

    async def lend(self) -> None:
        giver = await self.anybody()
        async with self.house.engine.connect() as connection:
            today = await delegations.today(connection)
        duty = self.dice.choice([*LEVEL_DUTY.values()])
        receiver = self.dice.choice(list(self.staff))
        offer = Offer(receiver=receiver, duty=duty, starts_on=today, ends_on=today, reason="出差")
        await delegating.give(self.house.hub, giver, offer)

    async def revoke(self) -> None:
        await delegating.revoke(self.house.hub, await self.anybody(), self.dice.randint(1, 12))

    async def everybody_approves_who_may(self) -> None:
        """Chance alone would seldom bring an edition to its end."""
        for level in [*Level, *Level]:
            for _ in range(4):
                await attempt(
                    reviewing.review(self.house.hub, await self.anybody(), self.release, level, Decision.APPROVE)
                )

    async def anything(self) -> None:
        acts: list[Do] = [self.edit, self.submit, self.review, self.lend, self.revoke, self.everybody_approves_who_may]
        await attempt(self.dice.choices(acts, weights=[1, 3, 10, 4, 1, 1])[0]())


async def attempt(act: Awaitable[object]) -> None:
    """Most of what chance tries is refused, which is right."""
    try:
        await act
    except HubError:
        return


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_order_of_acts_puts_one_person_behind_two_steps(house: House, tmp_path: Path, seed: int) -> None:
    staff = {
        login: await people.add(house.hub, people.OPERATOR, login=login, name=login, unit="", duties=duties)
        for login, duties in CAST.items()
    }
    bureau = Bureau(house, staff, seed)
    bureau.release = (await drafting.create(house.hub, staff["fang"], making.metadata(kind="notice"))).id
    await bureau.write(staff["fang"])
    for _ in range(STEPS):
        await bureau.anything()
    async with house.engine.connect() as connection:
        whole = (await connection.execute(APPROVED)).scalar_one()
        rows = (await connection.execute(BEHIND)).all()
        size = await log.size(connection)
        bodies = [body async for body in log.entries(connection, 0, size)]
    assert whole, "nothing was ever approved: the seed shows nothing"
    for row in rows:
        assert len(row.people) == len(set(row.people)), row
        assert not set(row.people) & set(row.authors), row
    ledger = Ledger(bodies, house.signer)
    report = verify_directory(ledger.export(tmp_path / "export"), policy=ledger.policy)
    assert (report.ok, report.findings) == (True, ())
