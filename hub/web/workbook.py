"""Writes pages as an Excel workbook, row by row."""

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hub.web.tabular import Worksheet

#: How far down a column offers its choices.
_OFFERED = 5_001
_BOLD = Font(bold=True)


def written(pages: Iterable[Worksheet]) -> bytes:
    """The workbook's bytes."""
    book = Workbook(write_only=True)
    for page in pages:
        _page(book.create_sheet(page.title), page)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def clean(value: str) -> str:
    """Without what XML cannot hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", value))


def _page(sheet: Any, page: Worksheet) -> None:
    # What stands above the rows in the file is written with the first of them.
    if page.heads:
        sheet.freeze_panes = f"A{page.heads + 1}"
    for at, width in enumerate(page.widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for column, offered in page.choices.items():
        offer = DataValidation("list", formula1=f'"{",".join(offered)}"', allow_blank=True)
        offer.add(f"{column}{page.heads + 1}:{column}{_OFFERED}")
        sheet.data_validations.append(offer)
    for down, row in enumerate(page.rows):
        sheet.append([_cell(sheet, value, bold=down < page.heads) for value in row])


def _cell(sheet: Any, value: str | int | None, *, bold: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value="")
    if isinstance(value, int):
        cell.value = value
    else:
        # The type is said last: the value alone would make a formula of what begins like one.
        cell.value, cell.data_type = clean(value or ""), "s"
    if bold:
        cell.font = _BOLD
    return cell
