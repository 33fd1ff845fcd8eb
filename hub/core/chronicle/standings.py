"""What is said of standings, of dispatches that tell them to units, and of older documents decided again."""

from collections.abc import Mapping

from hub.core.chronicle.entry import Entry, Names, name, word
from hub.core.chronicle.parts import Saying, hashed, of
from schemas.entry import EntryType


def _standing(entry: Entry, verb: str) -> str:
    which = f"第 {entry.get('standing')} 号提议" if entry.get("standing") else "提议"
    kind = word(entry.get("kind"))
    return f"{verb}政策发布 {entry.release} 的效力变更为“{kind}”（{which}）{hashed(entry, 'sha256', '提议摘要')}"


def _followed(entry: Entry, names: Names) -> str:  # noqa: ARG001
    """What was approved elsewhere and is carried out here."""
    what = f"政策发布 {entry.get('of')} 第 {entry.get('number')}"
    source = f"依经审核的{what} 版" if entry.get("by") == "edition" else f"依经确认的{what} 号提议"
    here, kind = f"政策发布 {entry.release}", f"“{word(entry.get('kind'))}”"
    if entry.get("cause") == "relation" and (entry.get("kind") == "in_force" or entry.data.get("again")):
        return f"{source}，在{here} 的页面上注明与其他文件的关系，效力仍为{kind}"
    why = "载明的日期已到" if entry.get("cause") == "term" else "写明的文件关系"
    return f"{source}，因其{why}，将{here} 的效力标注为{kind}{hashed(entry, 'sha256', '内容摘要')}"


def _dispatched(entry: Entry, names: Names) -> str:  # noqa: ARG001
    units = entry.get("units")
    return f"把{of(entry)}的{word(entry.get('kind'))}送达 {units} 个单位{hashed(entry, 'sha256', '单位名单摘要')}"


def _acknowledged(entry: Entry, names: Names) -> str:  # noqa: ARG001
    return f"代“{entry.get('unit')}”签收{of(entry)}的{word(entry.get('kind'))}通知"


def _urged(entry: Entry, names: Names) -> str:  # noqa: ARG001
    return f"催办 {entry.get('units')} 个未签收{of(entry)}通知的单位{hashed(entry, 'sha256', '单位名单摘要')}"


def _backfile(entry: Entry, names: Names) -> str:
    """What was done with an older document, which is told by its number alone: it may not be public."""
    which = f"第 {entry.get('backfile')} 号存量文件"
    digest = hashed(entry, "sha256", "意见摘要")
    what = f"审定为“{word(entry.get('disclosure'))}”（{entry.get('unit')}）{digest}"
    giver = f"代“{name(entry.get('for'), names)}”" if entry.get("for") else ""
    told = {
        EntryType.BACKFILE_IMPORTED: f"导入存量文件清单（第 {entry.get('batch')} 批），"
        f"{entry.get('lines')} 行中收下 {entry.get('taken')} 件{hashed(entry, 'sha256', '清单摘要')}",
        EntryType.BACKFILE_FILED: f"变更{which}的电子件，现有 {entry.get('files')} 个"
        f"{hashed(entry, 'sha256', '电子件清单摘要')}",
        EntryType.BACKFILE_ASSIGNED: f"把{which}由“{entry.get('before')}”改派给“{entry.get('unit')}”",
        EntryType.BACKFILE_PROPOSED: f"提议将{which}{what}",
        EntryType.BACKFILE_CONFIRMED: f"{giver}确认将{which}{what}",
        EntryType.BACKFILE_DECLINED: f"{giver}不予确认将{which}{what}",
        EntryType.BACKFILE_CONVERTED: f"把{which}转为{of(entry)}",
    }
    return told[EntryType(entry.type)]


SAYINGS: Mapping[str, Saying] = {
    EntryType.STANDING_PROPOSED: lambda e, n: _standing(e, "提议将"),  # noqa: ARG005
    EntryType.STANDING_CONFIRMED: lambda e, n: _standing(e, "确认将"),  # noqa: ARG005
    EntryType.STANDING_DECLINED: lambda e, n: _standing(e, "不予确认将"),  # noqa: ARG005
    EntryType.STANDING_FOLLOWED: _followed,
    EntryType.DISPATCH_SENT: _dispatched,
    EntryType.DISPATCH_ACKNOWLEDGED: _acknowledged,
    EntryType.DISPATCH_URGED: _urged,
    **{kind: _backfile for kind in EntryType if kind.startswith("backfile.")},
}
