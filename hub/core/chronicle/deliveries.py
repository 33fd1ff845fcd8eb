"""What is said of deliveries: what was sent, what came of it, where the public saw it, and what was lost again."""

from collections.abc import Mapping

from hub.core.chronicle import phrases
from hub.core.chronicle.entry import Entry, Names, document, word
from hub.core.chronicle.parts import Saying, hashed, moment, of
from schemas.entry import EntryType


def _result(entry: Entry, names: Names) -> str:  # noqa: ARG001
    outcome, receipt, trouble = entry.get("outcome"), entry.data.get("receipt"), entry.data.get("trouble")
    number = f"，回执号 {receipt['id']}" if isinstance(receipt, dict) and receipt.get("id") else ""
    why = f"：{trouble['detail']}" if isinstance(trouble, dict) and trouble.get("detail") else ""
    return f"记录{word(entry.action)}{of(entry)}的结果：渠道{phrases.OUTCOME.get(outcome, outcome)}{number}{why}"


def _seen(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = "公众已看不到" if entry.type == EntryType.WITHDRAWAL_SEEN else "公众可以看到"
    return (
        f"在 {entry.get('address')} 见证：{found}{of(entry)}的{document(entry.get('document'))}"
        f"{hashed(entry, 'sha256', '网页摘要')}{_delay(entry)}"
    )


def _delay(entry: Entry) -> str:
    delay = entry.data.get("delay_ms")
    return f"，距计划时间 {delay / 1000:.3f} 秒" if isinstance(delay, int) else ""


def _troubled(entry: Entry, names: Names) -> str:  # noqa: ARG001
    trouble = entry.data.get("trouble")
    why = f"：{trouble['detail']}" if isinstance(trouble, dict) and trouble.get("detail") else ""
    return f"报告{word(entry.action)}{of(entry)}遇到问题，转为“{word(entry.get('state'))}”{why}"


def _changed(entry: Entry, names: Names) -> str:  # noqa: ARG001
    why = entry.get("why")
    turn = f"“{word(entry.get('before'))}”改为“{word(entry.get('after'))}”"
    return f"把{word(entry.action)}{of(entry)}的投递由{turn}，理由：{phrases.WHY.get(why, word(why))}"


def _lost(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = entry.data.get("losses")
    losses = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    told = "；".join(
        f"{document(str(one.get('document')))}{one.get('words')}（{one.get('address')}）" for one in losses
    )
    return f"复查发现，{of(entry)}公开之后被移除：{told}"


def _back(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = entry.data.get("documents")
    told = "、".join(document(str(one)) for one in found) if isinstance(found, list) else ""
    return f"复查发现，{of(entry)}被移除的{told}恢复可见"


def _channel(entry: Entry, names: Names) -> str:  # noqa: ARG001
    verb = {"paused": "暂停", "resumed": "恢复"}.get(entry.get("what"), entry.get("what"))
    return f"{verb}渠道 {entry.channel}" + (f"，理由：{entry.get('why')}" if entry.get("why") else "")


SAYINGS: Mapping[str, Saying] = {
    EntryType.SEND_INTENT: lambda e, n: (  # noqa: ARG005
        f"记录即将{word(e.action)}{of(e)}{hashed(e, 'rendering', '送出内容的摘要')}"
    ),
    EntryType.SEND_RESULT: _result,
    EntryType.SIGHTING: _seen,
    EntryType.WITHDRAWAL_SEEN: _seen,
    EntryType.RELEASE_OFFICIAL: lambda e, n: (  # noqa: ARG005
        f"认定{of(e)}正式发布，正式发布时间 {moment(e.at.isoformat(timespec='milliseconds'))}"
    ),
    EntryType.DELIVERY_TROUBLED: _troubled,
    EntryType.DELIVERY_CHANGED: _changed,
    EntryType.PUBLICATION_LOST: _lost,
    EntryType.PUBLICATION_BACK: _back,
    EntryType.LOSS_NOTED: lambda e, n: f"登记{of(e)}被移除的处置：{e.get('why')}",  # noqa: ARG005
    EntryType.CHANNEL_CHANGED: _channel,
}
