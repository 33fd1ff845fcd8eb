"""发布: channels and time first, then one page that says what will happen; only its button has an effect."""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import Field

from hub.commands import covering, publishing
from hub.core.sentences.moments import moment
from hub.core.sentences.plan import Manner, Plan, Target, consequences, planned_at, sentence
from hub.web.console import covers, readiness
from hub.web.console.readiness import Table
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from schemas.delivery import Action
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.release import Frozen

PATH = "/releases/{release:[1-9][0-9]{0,14}}/publish"
LAST_YEAR = 2999
#: Before the channel's name, in the fields that say how it goes there.
OPTION = "choice-"


class Choice(Frozen):
    """What was chosen: where to, and when."""

    channels: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    manner: Manner = Manner.TOGETHER
    day: date | None = None
    clock: time | None = None


class Confirmed(Choice):
    """What was read on the page before, and is confirmed now."""

    digest: str = ""
    conditions: Annotated[tuple[str, ...], Field(max_length=100)] = ()  #: `channel=condition`, as they were told


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        table = await readiness.table(connection, visit)
    refusals = readiness.refusals(table, visit)
    unable = {} if refusals else await readiness.unable(table, visit)
    values = {
        **_head(table),
        "refusals": refusals,
        "table": table,
        "unable": unable,
        "chosen": [name for name in table.open_to if name not in unable],
        "manners": _manners(),
        "faces": {} if refusals else {name: await covers.faces(visit, name) for name in table.open_to},
        "today": table.now.astimezone(BEIJING).date(),
    }
    return Page("publish.html", values)


async def ask(visit: Visit) -> Answer:
    """Say what will happen. Nothing does."""
    choice = visit.posted.filled(Choice)
    async with visit.hub.engine.connect() as connection:
        table = await readiness.table(connection, visit)
    readiness.check(table)
    return await _asked(visit, table, choice)


async def act(visit: Visit) -> Answer:
    """Do what was read and confirmed, if everything is still as it was told."""
    said = visit.posted.filled(Confirmed)
    async with visit.hub.engine.connect() as connection:
        table = await readiness.table(connection, visit)
    choices = {name: option for name, option in _options(visit).items() if name in said.channels}
    plan = _plan(table, said, choices)
    if changes := _changes(table, said):
        raise HubError(ErrorCode.CHANGED, detail="；".join(changes))
    at = planned_at(plan, table.now)
    chosen: dict[str, Any] = {
        "channels": said.channels,
        "choices": choices,
        "covers": covers.asked(visit, said.channels),
    }
    edition = await publishing.publish(visit.hub, visit.person, visit.release, at=at, digest=said.digest, **chosen)
    what = f"第 {edition.number} 版已定于{moment(at, table.now)}发布" if at else f"第 {edition.number} 版已交付发布"
    return Moved(f"/releases/{visit.release}/progress", said=f"{what}，进度见下。")


async def again(visit: Visit) -> Page:
    """What the person confirmed did not hold any more: say how it is now, to be confirmed anew or chosen otherwise."""
    said = visit.posted.filled(Choice)
    async with visit.hub.engine.connect() as connection:
        table = await readiness.table(connection, visit)
    try:
        readiness.check(table)
        return await _asked(visit, table, said)
    except HubError:
        return await show(visit)


def _head(table: Table) -> dict[str, Any]:
    return {"release": table.case.release, "edition": table.case.edition, "now": table.now}


def _manners() -> list[tuple[str, str, str]]:
    return [
        (Manner.TOGETHER, "立即，各渠道同时公开", "先全部准备好，约 1 分钟后在同一时刻公开"),
        (Manner.READY, "立即，准备好一个公开一个", "最快；各渠道会有几秒到几分钟的先后"),
        (Manner.AT, "定时，各渠道同时公开", "提前 10 分钟准备，到时一起公开；此前可以改时间或取消"),
    ]


async def _asked(visit: Visit, table: Table, choice: Choice) -> Page:
    choices, chosen = _options(visit), covers.asked(visit, choice.channels)
    plan = _plan(table, choice, choices)
    await covering.check(visit.hub, visit.release, chosen)
    conditions = [f"{name}={table.views[name].health.condition}" for name in choice.channels]
    values = {
        **_head(table),
        "choices": {name: option for name, option in choices.items() if name in choice.channels},
        "sentence": sentence(plan, table.now),
        "consequences": [*consequences(plan, table.now), *covers.sentences(visit, table.case.edition, chosen)],
        "covers": chosen,
        "choice": choice,
        "conditions": conditions,
    }
    return Page("confirm.html", values)


def _options(visit: Visit) -> dict[str, str]:
    """Channel → the option that was chosen for it."""
    return {
        name.removeprefix(OPTION): visit.posted.get(name) for name in visit.posted.fields if name.startswith(OPTION)
    }


def _targets(table: Table, choice: Choice, choices: dict[str, str]) -> tuple[Target, ...]:
    try:
        return tuple(table.views[name].target(choices.get(name, "")) for name in table.views if name in choice.channels)
    except KeyError:
        words = "选择的发布方式不存在，请重新选择"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"channels": words}) from None


def _plan(table: Table, choice: Choice, choices: dict[str, str]) -> Plan:
    """What is chosen, as a plan. Raises HubError(INVALID) that names the field."""
    unknown = [name for name in choice.channels if name not in table.open_to]
    if unknown or not choice.channels:
        words = f"“{unknown[0][:50]}”不能选择" if unknown else "请至少选择一个渠道"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"channels": words})
    edition = table.case.edition
    if edition is None:
        raise HubError(ErrorCode.EDITED_SINCE)
    shown = [one.edition for one in table.case.deliveries if one.action is Action.PUBLISH and one.accepted_at]
    return Plan(
        title=edition.metadata.title,
        edition=edition.number,
        targets=_targets(table, choice, choices),
        manner=choice.manner,
        at=_at(choice, table.now) if choice.manner is Manner.AT else None,
        official_at=table.case.release.official_at,
        replaces=max((number for number in shown if number < edition.number), default=None),
    )


def _at(choice: Choice, now: datetime) -> datetime:
    """The set time. Raises HubError(INVALID) for none, or for one that is past: nothing is back-dated."""
    for field, value, words in (("day", choice.day, "请选择日期"), ("clock", choice.clock, "请填写时刻")):
        if value is None:
            raise HubError(ErrorCode.INVALID, detail=words, fields={field: words})
    assert choice.day is not None  # noqa: S101 - just seen
    assert choice.clock is not None  # noqa: S101
    if choice.day.year > LAST_YEAR:
        words = "年份过大"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"day": words})
    at = datetime.combine(choice.day, choice.clock.replace(tzinfo=None), BEIJING)
    if at <= now:
        words = f"须晚于现在（{moment(now, now)}），正式发布时间不得倒签"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"clock": words})
    return at


def _changes(table: Table, said: Confirmed) -> list[str]:
    """What is not as the person has read it."""
    found = []
    edition = table.case.edition
    if edition is None or edition.digest != said.digest:
        found.append(f"内容已改为第 {edition.number if edition else '？'} 版，与您确认的不是同一版本")
    told = dict(one.split("=", 1) for one in said.conditions if "=" in one)
    for name in said.channels:
        health = table.views[name].health
        if name in told and told[name] != health.condition:
            found.append(f"{table.views[name].title}的情况有变化，现在{health.name}（{health.words}）")
    return found


ROOMS = (
    *ways(PATH, show, ask, Duty.PUBLISHER),
    Room("POST", f"{PATH}/confirm", act, frozenset({Duty.PUBLISHER}), again=again),
)
