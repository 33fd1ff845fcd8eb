"""为什么还没有发出来: what stands in a delivery's way, what comes next, who can act, and with which one act."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hub.core.planning import PREPARE_AHEAD
from hub.core.sentences import held
from hub.core.sentences.health import Condition, health
from hub.core.sentences.moments import moment
from hub.core.sentences.why import Remedy, Why
from schemas.circuit import Circuit
from schemas.delivery import FINAL, Action, Delivery, DeliveryState, Step
from schemas.words import word

S = DeliveryState
#: The sweep looks every second: what is due for longer is looked at by nobody.
OVERDUE = timedelta(seconds=15)
OPERATORS = "运维人员"

__all__ = ["Remedy", "Why", "why"]


def why(one: Delivery, others: Iterable[Delivery], circuit: Circuit, now: datetime, *, paused_by: str = "") -> Why:
    """Return why the delivery is where it is. `others` are its release's; what is done has a sentence as well."""
    match one.state:
        case S.WAITING:
            earlier = (o for o in others if o.channel == one.channel and o.id < one.id and o.state not in FINAL)
            return _behind(next(earlier, None)) or _stopped(circuit, now, paused_by) or _waiting(one, circuit, now)
        case S.WORKING:
            return _working(one, now)
        case S.ACCEPTED:
            return _accepted(one, now)
        case S.UNCONFIRMED:
            return _unconfirmed(one, now)
        case S.HELD | S.FAILED:
            return held.why(one)
        case _:
            return _done(one)


def _behind(first: Delivery | None) -> Why | None:
    if first is None:
        return None
    ahead = f"同一渠道上第 {first.edition} 版的“{word(first.action)}”还没有办完。"
    return Why(words=f"{ahead}先后次序不能颠倒，办完后自动继续。")


_DONE = {
    S.VISIBLE: "公众已经能看到。",
    S.SUPERSEDED: "由较新的版本或撤回代替，这一件不再发送。",
    S.CANCELLED: "已取消，没有发送。",
}


def _done(one: Delivery) -> Why:
    if one.action is Action.WITHDRAW and one.state is S.VISIBLE:
        return Why(words="已撤下：公众网址上看不到原文了。")
    return Why(words=_DONE[one.state])


def _stopped(circuit: Circuit, now: datetime, paused_by: str) -> Why | None:
    """What the channel's own condition keeps from going."""
    how = health(circuit, now, by=paused_by)
    match how.condition:
        case Condition.PAUSED:
            return Why(words=f"渠道于{how.words}。恢复后自动发出。", who="发布员或管理员", remedy=Remedy.RESUME)
        case Condition.RESTING:
            return Why(words=f"渠道今天的{how.words}。", next_at=how.until)
        case Condition.BROKEN:
            return Why(words=f"渠道有故障：{how.words}。", next_at=how.until, who="管理员", remedy=Remedy.RESUME)
        case _:
            return None


def _waiting(one: Delivery, circuit: Circuit, now: datetime) -> Why:
    if one.trouble:
        return _again(one, now)
    if one.planned_at > now:
        return _planned(one, now)
    if circuit.rests_until and circuit.rests_until > now:
        return Why(words="按渠道设定的间隔逐件发送，正在等前一件的间隔。", next_at=circuit.rests_until)
    return _due(one, now)


def _again(one: Delivery, now: datetime) -> Why:
    detail = one.trouble.detail if one.trouble else ""
    tried = f"（已试 {one.attempts} 次）" if one.attempts else ""
    verb = "准备时" if one.step is Step.PREPARE else "提交时"
    words = f"{verb}没有成功{tried}：{held.ended(detail)}系统会自动再试。"
    return Why(words=words, next_at=max(one.due_at, now), remedy=Remedy.RETRY)


def _planned(one: Delivery, now: datetime) -> Why:
    at = moment(one.planned_at, now)
    if one.step is Step.COMMIT:
        return Why(words=f"已经准备好，到{at}发布。", next_at=one.planned_at)
    minutes = int(PREPARE_AHEAD.total_seconds() // 60)
    words = f"计划{at}发布，提前 {minutes} 分钟开始准备，准备期间公众看不到。"
    return Why(words=words, next_at=max(one.due_at, now))


def _due(one: Delivery, now: datetime) -> Why:
    if now - one.due_at <= OVERDUE:
        return Why(words="马上开始办理。")
    late = f"应在{moment(one.due_at, now)}办理，到现在没有投递进程来办。"
    words = f"{late}内容没有丢失，请确认投递进程（gongbu worker）在运行。"
    return Why(words=words, who=OPERATORS)


def _working(one: Delivery, now: datetime) -> Why:
    if one.lease_until and one.lease_until < now:
        return Why(
            words="办理它的投递进程中断了，另一个进程会在几秒内接手；已经发出的不会再发。", next_at=one.lease_until
        )
    if one.step is Step.PREPARE:
        return Why(words="正在准备：向渠道上传材料，公众还看不到。")
    return Why(words="正在提交给渠道。")


def _accepted(one: Delivery, now: datetime) -> Why:
    since = f"渠道于{moment(one.accepted_at, now)}收下，" if one.accepted_at else "渠道已经收下，"
    if one.action is Action.WITHDRAW:
        return Why(words=f"{since}公众网址上暂时还能看到原文，系统在反复查看。", next_at=max(one.due_at, now))
    looked = f"已看过 {one.looks} 次，" if one.looks else ""
    detail = f"最近一次：{held.ended(one.trouble.detail)}" if one.trouble else ""
    words = f"{since}公众网址上还没有看到正文，{looked}系统继续查看。{detail}只有亲眼看到才算发布。"
    return Why(words=words, next_at=max(one.due_at, now))


def _unconfirmed(one: Delivery, now: datetime) -> Why:
    detail = f"（{one.trouble.detail}）" if one.trouble else ""
    words = f"已经提交，但没有得到明确答复{detail}。系统在向渠道查证，绝不重发；请不要到渠道后台另发一遍。"
    return Why(words=words, next_at=max(one.due_at, now), who="发布员（已从渠道后台查明结果时）", remedy=Remedy.SETTLE)
