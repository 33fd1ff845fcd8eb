"""How tables are put together. Pure."""

from collections.abc import Sequence
from urllib.parse import urlencode

from schemas.report import Cell, Figure, Line, Period, Report, ReportName, Sheet, Which

_HEAD = ("编号", "标题", "发文字号", "单位", "成文日期", "正式发布", "说明")


def text(value: str | int | None) -> Cell:
    """A value with nothing behind it."""
    return Cell(value=value)


def counted(count: int, figure: Figure, period: Period, **which: object) -> Cell:
    """A number with the documents behind it; nothing is behind a zero."""
    named: dict[str, object] = {"figure": figure.value, "year": period.year}
    named |= {name: one for name, one in ({"unit": period.unit} | which).items() if one}
    return Cell(value=count, query=urlencode(named) if count else "")


def query(which: Which, after: int) -> str:
    """The question for the lines behind this release."""
    return urlencode(which.model_dump(mode="json", exclude_none=True) | {"after": after})


def share(part: int, whole: int) -> str:
    """A percentage rounded down, so that only all of them are 100 %."""
    return f"{part * 1000 // whole / 10:.1f}%" if whole else "—"


def documents(name: ReportName, title: str, period: Period, lines: Sequence[Line], following: str) -> Report:
    """The documents behind a number."""
    rows = tuple(
        (
            Cell(value=one.release, release=one.release),
            Cell(value=one.title, release=one.release),
            text(one.doc_no),
            text(one.unit),
            text(one.signed_on.isoformat() if one.signed_on else ""),
            text(one.official_on.isoformat() if one.official_on else ""),
            text(one.note),
        )
        for one in lines
    )
    sheet = Sheet(caption=title, head=_HEAD, rows=rows)
    return Report(
        name=name, title=title, year=period.year, until=period.until, sheets=(sheet,) if rows else (), next=following
    )
