"""Tables to take away, as CSV and as Excel sheets, in which no cell is ever a formula."""

import csv as writing
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[str | int | None]
#: Spreadsheets take a cell of a CSV file that begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Worksheet:
    """One page of a workbook. Numbers stay numbers; everything else is text, whatever it begins with."""

    title: str
    rows: Iterable[Row]
    heads: int = 1  #: rows above what is listed: bold, and always in sight
    widths: Sequence[float] = ()  #: in letters, from the first column on
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: that a column offers, by its letter


def csv(rows: Iterable[Sequence[object]], *, is_first: bool = False) -> bytes:
    """Some rows; the first ones begin with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writing.writer(text).writerows([_harmless(cell) for cell in one] for one in rows)
    return ("\ufeff" * is_first + text.getvalue()).encode()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def xlsx(*pages: Worksheet) -> bytes:
    """A workbook. A long one takes seconds of a processor: call it in a thread."""
    from hub.web import workbook  # noqa: PLC0415 - 0.1 s of a start, and a thread is nobody's but its caller's

    return workbook.written(pages)
