"""What differs between two editions beside the words: fields, documents, attachments. Each change in Chinese."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from hub.core.redline import source
from schemas import filled
from schemas.edition import Edition
from schemas.kinds import FIELDS
from schemas.relation import Relation
from schemas.release import Attachment, Document, Frozen, Metadata
from schemas.words import relation, word

#: Every field of `Metadata` by the name that the form gives it, in the form's order; a test misses none.
LABELS = {
    "kind": "文件类别",
    "title": "标题",
    "doc_no": "发文字号",
    "index_no": "索引号",
    "issuer": "发文机关",
    "addressees": "主送机关",
    "theme": "主题分类",
    "disclosure": "公开属性",
    "disclosure_ground": "不予公开的理由",
    "secrecy": "密级标志",
    "note": "附注",
    "signed_on": "成文日期",
    "printed_on": "印发日期",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "keywords": "关键词",
    "relations": "与其他文件的关系",
}


class What(StrEnum):
    """What happened to a thing between two editions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(Frozen):
    """One difference. `place` is a field (`signed_on`) or a document (`policy`), as findings name their places."""

    what: What
    place: str
    label: str  #: what it is called, e.g. 成文日期, 正文, 附件
    old: str = ""  #: as a person reads it; "" where there was nothing
    new: str = ""


def changes(before: Edition, after: Edition) -> tuple[Change, ...]:
    """Return what differs, in the order of the form and then of the documents. Equal editions give nothing.

    That a body changed is told by its length alone: `redline` shows how.
    """
    return (*_fields(before.metadata, after.metadata), *_documents(before, after))


def _fields(before: Metadata, after: Metadata) -> Iterator[Change]:
    for name, label in LABELS.items():
        yield from _field(name, label, getattr(before, name), getattr(after, name))
    for name, one in FIELDS.items():
        old, new = getattr(before.particulars, name), getattr(after.particulars, name)
        yield from _field(name, one.label, filled.read(old), filled.read(new))


def _field(place: str, label: str, before: Any, after: Any) -> Iterator[Change]:
    old, new = _read(before), _read(after)
    if old != new:
        what = What.CHANGED if old and new else What.ADDED if new else What.REMOVED
        yield Change(what=what, place=place, label=label, old=old, new=new)


def _read(value: Any) -> str:
    if isinstance(value, StrEnum):
        return word(value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return "、".join(relation(one) if isinstance(one, Relation) else one for one in value)
    return value or ""


def _documents(before: Edition, after: Edition) -> Iterator[Change]:
    old = {document.name: document for document in before.documents}
    new = {document.name: document for document in after.documents}
    for name in sorted(old | new, key=_order):
        if name not in old or name not in new:
            what, document = (What.REMOVED, old[name]) if name in old else (What.ADDED, new[name])
            side = "old" if name in old else "new"
            yield Change(what=what, place=name, label=word(document.role), **{side: document.title})
        else:
            yield from _document(old[name], new[name])


def _order(name: str) -> tuple[bool, int]:
    return name != "policy", int(name.rpartition("-")[2]) if name != "policy" else 0


def _document(old: Document, new: Document) -> Iterator[Change]:
    yield from _field(old.name, "文件标题", old.title, new.title)
    yield from _field(old.name, "摘要", old.summary, new.summary)
    yield from _field(old.name, "解读形式", old.form, new.form)
    if old.body != new.body:
        sizes = {"old": _size(old.body), "new": _size(new.body)}
        yield Change(what=What.CHANGED, place=old.name, label="正文", **sizes)
    yield from _files(old.name, "附件", old.attachments, new.attachments)


def _size(body: str) -> str:
    return f"{len(source.letters(body))}字"


def _files(place: str, label: str, old: tuple[Attachment, ...], new: tuple[Attachment, ...]) -> Iterator[Change]:
    before, after = ({file.name: file for file in files} for files in (old, new))
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            what = What.ADDED if was is None else What.REMOVED
            yield Change(what=what, place=place, label=label, **{"new" if was is None else "old": name})
        elif was.sha256 != now.sha256:
            files = {"old": f"{name}（{was.size}字节）", "new": f"{name}（{now.size}字节）"}
            yield Change(what=What.CHANGED, place=place, label=label, **files)
    if tuple(before) != tuple(after) and set(before) == set(after):
        yield Change(what=What.CHANGED, place=place, label=f"{label}次序", old="、".join(before), new="、".join(after))
