"""A .txt or .csv: nothing but its lines."""

import csv
import io

from hub.intake import decode
from hub.intake.inside.gather import CELL, Gathering


def look(ending: str, data: bytes, found: Gathering) -> None:
    text = decode.decode(data)
    if ending == ".csv":
        for count, row in enumerate(csv.reader(io.StringIO(text), strict=False), start=1):
            found.line(CELL.join(row), f"第{count}行", in_table=True)
    else:
        for count, line in enumerate(text.split("\n"), start=1):
            found.line(line, f"第{count}行")
