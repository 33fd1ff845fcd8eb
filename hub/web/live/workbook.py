"""One long list as an Excel sheet, in which no cell is ever a formula."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE


def xlsx(title: str, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> bytes:
    """A workbook of one page, the first row its head."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + at)].width = width
    for one in rows:
        sheet.append([_cell(sheet, value) for value in one])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: object, value: str) -> WriteOnlyCell:
    """A cell that is text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    return cell
