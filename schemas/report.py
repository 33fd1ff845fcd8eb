"""Reports (报表): tables of counted releases, with the documents behind each number."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field

from schemas.entry import BEIJING
from schemas.particulars import Form
from schemas.release import Frozen, Kind
from schemas.standing import Standing, StandingKind


class ReportName(StrEnum):
    """Which report."""

    NORMATIVE = "normative"  #: 年报表二, 条例第二十条第（一）项 (国办公开办函〔2021〕30号)
    VOLUMES = "volumes"  #: how much was published, by form and by channel
    TIMELINESS = "timeliness"  #: 成文日期 → 正式发布时间, by unit (条例 第二十六条)
    INTERPRETATION = "interpretation"  #: policies that need an interpretation and have one
    COLUMNS = "columns"  #: blank and stale columns (国办秘函〔2019〕19号)


class Figure(StrEnum):
    """Which number of a report the documents are asked of."""

    ISSUED = "issued"  #: 本年制发: officially released in the year
    ENDED = "ended"  #: 本年废止: repealed, expired or withdrawn in the year, and still so at its end
    VALID = "valid"  #: 现行有效 at the end of the year, or today
    BEFORE = "before"  #: 现行有效 at the end of the year before
    ODD = "odd"  #: why the arithmetic does not come out
    PUBLISHED = "published"  #: seen by the public, released in the year
    PUNCTUAL = "punctual"  #: public within its 20 working days, or the special limit
    LATE = "late"  #: public after its 20 working days
    WAITING = "waiting"  #: not public, and its 20 working days are over
    NEEDED = "needed"  #: policies that need an interpretation
    READ = "read"  #: such with one
    PUNCTUAL_READING = "punctual_reading"  #: such whose first interpretation came in time
    MISSING = "missing"  #: such without one
    LATE_READING = "late_reading"  #: such whose first interpretation came too late
    LISTED = "listed"  #: documents that stand in a column of the site
    SHAPED = "shaped"  #: releases with interpretations of one form that the public can see


class Period(Frozen):
    """A year up to its end, or up to today: days as Beijing counts them."""

    year: Annotated[int, Field(ge=1990, le=2199)]
    until: date  #: the last day that is counted
    unit: str = ""  #: whose releases are counted; empty is everybody's

    @classmethod
    def of(cls, year: int, today: date, unit: str = "") -> Self:
        """The year as far as it has come. Raises ValueError for one that has not begun."""
        if year > today.year:
            raise ValueError("a year that has not begun has no report")
        return cls(year=year, until=min(date(year, 12, 31), today), unit=unit)

    @property
    def before(self) -> date:
        """The last day of the year before."""
        return date(self.year - 1, 12, 31)

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(date(self.year, 1, 1), time(), BEIJING)

    @property
    def ends_at(self) -> datetime:
        """The first moment that is not counted any more."""
        return datetime.combine(self.until + timedelta(days=1), time(), BEIJING)


class Which(Frozen):
    """Which documents are asked for. What is left out is any."""

    figure: Figure
    year: Annotated[int, Field(ge=1990, le=2199)] | None = None  #: this year unless told
    form: Kind | Literal["interpretation"] | None = None
    kind: Kind | None = None
    reading: Form | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    channel: Annotated[str, Field(max_length=100)] | None = None
    unit: Annotated[str, Field(max_length=200)] | None = None
    ending: StandingKind | None = None  #: how a normative document ended
    column: Annotated[str, Field(max_length=40)] | None = None  #: of the site, by its code
    after: Annotated[int, Field(ge=0, le=10**15)] = 0  #: the last release of the page before


class Cell(Frozen):
    """One value of a table, and what stands behind it: a list of documents, or one release."""

    value: str | int | None
    query: str = ""  #: of the list, below the report's `documents`
    release: int | None = None


class Sheet(Frozen):
    """One table. The first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


class Report(Frozen):
    """What is shown, saved and answered: the same in every form."""

    name: ReportName
    title: str
    year: int
    until: date
    sheets: tuple[Sheet, ...]
    told: tuple[str, ...] = ()  #: what does not come out, or is over a threshold
    notes: tuple[str, ...] = ()  #: how it was counted, and by which rule
    next: str = ""  #: query of the following lines of a list; empty on the last ones


class Line(Frozen):
    """One document behind a number."""

    release: int
    title: str
    doc_no: str
    unit: str
    signed_on: date | None
    official_on: date | None
    note: str = ""


class Life(Frozen):
    """A normative document about which two people have said something."""

    line: Line
    issued_on: date  #: day of the official time
    effective_on: date | None
    expires_on: date | None  #: as the document itself has it
    said: tuple[Standing, ...]  #: confirmed, in their order
    seen: tuple[tuple[int, date], ...] = ()  #: edition → first day on which the public saw it


class Volume(Frozen):
    """So many documents of one form, released in one month, seen on these channels."""

    kind: Kind
    is_policy: bool
    month: int
    channels: tuple[str, ...]
    count: int


class Span(Frozen):
    """So many releases of one unit or kind that took from one day to another; `end` is None where nothing came."""

    group: str
    start: date
    end: date | None
    count: int
    kind: str = ""  #: which limit it has: a kind of document, or `opened` for an older one that was to be opened


class Shelf(Frozen):
    """One column of the site as its list stands."""

    code: str
    count: int  #: documents that are not withdrawn
    newest_on: date | None
