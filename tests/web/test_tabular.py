"""Tables to take away: whatever a cell begins with, no spreadsheet runs it."""

import csv
import io
import zipfile

import pytest
from openpyxl import load_workbook

from hub.web import tabular
from hub.web.tabular import Worksheet

OPENINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULAS = [f"{opening}HYPERLINK(0)" for opening in OPENINGS]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_of_a_csv_file_is_led_in_where_it_begins_like_a_formula(formula: str) -> None:
    (row,) = csv.reader(io.StringIO(tabular.csv([(formula, f"甲{formula}", 5, None)]).decode(), newline=""))
    assert row == [f"'{formula}", f"甲{formula}", "5", ""]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_of_a_workbook_is_text_whatever_it_begins_with(formula: str) -> None:
    data = tabular.xlsx(Worksheet("甲", [("题",), (formula,)]))
    cell = load_workbook(io.BytesIO(data)).worksheets[0].cell(2, 1)
    assert (cell.data_type, cell.value) == ("s", formula)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_csv_file_is_marked_once_and_its_lines_end_as_the_form_demands() -> None:
    assert tabular.csv([("题", "数")], is_first=True) == "\ufeff题,数\r\n".encode()
    assert tabular.csv([("甲", 1)]) == "甲,1\r\n".encode()


def test_a_workbook_keeps_numbers_widths_heads_and_choices_and_leaves_out_what_it_cannot_hold() -> None:
    first = Worksheet(
        "甲", [("总题",), ("题", "数"), ("坏\x00字\x1b", -3)], heads=2, widths=(24,), choices={"B": ("有", "无")}
    )
    book = load_workbook(io.BytesIO(tabular.xlsx(first, Worksheet("乙", [("说明",)], heads=0))))
    page, told = book.worksheets
    assert [[cell.value for cell in row] for row in page] == [["总题", None], ["题", "数"], ["坏字", -3]]
    assert [row[0].font.bold for row in page] == [True, True, False]
    assert (page.freeze_panes, page.column_dimensions["A"].width) == ("A3", 24)
    ((offer),) = page.data_validations.dataValidation
    assert (offer.formula1, str(offer.sqref)) == ('"有,无"', "B3:B5001")
    assert (told.title, told.freeze_panes, told.cell(1, 1).font.bold) == ("乙", None, False)
