"""How wide a table is: of many columns each gets room, and the table scrolls in its own frame. Pure."""

import bs4

#: A table of more columns than this scrolls; so wide is each of them then, in pixels.
COLUMNS, COLUMN_WIDTH = 3, 96
WIDEST = 100


def columns(table: bs4.Tag) -> int:
    """The number of columns of the widest row, as far as it says."""
    rows = (row.find_all(["td", "th"]) for row in table.find_all("tr"))
    return max((sum(_span(cell) for cell in row) for row in rows), default=0)


def _span(cell: bs4.Tag) -> int:
    said = str(cell.get("colspan") or "1")
    return min(int(said), WIDEST) if said.isascii() and said.isdigit() else 1
