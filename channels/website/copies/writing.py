"""The main part of a Word file: blocks as WordprocessingML, and what they refer to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from channels.website.copies import inline, parts, tables, text
from channels.website.copies.blocks import Block, Cell, Image, Paragraph, Run, Table
from channels.website.copies.pictures import Picture
from channels.website.copies.sheet import FACTS, SAID, Sheet
from channels.website.words import WORDS

STYLES = {
    "p": "Body",
    "h2": "Heading1",
    "h3": "Heading2",
    "h4": "Heading3",
    "h5": "Heading3",
    "h6": "Heading3",
    "item": "Item",
    "caption": "Caption",
    "quote": "Quote",
    "title": "Section",
    "cell": "Cell",
}
OUTSIDE = ' TargetMode="External"'
EMU = 9_525  #: of a pixel on a screen


class Writer:
    """Writes the main part, and remembers what it refers to."""

    def __init__(self, found: Mapping[str, Picture]) -> None:
        self._pictures = found
        self._targets: dict[tuple[str, str], str] = {}  #: (kind, target) → id
        self._drawn = 0

    def body(self, sheet: Sheet) -> str:
        width = parts.TEXT_WIDTH
        found = list(text.blocks(sheet.body))
        if sheet.addressed and found and isinstance(found[0], Paragraph):
            found[0] = Paragraph("p", found[0].runs, found[0].align, indented=False)
        written = [
            parts.paragraph("Title", inline.said(Run(sheet.title))),
            parts.paragraph("Number", inline.said(Run(sheet.number))) if sheet.number else "",
            *(self._turned(part) if _is_broad(part[-1]) else self._blocks(part, width) for part in _parted(found)),
            self._about(sheet, width),
            _section(),
        ]
        return f"{parts.HEAD}<w:document {parts.SPACES}><w:body>{''.join(written)}</w:body></w:document>"

    def _turned(self, part: Sequence[Block]) -> str:
        """A table that no upright page holds, on broad pages of its own."""
        before, after = (parts.paragraph("Mark", "", _section(broad=broad)) for broad in (False, True))
        return before + self._blocks(part, parts.TEXT_HEIGHT) + after

    def relations(self) -> str:
        """What the main part refers to."""
        fixed = [
            f'<Relationship Id="rId{n}" Type="{parts.R}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(parts.REFERRED, 1)
        ]
        own = [
            f'<Relationship Id="{name}" Type="{parts.R}/{kind}" Target={quoteattr(target)}'
            f"{OUTSIDE if kind == 'hyperlink' else ''}/>"
            for (kind, target), name in self._targets.items()
        ]
        return f'{parts.HEAD}<Relationships xmlns="{parts.REL}">{"".join(fixed + own)}</Relationships>'

    def media(self) -> dict[str, bytes]:
        """The pictures that are shown."""
        shown = {target for kind, target in self._targets if kind == "image"}
        named = {_target(name, one): one for name, one in self._pictures.items()}
        return {f"word/{target}": named[target].data for target in sorted(shown)}

    def _refer(self, kind: str, target: str) -> str:
        return self._targets.setdefault((kind, target), f"rId{len(parts.REFERRED) + len(self._targets) + 1}")

    def _blocks(self, found: Iterable[Block], width: int, cell: str = "") -> str:
        """`cell` is the style of what stands in a table; tables side by side would become one, so a line parts them."""
        written: list[str] = []
        was_table = False
        for block in found:
            is_table = isinstance(block, Table)
            if is_table and was_table:
                written.append(parts.paragraph(cell or "Caption", ""))
            written.append(self._block(block, width, cell))
            was_table = is_table
        if cell and (was_table or not written):
            written.append(parts.paragraph(cell, ""))
        return "".join(written)

    def _block(self, block: Block, width: int, cell: str) -> str:
        if isinstance(block, Table):
            return self._table(block, width)
        if isinstance(block, Image):
            return self._image(block, width, cell)
        if block.kind == "rule":
            line = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>'
            return parts.paragraph(cell or "Picture", "", line)
        style = cell or STYLES[block.kind]
        return parts.paragraph(style, self._runs(block.runs), _set(block, in_cell=bool(cell)))

    def _runs(self, runs: Sequence[Run]) -> str:
        return "".join(self._linked(run) if run.href else inline.said(run) for run in runs)

    def _linked(self, run: Run) -> str:
        return f'<w:hyperlink r:id="{self._refer("hyperlink", run.href)}">{inline.said(run)}</w:hyperlink>'

    def _image(self, image: Image, width: int, cell: str) -> str:
        found = self._pictures.get(image.sha256)
        if found is None:
            return parts.paragraph(cell or "Picture", inline.said(Run(f"［图片：{image.alt or '无法显示'}］")))
        room = min(parts.PICTURE_WIDTH, width * 635)  # twentieths of a point
        scale = min(1.0, room / (found.width * EMU), parts.PICTURE_HEIGHT / (found.height * EMU))
        across, down = int(found.width * EMU * scale), int(found.height * EMU * scale)
        self._drawn += 1
        drawn = inline.drawing(self._refer("image", _target(image.sha256, found)), self._drawn, image.alt, across, down)
        return parts.paragraph("Picture", f"<w:r>{drawn}</w:r>")

    def _table(self, table: Table, width: int) -> str:
        return tables.table(table, width, self._blocks)

    def _about(self, sheet: Sheet, width: int) -> str:
        """On a page of its own: the text itself ends as it was approved."""
        rows = [*((label, (Run(said),)) for label, said in sheet.facts if said)]
        rows += [(WORDS["attachments"], (Run(name, href=address),)) for name, address in sheet.attachments]
        rows.append((WORDS["address"], (Run(sheet.address, href=sheet.address),)))
        table = Table(
            rows=tuple(
                (
                    (0, Cell((Paragraph("cell", (Run(label),), indented=False),), is_head=True)),
                    (1, Cell((Paragraph("cell", tuple(runs), indented=False),))),
                )
                for label, runs in rows
            ),
            heads=0,
            columns=2,
        )
        heading = parts.paragraph("Section", inline.said(Run(FACTS)), "<w:pageBreakBefore/>")
        return heading + self._table(table, width) + parts.paragraph("Note", inline.said(Run(SAID)))


def _is_broad(block: Block) -> bool:
    return isinstance(block, Table) and block.columns >= tables.BROAD


def _parted(found: Sequence[Block]) -> Iterator[list[Block]]:
    """Broad tables with their captions by themselves, and what stands between them."""
    part: list[Block] = []
    for block in found:
        if _is_broad(block):
            caption = part.pop() if part and isinstance(part[-1], Paragraph) and part[-1].kind == "caption" else None
            if part:
                yield part
            yield [caption, block] if caption else [block]
            part = []
        else:
            part.append(block)
    if part:
        yield part


def _target(name: str, picture: Picture) -> str:
    return f"media/{name[:16]}.{picture.ending}"


def _set(paragraph: Paragraph, *, in_cell: bool) -> str:
    """What a paragraph has that its style has not."""
    given = []
    if not in_cell and paragraph.kind == "item" and paragraph.depth > 1:
        left = 640 * paragraph.depth
        chars = 200 * paragraph.depth
        given.append(f'<w:ind w:leftChars="{chars}" w:left="{left}" w:hangingChars="100" w:hanging="320"/>')
    elif not in_cell and not paragraph.indented and paragraph.kind in {"p", "h2", "h3", "h4", "h5", "h6"}:
        right = ' w:rightChars="200" w:right="640"' if paragraph.align == "right" else ""
        given.append(f'<w:ind{right} w:firstLineChars="0" w:firstLine="0"/>')
    if paragraph.align and paragraph.kind != "title":
        given.append(f'<w:jc w:val="{paragraph.align}"/>')
    return "".join(given)


def _section(*, broad: bool = False) -> str:
    width, height = parts.PAGE[::-1] if broad else parts.PAGE
    margins = " ".join(f'w:{side}="{size}"' for side, size in (parts.TURNED if broad else parts.MARGINS).items())
    turn = ' w:orient="landscape"' if broad else ""
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{parts.FOOTER_ID}"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{turn}/><w:pgMar {margins}/></w:sectPr>'
    )
