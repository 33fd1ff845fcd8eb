"""What is told before the button and while something waits: true, whole, and with somebody who can act."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.core import circuit as circuit_rules
from hub.core.delivery import ACCEPTS
from hub.core.sentences.health import Condition, Health, health
from hub.core.sentences.moments import count, joined, marked, moment
from hub.core.sentences.plan import Manner, Plan, Target, consequences, planned_at, sentence
from hub.core.sentences.wait import why
from hub.core.sentences.why import Remedy
from schemas import events
from schemas.budget import Spent
from schemas.circuit import Circuit
from schemas.delivery import FINAL, Action, Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.standing import Can

#: 17:40 in Beijing on a Thursday.
NOW = datetime(2026, 11, 26, 9, 40, tzinfo=UTC)
FINE = Circuit(channel="website")
OPEN = Health(condition=Condition.OPEN, words="运行正常")


def delivery(**changes: object) -> Delivery:
    values: dict[str, object] = {
        "id": 5,
        "release": 1001,
        "edition": 2,
        "digest": "f0" * 32,
        "channel": "website",
        "action": Action.PUBLISH,
        "state": DeliveryState.WAITING,
        "step": Step.PREPARE,
        "planned_at": NOW,
        "due_at": NOW,
    }
    return Delivery.model_validate(values | changes)


def trouble(reaction: Reaction) -> Trouble:
    return Trouble(reaction=reaction, code="x", detail="平台的原话")


def target(name: str, **changes: object) -> Target:
    values: dict[str, object] = {
        "name": name,
        "authoritative": False,
        "editable": True,
        "withdraw": Can.YES,
        "health": OPEN,
    }
    return Target.model_validate(values | changes)


def plan(*targets: Target, **changes: object) -> Plan:
    values: dict[str, object] = {
        "title": "若干规定",
        "edition": 2,
        "targets": targets,
        "manner": Manner.AT,
        "at": NOW + timedelta(minutes=20),
        "official_at": None,
    }
    return Plan.model_validate(values | changes)


def spent(used: int, **changes: object) -> Spent:
    values: dict[str, object] = {
        "endpoint": "submit",
        "limit": 100,
        "used": used,
        "resets_at": datetime(2026, 11, 26, 16, tzinfo=UTC),
        "name": "发布",
        "per_publication": 1,
    }
    return Spent.model_validate(values | changes)


WEBSITE, COLUMN = target("局网站", authoritative=True), target("市信息公开专栏", authoritative=True)


def test_one_sentence_says_what_will_happen_where_and_when() -> None:
    wechat = target("微信公众号", editable=False, spent=(spent(99),))
    assert sentence(plan(WEBSITE, wechat, COLUMN), NOW) == (
        "《若干规定》第2版将于今天18:00同时发布到局网站、微信公众号和市信息公开专栏三个渠道，"
        "其中局网站和市信息公开专栏上最早的首次可见时间为正式发布时间；微信公众号今日发布额度将剩 0 次。"
    )


def test_an_official_time_that_exists_is_said_not_to_move() -> None:
    said = sentence(plan(WEBSITE, official_at=NOW - timedelta(days=1)), NOW)
    assert "正式发布时间（昨天 17:40）不变" in said


def test_without_an_authoritative_channel_it_is_said_that_nothing_becomes_official() -> None:
    assert "没有权威渠道，发布后仍不算正式发布" in sentence(plan(target("订阅源")), NOW)


def test_a_budget_is_told_only_for_the_day_that_it_counts() -> None:
    used_up = target("微信公众号", spent=(spent(100),))
    assert any("今日额度已用完" in words for words in consequences(plan(used_up), NOW))
    assert "额度" not in sentence(plan(used_up), NOW)
    tomorrow = plan(used_up, at=NOW + timedelta(days=1))
    assert not any("额度" in words for words in (sentence(tomorrow, NOW), *consequences(tomorrow, NOW)))


def test_what_certainly_follows_is_told_before() -> None:
    ill = target("专栏", health=Health(condition=Condition.PAUSED, words="由周某暂停：检修"), withdraw=Can.BY_HAND)
    told = " ".join(consequences(plan(ill, target("微信", editable=False), replaces=1), NOW))
    for words in (
        "第1版由第2版代替",
        "今天17:50",
        "现在不能发送（由周某暂停：检修）",
        "不能修改",
        "须由人员到渠道后台办理",
    ):
        assert words in told


def test_a_plan_is_carried_out_as_it_was_told() -> None:
    assert planned_at(plan(WEBSITE, manner=Manner.READY, at=None), NOW) is None
    together = plan(WEBSITE, COLUMN, manner=Manner.TOGETHER, at=None)
    assert planned_at(together, NOW) == NOW + timedelta(minutes=1)
    assert "约 1 分钟同时" in sentence(together, NOW)
    alone = plan(WEBSITE, manner=Manner.TOGETHER, at=None)
    assert planned_at(alone, NOW) is None
    assert "确认后立即" in sentence(alone, NOW)
    assert planned_at(plan(WEBSITE), NOW) == NOW + timedelta(minutes=20)


def test_moments_are_said_as_people_say_them() -> None:
    assert moment(NOW + timedelta(seconds=5), NOW) == "今天17:40:05"
    assert moment(NOW + timedelta(hours=2), NOW) == "今天19:40"
    assert moment(NOW + timedelta(hours=7), NOW) == "明天 00:40"
    assert moment(NOW + timedelta(days=4), NOW) == "11月30日（周一） 17:40"
    assert moment(NOW - timedelta(days=400), NOW) == "2025年10月22日（周三） 17:40"
    assert marked("关于印发《办法》的通知") == "《关于印发〈办法〉的通知》"
    assert [count(1), count(2), count(10), count(11)] == ["一", "两", "十", " 11 "]
    assert [joined([]), joined(["甲"]), joined(["甲", "乙"])] == ["", "甲", "甲和乙"]


@pytest.mark.parametrize("state", DeliveryState)
@pytest.mark.parametrize("reaction", [None, *Reaction])
@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("left_at", [None, NOW])
def test_every_delivery_has_its_sentence_and_a_way_on(
    state: DeliveryState, reaction: Reaction | None, step: Step, left_at: datetime | None
) -> None:
    """Law 8: what is not done goes on by itself or by somebody; no remedy is one that the rules refuse."""
    one = delivery(
        state=state,
        step=step,
        trouble=trouble(reaction) if reaction else None,
        intended_at=left_at,
        lease_owner="w",
        lease_until=NOW + timedelta(seconds=5),
    )
    told = why(one, (), FINE, NOW)
    assert told.words.endswith("。")
    assert "{" not in told.words
    takes = {Remedy.RETRY: events.Retried, Remedy.CONFIRM: events.Retried, Remedy.SETTLE: events.Settled}
    if told.remedy in takes:
        assert takes[told.remedy] in ACCEPTS[state] or (state is DeliveryState.UNCONFIRMED)
    if state in {DeliveryState.HELD, DeliveryState.FAILED}:
        assert told.is_persons
        assert told.remedy
    if state in FINAL:
        assert told.remedy is None


def test_what_may_be_public_is_never_offered_to_be_sent_again() -> None:
    for state in (DeliveryState.HELD, DeliveryState.FAILED, DeliveryState.UNCONFIRMED):
        one = delivery(state=state, step=Step.COMMIT, intended_at=NOW, trouble=trouble(Reaction.ASK))
        assert why(one, (), FINE, NOW).remedy is Remedy.SETTLE


def test_a_delivery_waits_behind_an_earlier_one_of_its_channel() -> None:
    first = delivery(id=4, edition=1, state=DeliveryState.ACCEPTED, action=Action.ANNOTATE)
    assert "第 1 版的“标注”还没有办完" in why(delivery(), [first, delivery()], FINE, NOW).words
    elsewhere = first.model_copy(update={"channel": "rss"})
    assert "还没有办完" not in why(delivery(), [elsewhere], FINE, NOW).words


def test_a_channels_own_condition_stands_before_a_deliverys_trouble() -> None:
    paused = circuit_rules.paused(FINE, by="p", why="检修", now=NOW)
    told = why(delivery(trouble=trouble(Reaction.RETRY)), (), paused, NOW, paused_by="周某")
    assert told.words == "渠道于今天17:40:00 由周某暂停：检修。恢复后自动发出。"
    assert told.remedy is Remedy.RESUME
    assert told.is_persons
    resting = circuit_rules.resting(FINE, trouble(Reaction.QUOTA), NOW)
    assert why(delivery(), (), resting, NOW).next_at == resting.rests_until
    broken = FINE
    for _ in range(circuit_rules.FAILURES_TO_OPEN):
        broken = circuit_rules.failed(broken, Step.COMMIT, trouble(Reaction.RETRY), NOW)
    told = why(delivery(), (), broken, NOW)
    assert "连续 5 次没有成功（平台的原话）" in told.words
    assert (told.remedy, told.next_at) == (Remedy.RESUME, broken.probe_at)


def test_health_is_one_line() -> None:
    assert health(FINE, NOW).condition is Condition.OPEN
    once = circuit_rules.failed(FINE, Step.COMMIT, trouble(Reaction.RETRY), NOW)
    assert health(once, NOW).words == "最近 1 次没有成功，仍在继续"
    # A pause between two commits is no trouble.
    assert health(circuit_rules.paced(FINE, NOW, pace_seconds=60), NOW).condition is Condition.OPEN


def test_what_is_due_and_looked_at_by_nobody_is_told_to_somebody() -> None:
    told = why(delivery(due_at=NOW - timedelta(minutes=5)), (), FINE, NOW)
    assert "到现在没有投递进程来办" in told.words
    assert told.is_persons


def test_what_goes_after_the_official_release_says_so_and_what_keeps_it() -> None:
    partner = target("津云", after_official=True)
    website = target("网站", authoritative=True)
    assert "津云待政策正式发布之后才发出。" in consequences(plan(website, partner), NOW)
    assert any("在正式发布之前不会发出" in words for words in consequences(plan(partner), NOW))
    assert not any("不会发出" in words for words in consequences(plan(partner, official_at=NOW), NOW))
