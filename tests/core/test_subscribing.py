"""Who hears of what, and when."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from hub.core import subscribing as rules
from hub.core.subscribing import Terms
from schemas.entry import BEIJING
from schemas.release import Kind, Role
from schemas.subscription import Frequency, Link, News, Subscription, Wish

TERMS = Terms(hour=8, weekday=1)


def news(**changes: object) -> News:
    values: dict[str, object] = {
        "release": 1001,
        "edition": 1,
        "happened_at": datetime(2026, 11, 26, 10, tzinfo=BEIJING),
        "title": "关于规范建设用地审批的通知",
        "doc_no": "津规资发〔2026〕7号",
        "issuer": "天津市规划和自然资源局、天津市住房和城乡建设委员会",
        "theme": "国土资源、能源\\土地",
        "keywords": ("用地", "BIM"),
        "column": "行政规范性文件",
        "columns": rules.listed(Kind.NORMATIVE, [Role.POLICY, Role.INTERPRETATION]),
        "summary": "明确办理条件。",
        "official_at": None,
        "address": "https://a.test/",
        "certificate": "https://a.test/c/1",
        "interpretations": (Link(title="一图读懂", address="https://a.test/2"),),
    }
    return News.model_validate(values | changes)


@pytest.mark.parametrize(
    ("wish", "hears"),
    [
        (Wish(), True),
        (Wish(column="gfxwj"), True),
        (Wish(column="zcwj"), True),
        (Wish(column="zcjd"), True),
        (Wish(column="xxgk"), True),
        (Wish(column="tzgg"), False),
        (Wish(issuer="天津市住房和城乡建设委员会"), True),
        (Wish(issuer="天津市"), False),
        (Wish(theme="国土资源、能源"), True),
        (Wish(theme="国土资源、能源\\土地"), True),
        (Wish(theme="国土资源、能源\\矿产"), False),
        (Wish(theme="国土资源"), False),
        (Wish(keyword="用地审批"), True),
        (Wish(keyword="bim"), True),
        (Wish(keyword="2026〕7号"), True),
        (Wish(keyword="办理条件"), True),
        (Wish(keyword="读懂"), True),
        (Wish(keyword="用地BIM"), False),
        (Wish(column="gfxwj", keyword="海域"), False),
    ],
)
def test_every_part_of_a_wish_must_be_true(wish: Wish, hears: bool) -> None:  # noqa: FBT001
    assert rules.matches(wish, news()) is hears


def test_several_subscriptions_are_one_hearing_and_the_soonest_counts() -> None:
    made = [
        Subscription(id=n, subscriber=7, wish=Wish(), frequency=one, confirmed_at=None, since=0)
        for n, one in enumerate(Frequency)
    ]
    for several in permutations(made):
        assert rules.hearers(several, news()) == {7: Frequency.AT_ONCE}
    assert rules.hearers(made[1:], news()) == {7: Frequency.DAILY}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        (Frequency.DAILY, "2026-11-26T07:58:59", "2026-11-26T08:00"),
        (Frequency.DAILY, "2026-11-26T07:59:00", "2026-11-27T08:00"),  # whoever sends it may have begun
        (Frequency.DAILY, "2026-11-26T08:00:00", "2026-11-27T08:00"),
        (Frequency.DAILY, "2026-12-31T23:59:30", "2027-01-01T08:00"),
        (Frequency.WEEKLY, "2026-11-26T07:00:00", "2026-11-30T08:00"),
        (Frequency.WEEKLY, "2026-11-30T07:00:00", "2026-11-30T08:00"),
        (Frequency.WEEKLY, "2026-11-30T08:00:00", "2026-12-07T08:00"),
    ],
)
def test_gatherings_leave_at_their_hour_of_beijing(frequency: Frequency, now: str, due: str) -> None:
    for zone in (BEIJING, UTC):
        made = rules.slot(frequency, TERMS, mailing=1, now=at(now).astimezone(zone))
        assert made.due_at == at(due)
        assert made.due_at - at(now) >= rules.MARGIN


def test_one_gathering_has_one_name() -> None:
    names = {rules.slot(Frequency.DAILY, TERMS, mailing=n, now=at("2026-11-26T09:00")).occasion for n in range(3)}
    assert len(names) == 1
    later = Terms(hour=18, weekday=1)
    assert rules.slot(Frequency.DAILY, later, mailing=1, now=at("2026-11-27T07:00")).occasion not in names


def test_waiting_grows_and_ends() -> None:
    now = at("2026-11-26T09:00")
    waits = [rules.again_at(attempts, now) for attempts in range(1, 12)]
    kept = [wait for wait in waits if wait]
    assert kept == sorted(kept)
    assert waits[len(kept) :] == [None] * (11 - len(kept))
    assert timedelta(days=1) < sum(rules.BACKOFF, timedelta()) < timedelta(days=3)


@pytest.mark.parametrize(
    ("code", "status", "at_recipient", "counts"),
    [
        ("550 5.1.1", "5.1.1", True, True),
        ("552 5.2.2", "5.2.2", True, True),
        ("550", "", True, True),
        ("554 5.7.1", "5.7.1", True, False),
        ("554", "", True, False),
        ("550", "", False, False),
    ],
)
def test_only_a_mailbox_is_to_blame_for_a_bounce(code: str, status: str, at_recipient: bool, counts: bool) -> None:  # noqa: FBT001
    assert rules.is_bounce(code, status, at_recipient=at_recipient) is counts


def test_bounces_of_long_ago_do_not_count() -> None:
    now = at("2026-11-26T09:00")
    assert rules.counted(2, now - timedelta(days=100), now) == 1
    assert rules.counted(2, now - timedelta(days=10), now) == 3
    assert rules.is_silenced("5.2.2", 3)
    assert not rules.is_silenced("5.2.2", 2)
    assert rules.is_silenced("5.1.1", 1)
