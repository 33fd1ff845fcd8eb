"""Sheets to fill in: every cell is text, whatever it begins with."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

#: How far down a column offers its choices.
_OFFERED = 5_001


def xlsx(
    pages: Mapping[str, Sequence[Sequence[str]]], widths: Sequence[int], choices: Mapping[str, Sequence[str]]
) -> bytes:
    """A workbook: page → rows, the first of them its head. `choices` are by column letter, on the first page."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in pages.items():
        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        for down, row in enumerate(rows, start=1):
            for across, value in enumerate(row, start=1):
                cell = page.cell(down, across)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"
                if down == 1:
                    cell.font = Font(bold=True)
        for at, width in enumerate(widths):
            page.column_dimensions[chr(ord("A") + at)].width = width
    first = book.worksheets[0]
    for column, offered in choices.items():
        offer = DataValidation("list", formula1=f'"{",".join(offered)}"', allow_blank=True)
        offer.add(f"{column}2:{column}{_OFFERED}")
        first.add_data_validation(offer)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
