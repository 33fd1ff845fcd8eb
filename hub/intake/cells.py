"""A stranger's spreadsheet to rows of text: the first sheet of an .xlsx, or a .csv. Runs in the bounded child alone.

No formula is evaluated and no link followed; what a cell shows is read as it was last saved.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from hub.intake import archive, decode, errors

MAX_ROWS = 20_000  #: the empty ones between included: a sheet may claim a million
MAX_COLUMNS = 60
MAX_CELL = 5_000
MAX_CHARACTERS = 4_000_000
_ZIP = b"PK\x03\x04"


def read(data: bytes) -> list[list[str]]:
    """Return the rows, the empty ones too, so that they are counted as the spreadsheet counts them.

    Raises IntakeError, or whatever the library raises on a broken file.
    """
    rows = _workbook(data) if data.startswith(_ZIP) else csv.reader(io.StringIO(decode.decode(data)), strict=False)
    return list(_bounded(rows))


def pack(rows: list[list[str]]) -> bytes:
    return json.dumps({"rows": rows}, ensure_ascii=False).encode()


def _workbook(data: bytes) -> Iterator[Iterable[Any]]:
    archive.check(data, needed=archive.WORKBOOK)
    from openpyxl import load_workbook  # noqa: PLC0415 - a .csv need not wait for it

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # What the file says of its own size may be a lie.
    sheet.reset_dimensions()
    return sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)  # type: ignore[no-any-return]


def _bounded(rows: Iterable[Iterable[Any]]) -> Iterator[list[str]]:
    size = 0
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise errors.IntakeError(errors.Code.TOO_LONG, "表格行数过多，请拆成几个文件，并删去末尾的空行。")
        cells = [_text(cell) for cell in list(row)[:MAX_COLUMNS]]
        if (size := size + sum(map(len, cells))) > MAX_CHARACTERS:
            raise errors.IntakeError(errors.Code.TOO_LONG, "表格内容过多，请拆成几个文件。")
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:MAX_CELL]
