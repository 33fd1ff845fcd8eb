"""What a .docx holds beside its text: tracked changes, comments, hidden text. Told always; settled only when asked.

Settled means the text as its author would see it after accepting every change and deleting every comment.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from docx.oxml.ns import qn

from hub.intake import styles
from hub.intake.notices import Notice, NoticeCode, notice


def _names(*names: str) -> frozenset[str]:
    return frozenset(qn(f"w:{name}") for name in names)


_INSERTED = _names("ins", "moveTo", "cellIns")
_DELETED = _names("del", "moveFrom", "cellDel")
_REFORMED = _names(
    *("cellMerge", "numberingChange", "tblGridChange", "rPrChange", "pPrChange", "tblPrChange", "tblPrExChange"),
    *("tcPrChange", "trPrChange", "sectPrChange"),
)
_MOVES = _names("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd")
_ANCHORS = _names("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef")
_WRAPPING = _names("fldSimple", "dir", "bdo")
_TEXT = _names("t", "delText")
#: Where a mark says of its owner that it came or went: the paragraph's end, the row, the cell.
_OWNERS = {qn("w:rPr"): qn("w:p"), qn("w:trPr"): qn("w:tr"), qn("w:tcPr"): qn("w:tc")}
#: What the converter cannot show, by the ends of the elements' names, with the word for it.
_LOST = {
    "}oMath": "公式",
    "}chart": "图表",
    "}relIds": "智能图形",
    "}OLEObject": "嵌入对象",
    "}altChunk": "嵌入文档",
    "}strike": "删除线",
}


def changes(roots: Iterable[Any]) -> list[Notice]:
    """Say what of the text is still in question: one notice for all tracked changes, none when it is settled."""
    tracked = _INSERTED | _DELETED | _REFORMED
    found = [element for root in roots for element in root.iter() if element.tag in tracked]
    if not found:
        return []
    told = [_said(element) for element in found]
    counts = [("新增", _INSERTED), ("删除", _DELETED), ("格式调整", _REFORMED)]
    kinds = [(name, sum(element.tag in tags for element in found)) for name, tags in counts]
    listed = "、".join(f"{name}{count}处" for name, count in kinds if count)
    words = f"文件中有修订痕迹（{listed}），定稿与否需要确认。可以按接受全部修订后的文本导入，也可以退回作者。"
    sample = next((one for one in told if one), "")
    return [notice(NoticeCode.TRACKED_CHANGES, words, count=len(found), sample=sample)]


def comments(remarks: Iterable[Any], body: Any) -> list[Notice]:
    """Say what is noted in the margin: one notice, none without comments."""
    texts = [_text(element) for root in remarks for element in root.iter(qn("w:comment"))]
    anchors = any(element.tag in _ANCHORS for element in body.iter())
    if not texts and not anchors:
        return []
    words = f"文件中有{max(len(texts), 1)}条批注。批注不会公开，但可能是尚未处理的意见，请确认后再导入。"
    return [notice(NoticeCode.COMMENTS, words, count=max(len(texts), 1), sample=next(iter(texts), ""))]


def settle(root: Any) -> None:
    """Accept every tracked change and take every comment out."""
    for element in [one for one in root.iter() if one.tag in _REFORMED | _MOVES | _ANCHORS]:
        _remove(element)
    # The last first: of paragraphs that run into each other each takes in what the next has taken in already.
    for element in reversed([one for one in root.iter() if one.tag in _DELETED]):
        owner = _owner(element)
        if owner is None or owner.tag != qn("w:p"):
            _remove(element if owner is None else owner)
        else:
            _remove(element)
            _join(owner)
    for element in [one for one in root.iter() if one.tag in _INSERTED]:
        _unwrap(element)


def unwrap(root: Any) -> None:
    """Free the text of what the converter passes over with all that is in it: simple fields, directions, ruby."""
    for ruby in list(root.iter(qn("w:ruby"))):
        for text in list(ruby.iter(qn("w:t"))):
            if next(text.iterancestors(qn("w:rubyBase")), None) is not None:
                ruby.addprevious(text)
        _remove(ruby)
    for element in [one for one in root.iter() if one.tag in _WRAPPING]:
        _unwrap(element)


def drop_hidden(root: Any, book: dict[str, styles.Style]) -> list[str]:
    """Remove hidden runs and table rows (the converter would print them); return the texts that they held."""
    named: dict[Any, str] = {}
    hidden = [run for run in root.iter(qn("w:r")) if _is_hidden(run, book, named)]
    hidden += [row for row in root.iter(qn("w:tr")) if styles.is_on(row.find(qn("w:trPr")), "w:hidden")]
    texts = [text for element in hidden if (text := _text(element))]
    for element in hidden:
        _remove(element)
    return texts


def hidden(texts: list[str]) -> list[Notice]:
    """Say how much hidden text was removed."""
    words = f"文件中有{len(texts)}处隐藏文字，已删除，请核对正文。"
    return [notice(NoticeCode.HIDDEN_TEXT, words, count=len(texts), sample=texts[0])] if texts else []


def lost(root: Any) -> list[Notice]:
    """Say what of the document will not be shown."""
    tags = {str(element.tag) for element in root.iter()}
    names = [word for ending, word in _LOST.items() if any(tag.endswith(ending) for tag in tags)]
    words = f"文件中的{'、'.join(names)}无法转换，已略去或改为普通文字。请核对正文，必要时改用图片。"
    return [notice(NoticeCode.LOST_OBJECTS, words, count=len(names))] if names else []


def _said(element: Any) -> str:
    text = _text(element)
    if not text:
        return ""
    author = element.get(qn("w:author"))
    act = "新增" if element.tag in _INSERTED else "删除" if element.tag in _DELETED else "调整"
    return f"{f'{author} ' if author else ''}{act}“{text}”"


def _text(element: Any) -> str:
    return "".join(_texts(element)).strip()


def _texts(element: Any) -> Iterator[str]:
    for one in element.iter():
        if one.tag in _TEXT and one.text:
            yield one.text


def _owner(element: Any) -> Any:
    """Return what a mark inside properties speaks of, None for one that wraps its text."""
    properties = element.getparent()
    wanted = _OWNERS.get(properties.tag) if properties is not None and not len(element) else None
    return next(element.iterancestors(wanted), None) if wanted else None


def _join(paragraph: Any) -> None:
    """The end of this paragraph is deleted: what follows belongs to it."""
    after = paragraph.getnext()
    if after is None or after.tag != qn("w:p"):
        return
    for child in list(after):
        if child.tag != qn("w:pPr"):
            paragraph.append(child)
    _remove(after)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    for child in list(element):
        element.addprevious(child)
    parent.remove(element)


def _remove(element: Any) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _is_hidden(run: Any, book: dict[str, styles.Style], named: dict[Any, str]) -> bool:
    properties = run.find(qn("w:rPr"))
    own = styles.is_on(properties, "w:vanish")
    if own is not None:
        return own
    paragraph = next(run.iterancestors(qn("w:p")), None)
    if paragraph not in named:
        # Asked once: looking for properties goes through all that a paragraph holds, and some hold thousands of runs.
        named[paragraph] = styles.value(paragraph, "w:pPr", "w:pStyle") or ""
    names = (styles.value(properties, "w:rStyle"), named[paragraph])
    return any(bool(book[name].hidden) for name in names if name in book)
