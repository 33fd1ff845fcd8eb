"""The text of a .docx with what was left in it: tracked changes, comments, hidden text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hub.intake.inside.gather import CELL, Gathering
from schemas.inspection import Trace

if TYPE_CHECKING:
    from hub.intake.inside.office import Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TRACKED = {
    f"{_W}{name}": said for name, said in (("ins", "新增"), ("del", "删除"), ("moveFrom", "移走"), ("moveTo", "移来"))
}
_PLACES = {"document": "", "header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}


def look(package: "Package", found: Gathering) -> None:
    for name in package.under("word/"):
        place = _PLACES.get(name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789"))
        if place is not None:
            _part(package.tree(name), place, found)
    for name in ("word/comments.xml", "word/commentsExtended.xml"):
        root = package.tree(name)
        for comment in root.iter(f"{_W}comment") if root is not None else ():
            found.add(Trace.COMMENTS, where=comment.get(f"{_W}author", ""), words="".join(_texts(comment)))


def _part(root: Any, place: str, found: Gathering) -> None:
    for element in root.iter():
        if element.tag in _TRACKED:
            author, text = element.get(f"{_W}author", ""), "".join(_texts(element))
            found.add(Trace.CHANGES, where=author, words=f"{_TRACKED[element.tag]}“{text}”" if text else "格式或段落")
        elif isinstance(element.tag, str) and element.tag.endswith("PrChange"):
            found.add(Trace.CHANGES, where=element.get(f"{_W}author", ""), words="格式调整")
        elif element.tag == f"{_W}r" and _is_hidden(element):
            found.add(Trace.HIDDEN_TEXT, where=place, words="".join(_texts(element)))
    _lines(root, place, found)


def _lines(root: Any, place: str, found: Gathering) -> None:
    count = 0
    for paragraph in root.iter(f"{_W}p", f"{_W}tr"):
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue
        if paragraph.tag == f"{_W}tr":
            cells = ("".join(_texts(cell)) for cell in paragraph.iterchildren(f"{_W}tc"))
            found.line(CELL.join(cells), f"{place}表格", in_table=True)
        elif next(paragraph.iterancestors(f"{_W}tc"), None) is None:
            count += 1
            found.line("".join(_texts(paragraph, own=True)), place or f"第{count}段")


def _texts(element: Any, *, own: bool = False) -> Iterator[str]:
    """The text below; `own` without that of paragraphs inside, which come by themselves (text boxes)."""
    for one in element.iter(f"{_W}t", f"{_W}delText", f"{_W}tab", f"{_W}br"):
        if own and next(one.iterancestors(f"{_W}p")) is not element:
            continue
        yield (one.text or "") if one.tag in {f"{_W}t", f"{_W}delText"} else " "


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "1") not in {"0", "false", "off"} and any(_texts(run))
