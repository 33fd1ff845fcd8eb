"""A report as lines of words."""

from collections.abc import Iterator

from schemas.report import Report


def head(report: Report) -> tuple[str, ...]:
    """What stands above the tables."""
    return (report.title, f"{report.year} 年，统计到 {report.until:%Y-%m-%d}", *report.told)


def lines(report: Report) -> Iterator[tuple[str, ...]]:
    """All of it, cell by cell."""
    yield from ((line,) for line in head(report))
    for sheet in report.sheets:
        yield ()
        yield (sheet.caption,)
        yield sheet.head
        yield from (tuple(said(cell.value) for cell in row) for row in sheet.rows)
    yield ()
    yield from ((note,) for note in report.notes)


def said(value: str | int | None) -> str:
    """One cell."""
    return "" if value is None else str(value)
