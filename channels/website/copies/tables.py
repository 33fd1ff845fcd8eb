"""A table in WordprocessingML: a grid in which every place is some cell's, spanned ones included."""

from collections.abc import Callable, Mapping, Sequence

from channels.website.copies import parts
from channels.website.copies.blocks import Block, Cell, Paragraph, Table

#: Columns from which a table's characters become smaller, and from which its page is turned: it must fit.
SMALL, TINY, BROAD = 8, 13, 10
#: What stands in a cell of this width, in this style.
Inner = Callable[[Sequence[Block], int, str], str]


def table(table: Table, width: int, inner: Inner) -> str:
    """Return the table's element."""
    style = "Cell" if table.columns < SMALL else "CellSmall" if table.columns < TINY else "CellTiny"
    widths = _widths(table, width)
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/><w:jc w:val="center"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{_rows(table, widths, style, inner)}</w:tbl>"
    )


def _rows(table: Table, widths: Sequence[int], style: str, inner: Inner) -> str:
    hanging: dict[int, tuple[int, int]] = {}  #: column → rows that are still to come, columns
    written: list[str] = []
    for at, row in enumerate(table.rows):
        own = dict(row)
        cells: list[str] = []
        column = 0
        while column < table.columns:
            if cell := own.get(column):
                step = cell.columns
                cells.append(_cell(cell, sum(widths[column : column + step]), style, inner))
                if cell.rows > 1:
                    hanging[column] = (cell.rows - 1, step)
            elif column in hanging:
                rest, step = hanging.pop(column)
                cells.append(_tc(sum(widths[column : column + step]), step, "<w:vMerge/>", parts.paragraph(style, "")))
                if rest > 1:
                    hanging[column] = (rest - 1, step)
            else:
                step = _gap(column, table.columns, own, hanging)
                cells.append(_tc(sum(widths[column : column + step]), step, "", parts.paragraph(style, "")))
            column += step
        head = "<w:tblHeader/>" if at < table.heads else ""
        written.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>")
    return "".join(written)


def _cell(cell: Cell, width: int, style: str, inner: Inner) -> str:
    more = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
    more += '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if cell.is_head else ""
    return _tc(width, cell.columns, more, inner(cell.blocks, width, style))


def _gap(column: int, columns: int, own: Mapping[int, Cell], hanging: Mapping[int, object]) -> int:
    """How many columns nothing stands in."""
    end = column + 1
    while end < columns and end not in own and end not in hanging:
        end += 1
    return end - column


def _tc(width: int, columns: int, more: str, inner: str) -> str:
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    about = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{more}<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{inner}</w:tc>"


def _widths(table: Table, width: int) -> list[int]:
    """Shares by how much stands in a column, none so narrow that a word of four characters breaks if it need not."""
    said = [4.0] * table.columns
    for row in table.rows:
        for column, cell in row:
            if cell.columns == 1:
                longest = max((len(one.text) for one in cell.blocks if isinstance(one, Paragraph)), default=0)
                said[column] = max(said[column], min(float(longest), 40.0))
    shares = [one**0.7 for one in said]
    return [max(int(width * share / sum(shares)), 200) for share in shares]
