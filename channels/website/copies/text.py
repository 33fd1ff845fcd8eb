"""Clean HTML as paragraphs, tables and pictures, the way a word processor thinks of them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import html  # type: ignore[import-untyped]

from channels.website.copies import numerals
from channels.website.copies.blocks import Align, Block, Cell, Image, Paragraph, Run, Table
from schemas import markup

#: How a run differs from its paragraph, by tag.
MARKS = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic", "u": "underline", "sub": "sub", "sup": "sup"}
#: A table wider than this is no table; it keeps hostile spans from filling memory.
MAX_COLUMNS = 200
#: Cells of a table that a span may fill.
MAX_CELLS = 100_000
#: What a browser folds; the wide blank of Chinese text is a character like others.
BLANKS = re.compile("[ \t\n\r\f]+")


@dataclass(frozen=True)
class _Context:
    kind: str = "p"
    align: Align = ""
    indented: bool = True
    depth: int = 0
    marks: frozenset[str] = frozenset()
    href: str = ""


@dataclass
class _Line:
    """The paragraph that is being filled."""

    context: _Context
    runs: list[Run] = field(default_factory=list)
    lead: str = ""


def blocks(body: str) -> tuple[Block, ...]:
    """Return the text's blocks in order. Any clean body gives an answer."""
    root = html.fragment_fromstring(body, create_parent="div")
    return tuple(_blocks(root, _Context()))


def _blocks(element: html.HtmlElement, context: _Context, lead: str = "") -> Iterator[Block]:
    """The blocks within an element; `lead` opens its first paragraph."""
    line = _Line(context, lead=lead)
    yield from _children(element, context, line)
    yield from _flush(line)


def _children(element: html.HtmlElement, context: _Context, line: _Line) -> Iterator[Block]:
    _say(line, element.text, context)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            line.runs.append(Run("\n", context.marks))
        elif tag == "img":
            yield from _flush(line)
            yield Image(child.get("src", "").removeprefix("blob:"), child.get("alt", ""))
        elif tag in markup.BLOCKS:
            yield from _flush(line)
            yield from _block(child, tag, context, line)
        elif tag:
            yield from _children(child, _inline(child, tag, context), line)
        _say(line, child.tail, context)


def _block(child: html.HtmlElement, tag: str, context: _Context, line: _Line) -> Iterator[Block]:
    inner = _styled(child, replace(context, marks=frozenset(), href=""))
    lead, line.lead = line.lead, ""
    if tag == "table":
        yield from _table(child)
    elif tag in {"ol", "ul"}:
        yield from _list(child, tag, replace(inner, depth=context.depth + 1))
    elif tag == "hr":
        yield Paragraph("rule")
    elif tag in {"h2", "h3", "h4", "h5", "h6"}:
        yield from _blocks(child, replace(inner, kind=tag), lead)
    elif tag in {"caption", "figcaption"}:
        yield from _blocks(child, replace(inner, kind="caption", align="center", indented=False), lead)
    elif tag == "blockquote":
        yield from _blocks(child, replace(inner, kind="quote"), lead)
    else:
        yield from _blocks(child, inner, lead)


def _styled(element: html.HtmlElement, context: _Context) -> _Context:
    named = element.get("class", "").split()
    if "doc-title" in named:
        return replace(context, kind="title", align="center", indented=False)
    if "align-center" in named:
        return replace(context, align="center", indented=False)
    if "align-right" in named or "signature" in named:
        return replace(context, align="right", indented=False)
    return replace(context, indented=context.indented and "no-indent" not in named)


def _inline(element: html.HtmlElement, tag: str, context: _Context) -> _Context:
    marks = context.marks | {MARKS[tag]} if tag in MARKS else context.marks
    return replace(context, marks=marks, href=element.get("href", "") if tag == "a" else context.href)


def _say(line: _Line, text: str | None, context: _Context) -> None:
    """White space folds as in a browser; a tab or a line's end in the source is one blank."""
    folded = BLANKS.sub(" ", text or "")
    if not line.runs or line.runs[-1].text.endswith(("\n", " ")):
        folded = folded.removeprefix(" ")
    if folded:
        line.runs.append(Run(folded, context.marks, context.href))


def _flush(line: _Line) -> Iterator[Block]:
    runs, line.runs = line.runs, []
    while runs and not runs[-1].text.strip():
        runs.pop()
    if not runs:
        return
    if line.lead:
        runs.insert(0, Run(line.lead))
        line.lead = ""
    of = line.context
    yield Paragraph(of.kind, tuple(runs), of.align, of.indented, of.depth)


def _list(element: html.HtmlElement, tag: str, context: _Context) -> Iterator[Block]:
    number = int(element.get("start", "1")) if tag == "ol" else 0
    for child in element:
        if child.tag == "li":
            lead = f"{numerals.numeral(number, element.get('type', '1'))}. " if tag == "ol" else "• "
            yield from _blocks(child, replace(context, kind="item", indented=False), lead)
            number += 1
        elif isinstance(child.tag, str):
            yield from _blocks(child, context)


def _table(element: html.HtmlElement) -> Iterator[Block]:
    for caption in element.iterchildren("caption"):
        yield from _blocks(caption, _Context(kind="caption", align="center", indented=False))
    yield laid(element)


def laid(element: html.HtmlElement) -> Table:
    """A table's cells, each at its column, past what cells above still fill."""
    rows = list(_rows(element))
    heads = 0
    while heads < len(rows) and rows[heads].getparent().tag == "thead":
        heads += 1
    return _laid(rows, heads)


def _rows(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for child in element.iterchildren("thead", "tbody", "tfoot", "tr"):
        if child.tag == "tr":
            yield child
        else:
            yield from child.iterchildren("tr")


def _laid(rows: list[html.HtmlElement], heads: int) -> Table:
    taken: dict[tuple[int, int], bool] = {}
    laid: list[tuple[tuple[int, Cell], ...]] = []
    width = 1
    for at, row in enumerate(rows):
        column, found = 0, []
        for cell in row.iterchildren("td", "th"):
            while (at, column) in taken:
                column += 1
            if column >= MAX_COLUMNS or len(taken) >= MAX_CELLS:
                break
            columns = min(int(cell.get("colspan", "1")), MAX_COLUMNS - column)
            below = min(int(cell.get("rowspan", "1")), len(rows) - at)
            columns = next((n for n in range(columns) if (at, column + n) in taken), columns)
            taken |= {(at + down, column + along): True for down in range(below) for along in range(columns)}
            found.append((column, _cell(cell, below, columns)))
            column += columns
        width = max(width, column)
        laid.append(tuple(found))
    return Table(tuple(laid), heads, max([width, *(column + 1 for _, column in taken)]))


def _cell(element: html.HtmlElement, rows: int, columns: int) -> Cell:
    is_head = element.tag == "th"
    context = _styled(element, _Context(kind="cell", indented=False, align="center" if is_head else ""))
    return Cell(tuple(_blocks(element, replace(context, kind="cell", indented=False))), rows, columns, is_head)
