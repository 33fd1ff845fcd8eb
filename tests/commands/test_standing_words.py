"""What may be said of a release, of which, and what may follow what."""

from datetime import datetime, timedelta

import pytest

from hub.app import House
from hub.commands import publishing
from hub.core import standing as rules
from schemas.entry import BEIJING
from schemas.errors import ErrorCode
from schemas.release import ReleaseState
from tests import making
from tests.commands.after import K, Staff, propose, refused, released, row, shown


async def test_what_nobody_has_seen_needs_no_withdrawal(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    assert await refused(propose(house, staff, edition.release)) is ErrorCode.STATE


async def test_what_may_be_public_already_can_be_withdrawn_and_not_be_marked(house: House, staff: Staff) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    await shown(house, edition.release, state="unconfirmed", step="commit")
    assert await refused(propose(house, staff, edition.release, K.REPEALED)) is ErrorCode.STATE
    await making.said(house, staff, edition.release)
    assert (await row(house, edition.release)).state is ReleaseState.DRAFT


@pytest.mark.parametrize(
    ("first", "then"),
    [(K.REPEALED, K.IN_FORCE), (K.REPEALED, K.WITHDRAWN), (K.EXPIRED, K.IN_FORCE), (K.AMENDED, K.AMENDED)],
)
async def test_one_word_may_follow_another(house: House, staff: Staff, first: K, then: K) -> None:
    edition = await released(house, staff)
    await making.said(house, staff, edition.release, first)
    await shown(house, edition.release)
    assert (await making.said(house, staff, edition.release, then)).serial == 2


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (K.REPEALED, K.REPEALED),
        (K.REPEALED, K.AMENDED),
        (K.EXPIRED, K.AMENDED),
        (K.WITHDRAWN, K.IN_FORCE),
        (K.WITHDRAWN, K.WITHDRAWN),
    ],
)
async def test_not_every_word_may_follow_every_other(house: House, staff: Staff, first: K, then: K) -> None:
    edition = await released(house, staff)
    await making.said(house, staff, edition.release, first)
    await shown(house, edition.release)
    assert await refused(propose(house, staff, edition.release, then)) is ErrorCode.STATE


def test_every_kind_says_what_may_follow() -> None:
    assert set(rules.FOLLOWS) == set(K)


async def test_dates_that_cannot_be_meant_are_refused(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    today = datetime.now(BEIJING).date()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    wrong: list[tuple[K, dict[str, object]]] = [
        (K.REPEALED, {"effective_on": tomorrow}),
        (K.REPEALED, {"expires_on": tomorrow}),
        (K.IN_FORCE, {}),
        (K.IN_FORCE, {"expires_on": yesterday}),
    ]
    for kind, dates in wrong:
        assert await refused(propose(house, staff, edition.release, kind, **dates)) is ErrorCode.INVALID
    extended = await making.said(house, staff, edition.release, K.IN_FORCE, expires_on=tomorrow)
    assert (extended.expires_on, extended.effective_on) == (tomorrow, today)


async def test_the_successor_is_another_release_that_is_public(house: House, staff: Staff) -> None:
    edition = await released(house, staff)
    hidden = await making.draft(house, staff, doc_no=None)
    for number in (edition.release, hidden.id, 9999):
        attempt = propose(house, staff, edition.release, K.REPEALED, successor={"release": number})
        assert await refused(attempt) is ErrorCode.INVALID
    newer = await released(house, staff, title="新的通知", doc_no=None)
    made = await propose(house, staff, edition.release, K.REPEALED, successor={"release": newer.release})
    assert made.successor is not None
    assert made.successor.title == "新的通知"
    elsewhere = {"title": "市里的新规定", "address": "https://www.tj.gov.cn/1.html"}
    await propose(house, staff, edition.release, K.AMENDED, successor=elsewhere)
