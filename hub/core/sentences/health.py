"""How a channel is, in one line."""

from datetime import datetime
from enum import StrEnum

from hub.core.sentences.moments import moment
from schemas.budget import Spent
from schemas.circuit import Circuit
from schemas.delivery import Reaction
from schemas.release import Frozen


class Condition(StrEnum):
    """Whether anything is sent to a channel now."""

    OPEN = "open"
    PAUSED = "paused"  #: a person stopped it
    RESTING = "resting"  #: a budget is used up
    BROKEN = "broken"  #: it fails; single probes find out when it is back


CONDITION = {
    Condition.OPEN: "正常",
    Condition.PAUSED: "已暂停",
    Condition.RESTING: "等待额度",
    Condition.BROKEN: "有故障",
}


class Health(Frozen):
    """One channel's condition with its sentence."""

    condition: Condition
    words: str
    until: datetime | None = None  #: when it goes on by itself

    @property
    def name(self) -> str:
        return CONDITION[self.condition]


def health(circuit: Circuit, now: datetime, *, by: str = "") -> Health:
    """Say how the channel is. `by` is the name of whoever paused it."""
    if circuit.paused_at:
        who = by or ("工作人员" if circuit.paused_by else "系统")
        words = f"{moment(circuit.paused_at, now)} 由{who}暂停：{circuit.paused_why}"
        return Health(condition=Condition.PAUSED, words=words)
    if circuit.rests_until and circuit.rests_until > now and _is_quota(circuit):
        words = f"额度已用完，{moment(circuit.rests_until, now)} 起自动恢复"
        return Health(condition=Condition.RESTING, words=words, until=circuit.rests_until)
    if circuit.probe_at:
        since = moment(circuit.opened_at or now, now)
        why = f"（{circuit.trouble.detail}）" if circuit.trouble else ""
        words = f"{since} 起连续 {circuit.failures} 次没有成功{why}，系统在自动试探，恢复后自动继续"
        return Health(condition=Condition.BROKEN, words=words, until=max(circuit.probe_at, now))
    if circuit.failures:
        return Health(condition=Condition.OPEN, words=f"最近 {circuit.failures} 次没有成功，仍在继续")
    return Health(condition=Condition.OPEN, words="运行正常")


def allowance(spent: Spent, now: datetime) -> str:
    """How much of a budget is used, and when it starts again."""
    used = f"{'本月' if spent.is_monthly else ''}已用 {spent.used} / {spent.limit} 次"
    return f"{spent.name or spent.endpoint}：{used}，{moment(spent.resets_at, now)} 重新计数"


def _is_quota(circuit: Circuit) -> bool:
    return circuit.trouble is not None and circuit.trouble.reaction is Reaction.QUOTA
