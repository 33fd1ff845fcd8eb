"""What is said of a release until its button: written, submitted, reviewed, countersigned, published."""

from collections.abc import Mapping

from hub.core.chronicle.entry import Entry, Names, document, name, word
from hub.core.chronicle.parts import SHORT, Saying, hashed, moment, of, sealed
from schemas import filled
from schemas.entry import EntryType


def _for(entry: Entry) -> str:
    return f"代表{entry.get('unit')}" if entry.get("unit") else ""


def _edited(entry: Entry, names: Names) -> str:  # noqa: ARG001
    what = entry.get("what")
    part = "公文要素" if what == "metadata" else document(what)
    return f"修改了{of(entry)} 的{part}{_told(entry)}{hashed(entry, 'sha256', '修改后摘要')}"


def _told(entry: Entry) -> str:
    """Which fields of its kind were changed, or what form an interpretation has now."""
    named = entry.data.get("particulars")
    if isinstance(named, list) and named:
        return f"（{'、'.join(filled.label(str(name)) for name in named)}）"
    form = entry.get("form")
    return f"（解读形式：{word(form)}）" if form else ""


def _submitted(entry: Entry, names: Names) -> str:  # noqa: ARG001
    skips = "、".join(word(one) for one in entry.get("skips").split(",") if one)
    lane = f"，应急发布，不经{skips}，发布后补签{hashed(entry, 'sha256', '理由摘要')}" if entry.get("lane") else ""
    return f"把{of(entry)}提交审核{lane}{sealed(entry)}"


def _reviewed(entry: Entry, names: Names) -> str:
    level, decision = word(entry.get("level")), word(entry.get("decision"))
    giver = f"代“{name(entry.get('for'), names)}”" if entry.get("for") else ""
    return f"{giver}对{of(entry)}作出{level}结论：{decision}{sealed(entry)}"


def _countersigned(entry: Entry, names: Names) -> str:
    level, verdict = word(entry.get("level")), word(entry.get("verdict"))
    giver = f"代“{name(entry.get('for'), names)}”" if entry.get("for") else ""
    then = f"，并提议撤回（第 {entry.get('standing')} 号提议）" if entry.get("standing") else ""
    return f"{giver}补签应急发布的{of(entry)}的{level}：{verdict}{then}{sealed(entry)}"


def _derived(entry: Entry, names: Names) -> str:  # noqa: ARG001
    found = entry.data.get("grounds")
    grounds = "；".join(f"{ground} {count} 处" for ground, count in found.items()) if isinstance(found, dict) else ""
    origin = f"政策发布 {entry.get('origin')} 的第 {entry.get('origin_edition')} 版"
    return f"由{origin}（摘要 {entry.get('origin_digest')[:SHORT]}…）制作公开版本{of(entry)}，删去：{grounds}"


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
    return f"{lane}决定发布{of(entry)}，渠道：{to}，计划时间 {moment(entry.get('planned_at'))}{sealed(entry)}"


SAYINGS: Mapping[str, Saying] = {
    EntryType.RELEASE_CREATED: lambda e, n: f"{_for(e)}新建{of(e)}{hashed(e, 'metadata_sha256', '公文要素摘要')}",  # noqa: ARG005
    EntryType.RELEASE_EDITED: _edited,
    EntryType.RELEASE_SUBMITTED: _submitted,
    EntryType.RELEASE_COUNTERSIGNED: _countersigned,
    EntryType.RELEASE_DERIVED: _derived,
    EntryType.RELEASE_REVIEWED: _reviewed,
    EntryType.RELEASE_APPROVED: lambda e, n: f"签发之后，{of(e)}各级审核全部通过{sealed(e)}",  # noqa: ARG005
    EntryType.RELEASE_PUBLISHED: _published,
}
