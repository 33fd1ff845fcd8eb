"""A .docx document's styles, each with what it inherits: only what intake asks about. Never trusts a chain to end."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

_OFF = {"0", "false", "off", "none"}
#: Word refuses deeper chains than 11; a circle ends here.
_MAX_DEPTH = 20
#: What the converter reads of a style: its name, and a list that it belongs to.
_READ = frozenset((qn("w:name"), qn("w:pPr")))


@dataclass(frozen=True)
class Style:
    """What a style sets, after inheritance; None where nothing in the chain does."""

    based_on: str | None = None
    hidden: bool | None = None
    alignment: str | None = None
    num_id: str | None = None
    level: int | None = None


def read(root: Any) -> dict[str, Style]:
    """Return every style of `w:styles` by its id, and under "" the one of paragraphs that name none."""
    own: dict[str, Style] = {}
    for element in root.iterchildren(qn("w:style")):
        own[str(element.get(qn("w:styleId")))] = style = _own(element)
        if element.get(qn("w:type")) == "paragraph" and element.get(qn("w:default"), "0").lower() not in _OFF:
            own[""] = style
    return {name: _inherited(own, style) for name, style in own.items()}


def slim(root: Any) -> None:
    """Take out what no converter of ours reads: most of a style sheet, and most of the time that reading it costs."""
    for style in list(root.iterchildren(qn("w:style"), qn("w:latentStyles"))):
        if style.tag == qn("w:latentStyles"):
            root.remove(style)
        for form in style.findall("*"):
            if form.tag not in _READ:
                style.remove(form)


def is_on(properties: Any, name: str) -> bool | None:
    """Tell whether the on/off property is set on, set off, or (None) not set."""
    if properties is None or (flag := properties.find(qn(name))) is None:
        return None
    return str(flag.get(qn("w:val"), "1")).lower() not in _OFF


def value(properties: Any, *path: str) -> str | None:
    """Return `w:val` of the element at the path below the properties."""
    element = properties
    for name in path:
        element = None if element is None else element.find(qn(name))
    return None if element is None else element.get(qn("w:val"))


def number(written: str | None, *, most: int) -> int | None:
    """Read a count from the file; None when it is none or out of range."""
    return int(written) if written and written.isascii() and written.isdigit() and int(written[:9]) <= most else None


def parts(document: Any, names: Iterable[str]) -> list[Any]:
    """Return the package's parts under these names (`/word/footnotes.xml`)."""
    wanted = set(names)
    return [part for part in document.part.package.iter_parts() if str(part.partname) in wanted]


def _own(style: Any) -> Style:
    paragraph, run = style.find(qn("w:pPr")), style.find(qn("w:rPr"))
    return Style(
        based_on=value(style, "w:basedOn"),
        hidden=is_on(run, "w:vanish"),
        alignment=value(paragraph, "w:jc"),
        num_id=value(paragraph, "w:numPr", "w:numId"),
        level=number(value(paragraph, "w:numPr", "w:ilvl"), most=8),
    )


def _inherited(own: dict[str, Style], style: Style) -> Style:
    above = style.based_on
    for _ in range(_MAX_DEPTH):
        parent = own.get(above) if above else None
        if parent is None:
            break
        missing = {name: getattr(parent, name) for name in ("hidden", "alignment", "num_id", "level")}
        style = replace(style, **{name: what for name, what in missing.items() if getattr(style, name) is None})
        above = parent.based_on
    return style
