"""What is said of the bureau itself: its log, its people, who stands in for whom, its units and calendars."""

from collections.abc import Mapping

from hub.core.chronicle import phrases
from hub.core.chronicle.entry import Entry, Names, name, word
from hub.core.chronicle.parts import Saying, hashed
from schemas.entry import EntryType


def _duties(entry: Entry) -> str:
    found = entry.data.get("duties")
    named = "、".join(word(str(one)) for one in found) if isinstance(found, list) else ""
    return f"，职责：{named}" if named else ""


def _person_changed(entry: Entry, names: Names) -> str:
    whom, what = f"“{name(entry.get('person'), names)}”", entry.get("what")
    if what == "duties":
        return f"调整了{whom}的职责{_duties(entry)}"
    return phrases.WHAT.get(what, f"变更了{{whom}}的账号（{what}）" if entry.get("person") else what).replace(
        "{whom}", whom
    )


def _delegated(entry: Entry, names: Names) -> str:
    duty, giver, receiver = word(entry.get("duty")), name(entry.get("giver"), names), name(entry.get("receiver"), names)
    if entry.type == EntryType.DELEGATION_REVOKED:
        return f"收回“{giver}”授权“{receiver}”代办的“{duty}”职责{hashed(entry, 'sha256', '授权摘要')}"
    span = f"{entry.get('starts_on')} 至 {entry.get('ends_on')}"
    return f"授权“{receiver}”代办“{duty}”职责，{span}{hashed(entry, 'sha256', '授权摘要')}"


def _office(entry: Entry, names: Names) -> str:
    what, unit = entry.get("what"), entry.get("name")
    if what in phrases.HELP:
        return phrases.HELP[what].format(whom=name(entry.get("person"), names), unit=unit)
    if what == "charge":
        part = f"{word(entry.get('part'))}，自 {entry.get('since')} 起"
        return f"记录了“{unit}”接任的{part}{hashed(entry, 'sha256', '姓名等的摘要')}"
    told = unit or entry.get("year") or entry.get("wrong")
    part = phrases.OFFICE.get(what, f"“{what}”") + (f"“{told}”" if told else "")
    apart = "，独立办理" if entry.get("is_tenant") in {"True", "true"} else ""
    return f"变更了{part}{apart}{hashed(entry, 'sha256', '变更后摘要')}"


SAYINGS: Mapping[str, Saying] = {
    EntryType.LOG_OPENED: lambda e, n: f"启用发布日志“{e.get('origin')}”",  # noqa: ARG005
    EntryType.PERSON_ADDED: lambda e, n: f"开设了“{name(e.get('person'), n)}”的账号{_duties(e)}",
    EntryType.PERSON_CHANGED: _person_changed,
    EntryType.DELEGATION_GIVEN: _delegated,
    EntryType.DELEGATION_REVOKED: _delegated,
    EntryType.OFFICE_CHANGED: _office,
}
