"""The cells of an .xlsx with what was left in it: hidden sheets, rows and columns, comments."""

import re
from decimal import Decimal, InvalidOperation
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped]

from hub.intake.inside.gather import CELL, Gathering
from schemas.inspection import Trace

if TYPE_CHECKING:
    from hub.intake.inside.office import Package

_M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMNS = 60
_ROWS = 20_000
_PLACE = re.compile(r"([A-Z]+)\d+")


def look(package: "Package", found: Gathering) -> None:
    targets = {link.get("Id"): link.get("Target", "") for link in package.tree("xl/_rels/workbook.xml.rels")}
    strings = _strings(package)
    for sheet in package.tree("xl/workbook.xml").iter(f"{_M}sheet"):
        name = sheet.get("name", "")
        if sheet.get("state") in {"hidden", "veryHidden"}:
            found.add(Trace.HIDDEN_SHEET, words=f"工作表“{name}”")
        part = "xl/" + targets.get(sheet.get(_ID), "").removeprefix("/xl/").removeprefix("xl/")
        if part in package.names:
            found.line(name)
            _sheet(package.read(part), f"工作表“{name}”", strings, found)
    _remarks(package, found)


def _remarks(package: "Package", found: Gathering) -> None:
    for part in [*package.under("xl/comments"), *package.under("xl/threadedComments/")]:
        for comment in package.tree(part).iter():
            if isinstance(comment.tag, str) and etree.QName(comment).localname in {"comment", "threadedComment"}:
                found.add(Trace.COMMENTS, where=comment.get("ref", ""), words="".join(comment.itertext()).strip())
    if package.under("xl/revisions/"):
        found.add(Trace.CHANGES, words="共享工作簿的修订记录")
    for part in package.under("xl/externalLinks/"):
        found.add(Trace.OUTSIDE, words=f"外部工作簿 {part.rpartition('/')[2]}")


def _strings(package: "Package") -> list[str]:
    root = package.tree("xl/sharedStrings.xml")
    if root is None:
        return []
    # What is printed over Chinese as its reading is no part of the text.
    return [
        "".join(text.text or "" for text in item.iter(f"{_M}t") if text.getparent().tag != f"{_M}rPh") for item in root
    ]


def _sheet(data: bytes, where: str, strings: list[str], found: Gathering) -> None:
    hidden: list[str] = []
    events = etree.iterparse(BytesIO(data), tag=(f"{_M}row", f"{_M}col"), resolve_entities=False, no_network=True)
    for _, element in islice(events, _ROWS):
        if element.tag == f"{_M}col":
            if element.get("hidden") in {"1", "true"}:
                hidden.append(f"第{element.get('min')}至{element.get('max')}列")
            continue
        cells = _cells(element, strings)
        row = element.get("r", "")
        if any(cells):
            if element.get("hidden") in {"1", "true"}:
                hidden.append(f"第{row}行")
            found.line(CELL.join(cells), f"{where}第{row}行", in_table=True)
        element.clear()
    for one in hidden[:5]:
        found.add(Trace.HIDDEN_ROWS, where=where, words=one)


def _cells(row: Any, strings: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(f"{_M}c"):
        place = _PLACE.match(cell.get("r", ""))
        column = _number(place[1]) if place else len(cells) + 1
        if column > _COLUMNS:
            break
        cells += [""] * (column - len(cells) - 1)
        cells.append(_value(cell, strings))
    return cells


def _value(cell: Any, strings: list[str]) -> str:
    value = cell.findtext(f"{_M}v") or ""
    match cell.get("t"):
        case "s":
            return strings[int(value)] if value.isdigit() and int(value) < len(strings) else ""
        case "inlineStr":
            return "".join(text.text or "" for text in cell.iter(f"{_M}t"))
    if "E+" in value.upper():  # eighteen figures typed as a number have lost the last three
        try:
            return str(int(Decimal(value)))
        except (InvalidOperation, ValueError, OverflowError):
            return value
    return value


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number
