"""The log in words: each entry as one sentence that says who did what to what. Pure; knows only the names it is given.

What a sentence needs and an entry lacks is left out, and an unknown act is told by its name.
"""

from collections.abc import Callable, Mapping

from hub.core.chronicle import phrases
from hub.core.chronicle.entry import Entry, Names, document, name, word
from schemas import filled
from schemas.entry import EntryType

#: Digits of a digest that a sentence repeats; the whole one stands beside it.
SHORT = 12


def sentence(entry: Entry, names: Names) -> str:
    """Return who did what, to what, with which digest. `names` is id → name; who is not in it keeps their id."""
    told = _SAYINGS.get(entry.type, _unknown)(entry, names)
    return f"{name(entry.who, names)}{told}。"


def _unknown(entry: Entry, names: Names) -> str:  # noqa: ARG001 - one signature for all
    return f"办理了“{entry.word}”{_of(entry)}"


def _of(entry: Entry) -> str:
    """The object: which edition of which release, on which channel."""
    parts = [
        f"政策发布 {entry.release}" if entry.release else "",
        f"第 {entry.edition} 版" if entry.edition else "",
    ]
    return " ".join(filter(None, parts)) + (f"（渠道 {entry.channel}）" if entry.channel else "")


def _for(entry: Entry) -> str:
    return f"代表{entry.get('unit')}" if entry.get("unit") else ""


def _sealed(entry: Entry) -> str:
    return f"，内容摘要 {entry.digest[:SHORT]}…" if entry.digest else ""


def _digest(entry: Entry, name: str, label: str) -> str:
    return f"，{label} {entry.get(name)[:SHORT]}…" if entry.get(name) else ""


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


def _edited(entry: Entry, names: Names) -> str:  # noqa: ARG001
    what = entry.get("what")
    part = "公文要素" if what == "metadata" else document(what)
    return f"修改了{_of(entry)} 的{part}{_told(entry)}{_digest(entry, 'sha256', '修改后摘要')}"


def _told(entry: Entry) -> str:
    """Which fields of its kind were changed, or what form an interpretation has now."""
    named = entry.data.get("particulars")
    if isinstance(named, list) and named:
        return f"（{'、'.join(filled.label(str(name)) for name in named)}）"
    form = entry.get("form")
    return f"（解读形式：{word(form)}）" if form else ""


def _published(entry: Entry, names: Names) -> str:  # noqa: ARG001
    channels = entry.data.get("channels")
    to = "、".join(map(str, channels)) if isinstance(channels, list) else ""
    chosen = entry.data.get("choices")
    ways = "、".join(f"{name} 为 {way}" for name, way in chosen.items()) if isinstance(chosen, dict) else ""
    to += f"（发布方式：{ways}）" if ways else ""
    covers = entry.data.get("covers")
    shown = (
        "、".join(f"{name} 为图片 {sha256[:12]}" for name, sha256 in covers.items()) if isinstance(covers, dict) else ""
    )
    to += f"（封面：{shown}）" if shown else ""
    lane = "以应急程序" if entry.get("lane") else ""
    return f"{lane}决定发布{_of(entry)}，渠道：{to}，计划时间 {_moment(entry.get('planned_at'))}{_sealed(entry)}"


def _result(entry: Entry, names: Names) -> str:  # noqa: ARG001
    outcome, receipt, trouble = entry.get("outcome"), entry.data.get("receipt"), entry.data.get("trouble")
    number = f"，回执号 {receipt['id']}" if isinstance(receipt, dict) and receipt.get("id") else ""
    why = f"：{trouble['detail']}" if isinstance(trouble, dict) and trouble.get("detail") else ""
    return f"记录{word(entry.action)}{_of(entry)}的结果：渠道{phrases.OUTCOME.get(outcome, outcome)}{number}{why}"


def _seen(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = "公众已看不到" if entry.type == EntryType.WITHDRAWAL_SEEN else "公众可以看到"
    return (
        f"在 {entry.get('address')} 见证：{found}{_of(entry)}的{document(entry.get('document'))}"
        f"{_digest(entry, 'sha256', '网页摘要')}{_delay(entry)}"
    )


def _delay(entry: Entry) -> str:
    delay = entry.data.get("delay_ms")
    return f"，距计划时间 {delay / 1000:.3f} 秒" if isinstance(delay, int) else ""


def _troubled(entry: Entry, names: Names) -> str:  # noqa: ARG001
    trouble = entry.data.get("trouble")
    why = f"：{trouble['detail']}" if isinstance(trouble, dict) and trouble.get("detail") else ""
    return f"报告{word(entry.action)}{_of(entry)}遇到问题，转为“{word(entry.get('state'))}”{why}"


def _changed(entry: Entry, names: Names) -> str:  # noqa: ARG001
    why = entry.get("why")
    turn = f"“{word(entry.get('before'))}”改为“{word(entry.get('after'))}”"
    return f"把{word(entry.action)}{_of(entry)}的投递由{turn}，理由：{phrases.WHY.get(why, word(why))}"


def _standing(entry: Entry, verb: str) -> str:
    which = f"第 {entry.get('standing')} 号提议" if entry.get("standing") else "提议"
    kind = word(entry.get("kind"))
    return f"{verb}政策发布 {entry.release} 的效力变更为“{kind}”（{which}）{_digest(entry, 'sha256', '提议摘要')}"


def _followed(entry: Entry, names: Names) -> str:  # noqa: ARG001
    """What was approved elsewhere and is carried out here."""
    what = f"政策发布 {entry.get('of')} 第 {entry.get('number')}"
    source = f"依经审核的{what} 版" if entry.get("by") == "edition" else f"依经确认的{what} 号提议"
    here, kind = f"政策发布 {entry.release}", f"“{word(entry.get('kind'))}”"
    if entry.get("cause") == "relation" and (entry.get("kind") == "in_force" or entry.data.get("again")):
        return f"{source}，在{here} 的页面上注明与其他文件的关系，效力仍为{kind}"
    why = "载明的日期已到" if entry.get("cause") == "term" else "写明的文件关系"
    return f"{source}，因其{why}，将{here} 的效力标注为{kind}{_digest(entry, 'sha256', '内容摘要')}"


def _delegated(entry: Entry, names: Names) -> str:
    duty, giver, receiver = word(entry.get("duty")), name(entry.get("giver"), names), name(entry.get("receiver"), names)
    if entry.type == EntryType.DELEGATION_REVOKED:
        return f"收回“{giver}”授权“{receiver}”代办的“{duty}”职责{_digest(entry, 'sha256', '授权摘要')}"
    span = f"{entry.get('starts_on')} 至 {entry.get('ends_on')}"
    return f"授权“{receiver}”代办“{duty}”职责，{span}{_digest(entry, 'sha256', '授权摘要')}"


def _office(entry: Entry, names: Names) -> str:
    what, unit = entry.get("what"), entry.get("name")
    if what in phrases.HELP:
        return phrases.HELP[what].format(whom=name(entry.get("person"), names), unit=unit)
    if what == "charge":
        part = f"{word(entry.get('part'))}，自 {entry.get('since')} 起"
        return f"记录了“{unit}”接任的{part}{_digest(entry, 'sha256', '姓名等的摘要')}"
    told = unit or entry.get("year") or entry.get("wrong")
    part = phrases.OFFICE.get(what, f"“{what}”") + (f"“{told}”" if told else "")
    apart = "，独立办理" if entry.get("is_tenant") in {"True", "true"} else ""
    return f"变更了{part}{apart}{_digest(entry, 'sha256', '变更后摘要')}"


def _dispatched(entry: Entry, names: Names) -> str:  # noqa: ARG001
    units = entry.get("units")
    return f"把{_of(entry)}的{word(entry.get('kind'))}送达 {units} 个单位{_digest(entry, 'sha256', '单位名单摘要')}"


def _acknowledged(entry: Entry, names: Names) -> str:  # noqa: ARG001
    return f"代“{entry.get('unit')}”签收{_of(entry)}的{word(entry.get('kind'))}通知"


def _urged(entry: Entry, names: Names) -> str:  # noqa: ARG001
    return f"催办 {entry.get('units')} 个未签收{_of(entry)}通知的单位{_digest(entry, 'sha256', '单位名单摘要')}"


def _lost(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = entry.data.get("losses")
    losses = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    told = "；".join(
        f"{document(str(one.get('document')))}{one.get('words')}（{one.get('address')}）" for one in losses
    )
    return f"复查发现，{_of(entry)}公开之后被移除：{told}"


def _back(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = entry.data.get("documents")
    told = "、".join(document(str(one)) for one in found) if isinstance(found, list) else ""
    return f"复查发现，{_of(entry)}被移除的{told}恢复可见"


def _backfile(entry: Entry, names: Names) -> str:
    """What was done with an older document, which is told by its number alone: it may not be public."""
    which = f"第 {entry.get('backfile')} 号存量文件"
    digest = _digest(entry, "sha256", "意见摘要")
    what = f"审定为“{word(entry.get('disclosure'))}”（{entry.get('unit')}）{digest}"
    giver = f"代“{name(entry.get('for'), names)}”" if entry.get("for") else ""
    told = {
        EntryType.BACKFILE_IMPORTED: f"导入存量文件清单（第 {entry.get('batch')} 批），"
        f"{entry.get('lines')} 行中收下 {entry.get('taken')} 件{_digest(entry, 'sha256', '清单摘要')}",
        EntryType.BACKFILE_FILED: f"变更{which}的电子件，现有 {entry.get('files')} 个"
        f"{_digest(entry, 'sha256', '电子件清单摘要')}",
        EntryType.BACKFILE_ASSIGNED: f"把{which}由“{entry.get('before')}”改派给“{entry.get('unit')}”",
        EntryType.BACKFILE_PROPOSED: f"提议将{which}{what}",
        EntryType.BACKFILE_CONFIRMED: f"{giver}确认将{which}{what}",
        EntryType.BACKFILE_DECLINED: f"{giver}不予确认将{which}{what}",
        EntryType.BACKFILE_CONVERTED: f"把{which}转为{_of(entry)}",
    }
    return told[EntryType(entry.type)]


def _channel(entry: Entry, names: Names) -> str:  # noqa: ARG001
    verb = {"paused": "暂停", "resumed": "恢复"}.get(entry.get("what"), entry.get("what"))
    return f"{verb}渠道 {entry.channel}" + (f"，理由：{entry.get('why')}" if entry.get("why") else "")


def _reviewed(entry: Entry, names: Names) -> str:
    level, decision = word(entry.get("level")), word(entry.get("decision"))
    giver = f"代“{name(entry.get('for'), names)}”" if entry.get("for") else ""
    return f"{giver}对{_of(entry)}作出{level}结论：{decision}{_sealed(entry)}"


def _submitted(entry: Entry, names: Names) -> str:  # noqa: ARG001
    skips = "、".join(word(one) for one in entry.get("skips").split(",") if one)
    lane = f"，应急发布，不经{skips}，发布后补签{_digest(entry, 'sha256', '理由摘要')}" if entry.get("lane") else ""
    return f"把{_of(entry)}提交审核{lane}{_sealed(entry)}"


def _countersigned(entry: Entry, names: Names) -> str:
    level, verdict = word(entry.get("level")), word(entry.get("verdict"))
    giver = f"代“{name(entry.get('for'), names)}”" if entry.get("for") else ""
    then = f"，并提议撤回（第 {entry.get('standing')} 号提议）" if entry.get("standing") else ""
    return f"{giver}补签应急发布的{_of(entry)}的{level}：{verdict}{then}{_sealed(entry)}"


def _derived(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = entry.data.get("grounds")
    grounds = "；".join(f"{ground} {count} 处" for ground, count in found.items()) if isinstance(found, dict) else ""
    origin = f"政策发布 {entry.get('origin')} 的第 {entry.get('origin_edition')} 版"
    return f"由{origin}（摘要 {entry.get('origin_digest')[:SHORT]}…）制作公开版本{_of(entry)}，删去：{grounds}"


def _moment(stamp: str) -> str:
    return stamp[:23].replace("T", " ")


_SAYINGS: Mapping[str, Callable[[Entry, Names], str]] = {
    EntryType.LOG_OPENED: lambda e, n: f"启用发布日志“{e.get('origin')}”",  # noqa: ARG005
    EntryType.PERSON_ADDED: lambda e, n: f"开设了“{name(e.get('person'), n)}”的账号{_duties(e)}",
    EntryType.PERSON_CHANGED: _person_changed,
    EntryType.RELEASE_CREATED: lambda e, n: f"{_for(e)}新建{_of(e)}{_digest(e, 'metadata_sha256', '公文要素摘要')}",  # noqa: ARG005
    EntryType.RELEASE_EDITED: _edited,
    EntryType.RELEASE_SUBMITTED: _submitted,
    EntryType.RELEASE_COUNTERSIGNED: _countersigned,
    EntryType.RELEASE_DERIVED: _derived,
    EntryType.RELEASE_REVIEWED: _reviewed,
    EntryType.RELEASE_APPROVED: lambda e, n: f"签发之后，{_of(e)}各级审核全部通过{_sealed(e)}",  # noqa: ARG005
    EntryType.RELEASE_PUBLISHED: _published,
    EntryType.SEND_INTENT: lambda e, n: (  # noqa: ARG005
        f"记录即将{word(e.action)}{_of(e)}{_digest(e, 'rendering', '送出内容的摘要')}"
    ),
    EntryType.SEND_RESULT: _result,
    EntryType.SIGHTING: _seen,
    EntryType.WITHDRAWAL_SEEN: _seen,
    EntryType.RELEASE_OFFICIAL: lambda e, n: (  # noqa: ARG005
        f"认定{_of(e)}正式发布，正式发布时间 {_moment(e.at.isoformat(timespec='milliseconds'))}"
    ),
    EntryType.DELIVERY_TROUBLED: _troubled,
    EntryType.DELIVERY_CHANGED: _changed,
    EntryType.STANDING_PROPOSED: lambda e, n: _standing(e, "提议将"),  # noqa: ARG005
    EntryType.STANDING_CONFIRMED: lambda e, n: _standing(e, "确认将"),  # noqa: ARG005
    EntryType.STANDING_DECLINED: lambda e, n: _standing(e, "不予确认将"),  # noqa: ARG005
    EntryType.STANDING_FOLLOWED: _followed,
    EntryType.PUBLICATION_LOST: _lost,
    EntryType.PUBLICATION_BACK: _back,
    EntryType.LOSS_NOTED: lambda e, n: f"登记{_of(e)}被移除的处置：{e.get('why')}",  # noqa: ARG005
    EntryType.CHANNEL_CHANGED: _channel,
    EntryType.DELEGATION_GIVEN: _delegated,
    EntryType.DELEGATION_REVOKED: _delegated,
    EntryType.OFFICE_CHANGED: _office,
    EntryType.DISPATCH_SENT: _dispatched,
    EntryType.DISPATCH_ACKNOWLEDGED: _acknowledged,
    EntryType.DISPATCH_URGED: _urged,
    **{kind: _backfile for kind in EntryType if kind.startswith("backfile.")},
}
