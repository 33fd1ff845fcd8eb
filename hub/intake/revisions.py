"""Refuses a .docx that is still being discussed, and removes what its reader never saw. What is cut is always told."""

from typing import Any

from docx.oxml.ns import qn

from hub.intake import errors, styles

_TRACKED = frozenset(
    qn(f"w:{name}")
    for name in (
        *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange", "tblGridChange"),
        *("rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "tcPrChange", "trPrChange", "sectPrChange"),
    )
)
_COMMENTED = frozenset(qn(f"w:{name}") for name in ("commentReference", "commentRangeStart", "comment"))
#: What the converter cannot show, by the ends of the elements' names, with the word for it.
_LOST = {
    "}oMath": "公式",
    "}chart": "图表",
    "}relIds": "智能图形",
    "}OLEObject": "嵌入对象",
    "}altChunk": "嵌入文档",
    "}strike": "删除线",
}


def refuse(roots: list[Any]) -> None:
    """Raise IntakeError (`tracked_changes`, `comments`) when any part holds one: the text is not settled."""
    tags = {element.tag for root in roots for element in root.iter()}
    if tags & _TRACKED:
        raise errors.IntakeError(errors.Code.TRACKED_CHANGES)
    if tags & _COMMENTED:
        raise errors.IntakeError(errors.Code.COMMENTS)


def drop_hidden(root: Any, book: dict[str, styles.Style]) -> int:
    """Remove hidden runs and table rows (the converter would print them); return how many held text."""
    hidden = [run for run in root.iter(qn("w:r")) if _is_hidden(run, book)]
    hidden += [row for row in root.iter(qn("w:tr")) if styles.is_on(row.find(qn("w:trPr")), "w:hidden")]
    written = sum(any(text.text for text in element.iter(qn("w:t"))) for element in hidden)
    for element in hidden:
        if element.getparent() is not None:
            element.getparent().remove(element)
    return written


def lost(root: Any) -> list[str]:
    """Say what of the document will not be shown."""
    tags = {str(element.tag) for element in root.iter()}
    words = [word for ending, word in _LOST.items() if any(tag.endswith(ending) for tag in tags)]
    return [f"文件中的{'、'.join(words)}无法转换，已略去或改为普通文字。请核对正文，必要时改用图片。"] if words else []


def _is_hidden(run: Any, book: dict[str, styles.Style]) -> bool:
    properties = run.find(qn("w:rPr"))
    own = styles.is_on(properties, "w:vanish")
    if own is not None:
        return own
    paragraph = next(run.iterancestors(qn("w:p")), None)
    names = (styles.value(properties, "w:rStyle"), styles.value(paragraph, "w:pPr", "w:pStyle") or "")
    return any(bool(book[name].hidden) for name in names if name in book)
