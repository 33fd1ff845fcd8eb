"""What pressing the button will do, in one sentence before it is pressed, with what certainly follows from it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from hub.core.planning import PREPARE_AHEAD
from hub.core.sentences.health import Condition, Health
from hub.core.sentences.moments import count, joined, marked, moment
from schemas.budget import Spent
from schemas.option import Option
from schemas.release import Frozen
from schemas.standing import Can

#: All channels are prepared first and turn public together: uploads take some seconds.
TOGETHER_AHEAD = timedelta(minutes=1)


class Manner(StrEnum):
    """When the channels turn public."""

    READY = "ready"  #: each as soon as it is prepared
    TOGETHER = "together"  #: now, but all at one moment
    AT = "at"  #: all at a set time


class Target(Frozen):
    """One channel as it is before the button is pressed."""

    name: str  #: as people call it
    authoritative: bool
    editable: bool
    withdraw: Can
    by_hand: bool = False  #: a person carries it there
    after_official: bool = False  #: nothing goes there before the official time
    health: Health
    spent: tuple[Spent, ...] = ()
    option: Option | None = None  #: how it goes there, where there are several ways


class Plan(Frozen):
    """What is about to be done."""

    title: str
    edition: int
    targets: tuple[Target, ...]
    manner: Manner
    at: datetime | None  #: of `AT`
    official_at: datetime | None  #: it exists already and never moves
    replaces: int | None = None  #: the edition that is public now


def sentence(plan: Plan, now: datetime) -> str:
    """Say in one sentence what will happen."""
    names = [one.name for one in plan.targets]
    subject = f"{marked(plan.title)}第{plan.edition}版将{_when(plan, now)}发布到{joined(names)}"
    whole = f"{subject}{count(len(names))}个渠道" if len(names) > 1 else subject
    ways = (f"，{one.name}为“{one.option.words}”" for one in plan.targets if one.option)
    return "".join([whole, *ways, _official(plan, now), *(f"；{words}" for words in _allowances(plan, now)), "。"])


def consequences(plan: Plan, now: datetime) -> tuple[str, ...]:
    """What certainly follows, and what a person should know of each channel before."""
    return (*_always(plan, now), *(words for one in plan.targets for words in _of(plan, one, now)))


def planned_at(plan: Plan, now: datetime) -> datetime | None:
    """The time to plan for when the button is pressed now; None is as soon as possible."""
    if _is_together(plan):
        return now + TOGETHER_AHEAD
    return plan.at if plan.manner is Manner.AT else None


def _is_together(plan: Plan) -> bool:
    """Whether channels wait for each other. One alone has nobody to wait for."""
    return plan.manner is Manner.TOGETHER and len(plan.targets) > 1


def _when(plan: Plan, now: datetime) -> str:
    if plan.manner is Manner.AT and plan.at:
        return f"于{moment(plan.at, now)}同时"
    if _is_together(plan):
        return "在您确认后约 1 分钟同时"
    return "在您确认后立即"


def _official(plan: Plan, now: datetime) -> str:
    if plan.official_at:
        return f"，正式发布时间（{moment(plan.official_at, now)}）不变"
    names = [one.name for one in plan.targets if one.authoritative]
    if not names:
        return "，其中没有权威渠道，发布后仍不算正式发布"
    where = f"{joined(names)}上" if len(plan.targets) == 1 else f"其中{joined(names)}上"
    return f"，{where}{'最早的' if len(names) > 1 else ''}首次可见时间为正式发布时间"


def _allowances(plan: Plan, now: datetime) -> Iterator[str]:
    """What is left of each budget that a publication draws on."""
    for one in plan.targets:
        for spent in _drawn(plan, one, now):
            left = spent.limit - spent.used - spent.per_publication
            if left >= 0:
                yield f"{one.name}{spent.period}{spent.name}额度将剩 {left} 次"


def _drawn(plan: Plan, target: Target, now: datetime) -> Sequence[Spent]:
    """The budgets that this publication draws on as they are counted now; by a later time they start again."""
    way = target.option.name if target.option else ""
    return [spent for spent in target.spent if spent.is_drawn_on(way) and spent.resets_at > (plan.at or now)]


def _always(plan: Plan, now: datetime) -> Iterator[str]:
    if plan.replaces:
        yield f"第{plan.replaces}版由第{plan.edition}版代替；还没有送出的旧版投递不再发送。"
    if plan.manner is Manner.AT and plan.at:
        begins = max(plan.at - PREPARE_AHEAD, now)
        yield f"{moment(begins, now)}起提前准备，公众看不到；发布前都可以改时间或取消。"
    if _is_together(plan):
        yield "先在各渠道准备好，再在同一时刻公开；到时仍没有准备好的渠道随后补发，不拖累其他渠道。"
    if plan.manner is Manner.READY and len(plan.targets) > 1:
        yield "各渠道准备好一个公开一个，互不等待，公开时间会有几秒到几分钟的先后。"
    yield "公开之后不能当作没有发生：有误只能更正或撤回，记录一直保留。"


def _of(plan: Plan, one: Target, now: datetime) -> Iterator[str]:
    if one.health.condition is not Condition.OPEN:
        yield f"{one.name}现在不能发送（{one.health.words}），恢复后才会发出；其他渠道不受影响。"
    empty = [spent for spent in _drawn(plan, one, now) if spent.limit - spent.used < spent.per_publication]
    if empty:
        last = max(empty, key=lambda spent: spent.resets_at)
        yield f"{one.name}{last.period}额度已用完，重新计数后才会发出；其他渠道不受影响。"
    if one.option and one.option.hint:
        yield f"{one.name}（{one.option.words}）：{one.option.hint}。"
    if one.after_official:
        yield _follows(plan, one)
    if one.by_hand:
        yield f"{one.name}由人员办理：到时系统备好资料包，须有人送去公开，再把网址填回来；系统看到了才算公开。"
    elif not one.editable:
        yield f"{one.name}发出后不能修改，更正须另发一篇。"
    if one.withdraw is not Can.YES:
        yield f"{one.name}的撤回{'须由人员到渠道后台办理' if one.withdraw is Can.BY_HAND else '不能办理'}。"


def _follows(plan: Plan, one: Target) -> str:
    """What goes out after the official time needs one."""
    if plan.official_at or any(other.authoritative for other in plan.targets):
        return f"{one.name}待政策正式发布之后才发出。"
    return f"{one.name}待政策正式发布之后才发出；这一次没有发往权威渠道，在正式发布之前不会发出。"
