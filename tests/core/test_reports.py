"""The arithmetic of reports."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core import deadlines
from hub.core.reports import cells, lives, normative, shelves, timeliness
from hub.core.reports.worked import Worked, cutoff
from schemas.columns import COLUMNS
from schemas.report import Figure, Life, Line, Period, Report, Shelf, Span
from schemas.rulebook import USUAL
from schemas.standing import Standing, StandingKind

TODAY = date(2026, 11, 26)
LINE = Line(release=1, title="办法", doc_no="", unit="", signed_on=None, official_on=None)
DAYS = st.dates(date(2022, 1, 1), TODAY)
#: 国庆 2026 with its make-up days, at random places: whatever the calendar, the arithmetic is the same.
CALENDARS = st.dictionaries(st.dates(date(2022, 1, 1), date(2026, 12, 31)), st.booleans(), max_size=30)


def said(kind: StandingKind, day: date, *, expires_on: date | None = None, edition: int = 1) -> Standing:
    return Standing(
        id=1,
        release=1,
        kind=kind,
        reason="x",
        ground="",
        successor=None,
        effective_on=day,
        expires_on=expires_on,
        proposed_by="",
        proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
        edition=edition,
    )


def life(issued_on: date, *marks: Standing, expires_on: date | None = None, back_on: date | None = None) -> Life:
    seen = ((1, issued_on), *(((2, back_on),) if back_on else ()))
    return Life(line=LINE, issued_on=issued_on, effective_on=None, expires_on=expires_on, said=marks, seen=seen)


def year(number: int) -> Period:
    return Period.of(number, TODAY)


def counted(one: Life, number: int) -> set[str]:
    return {figure.value for figure in lives.figures(one, year(number))}


def test_a_repeal_moves_a_document_out_of_force_in_its_year() -> None:
    one = life(date(2024, 3, 1), said(StandingKind.REPEALED, date(2025, 6, 1)))
    assert counted(one, 2023) == set()
    assert counted(one, 2024) == {"issued", "valid"}
    assert counted(one, 2025) == {"ended", "before"}
    assert counted(one, 2026) == set()


def test_the_last_day_still_counts_and_an_extension_moves_it() -> None:
    assert counted(life(date(2024, 3, 1), expires_on=date(2024, 12, 31)), 2024) == {"issued", "valid"}
    assert counted(life(date(2024, 3, 1), expires_on=date(2024, 12, 31)), 2025) == {"ended", "before"}
    longer = said(StandingKind.IN_FORCE, date(2024, 12, 1), expires_on=date(2029, 1, 1))
    assert counted(life(date(2024, 3, 1), longer, expires_on=date(2024, 12, 31)), 2025) == {"before", "valid"}


def test_a_mark_after_the_last_day_does_not_move_the_end_to_its_own_year() -> None:
    one = life(date(2023, 3, 1), said(StandingKind.EXPIRED, date(2025, 2, 1)), expires_on=date(2024, 6, 30))
    assert counted(one, 2024) == {"ended", "before"}
    assert lives.ended_on(one, TODAY) == date(2024, 7, 1)


def test_what_does_not_come_out_is_named() -> None:
    imported = life(date(2026, 3, 1), said(StandingKind.REPEALED, date(2020, 1, 1)))
    assert counted(imported, 2026) == {"issued", "odd"}
    restored = life(
        date(2023, 3, 1), said(StandingKind.REPEALED, date(2024, 5, 1)), said(StandingKind.IN_FORCE, date(2025, 5, 1))
    )
    assert counted(restored, 2024) == {"before", "ended"}
    assert counted(restored, 2025) == {"valid", "odd"}
    account = lives.account(Counter(), [imported, restored], year(2025))
    assert account.gap == 1
    whole = normative.report(account, year(2025), registered=None, unlisted=0, published=3)
    assert any("勾稽不符：0＋0－0＝0，实有 1 件" in words for words in whole.told)
    assert any("上年年报公布现行有效 3 件" in words for words in whole.told)
    (note,) = [one.note for one in lives.behind([restored], Figure.ODD, year(2025))]
    assert "恢复有效" in note


def test_a_withdrawal_ends_it_until_a_later_edition_is_seen() -> None:
    gone = said(StandingKind.WITHDRAWN, date(2025, 5, 1))
    assert counted(life(date(2024, 3, 1), gone), 2025) == {"ended", "before"}
    assert counted(life(date(2024, 3, 1), gone, back_on=date(2025, 5, 9)), 2025) == {"before", "valid"}
    account = lives.account(Counter(), [life(date(2024, 3, 1), gone)], year(2025))
    assert account.endings == {StandingKind.WITHDRAWN: 1, StandingKind.EXPIRED: 0}


MARKS = st.lists(
    st.builds(
        said,
        st.sampled_from(StandingKind),
        DAYS,
        expires_on=st.none() | DAYS,
        edition=st.integers(1, 2),
    ),
    max_size=4,
)


@given(st.lists(st.tuples(DAYS, MARKS, st.none() | DAYS, st.none() | DAYS), max_size=6), st.integers(2021, 2026))
def test_the_years_hang_together(
    given_: list[tuple[date, list[Standing], date | None, date | None]], number: int
) -> None:
    """One year's 现行有效 begins the next one, and the arithmetic is short by what is named, and only by that."""
    some = [life(issued, *marks, expires_on=last, back_on=back) for issued, marks, last, back in given_]
    account = lives.account(Counter(), some, year(number))
    earlier = lives.account(Counter(), some, year(number - 1))
    assert account.counts[Figure.BEFORE] == earlier.counts[Figure.VALID]
    assert abs(account.gap) <= account.counts[Figure.ODD]
    assert sum(account.endings.values()) == account.counts[Figure.ENDED]
    if not account.counts[Figure.ODD]:
        assert account.gap == 0
    for figure in account.counts:
        assert len(lives.behind(some, figure, year(number))) == account.counts[figure]


@given(st.lists(DAYS, min_size=2, max_size=8), CALENDARS)
def test_many_pairs_are_counted_as_one_is(days: list[date], calendar: dict[date, bool]) -> None:
    counted_ = Worked(days, calendar)
    for start in days:
        assert counted_.between(start, days[0]) == deadlines.between(start, days[0], calendar)


@given(DAYS, CALENDARS)
def test_what_waits_too_long_is_what_the_workbench_calls_overdue(today: date, calendar: dict[date, bool]) -> None:
    last = cutoff(today, deadlines.DISCLOSURE_DAYS, calendar)
    for day in (last, last + timedelta(days=1)):
        is_overdue = deadlines.disclosure(day, today, calendar).urgency is deadlines.Urgency.OVERDUE
        assert is_overdue == (day <= last)


def rows(report: Report, sheet: int = 0) -> list[list[str | int | None]]:
    return [[cell.value for cell in row] for row in report.sheets[sheet].rows]


def test_a_unit_is_late_from_the_day_after_its_twentieth() -> None:
    signed = date(2026, 11, 2)
    # The twentieth working day is a Monday, 30 November.
    spans = [
        Span(group="规划处", start=signed, end=date(2026, 11, 30), count=2),
        Span(group="规划处", start=signed, end=date(2026, 12, 1), count=1),
    ]
    whole = timeliness.report(spans, [], Period(year=2026, until=date(2026, 12, 31)), {})
    assert rows(whole) == [["规划处", 3, 2, "66.6%", 1, 21, "20.3"]]
    assert any("暂定" in words for words in whole.told)


def test_shares_are_never_rounded_up_to_all() -> None:
    assert cells.share(9999, 10000) == "99.9%"
    assert cells.share(3, 3) == "100.0%"
    assert cells.share(0, 0) == "—"


def test_columns_are_blank_stale_or_near_it() -> None:
    found = [
        Shelf(code="tzgg", count=3, newest_on=TODAY - timedelta(days=USUAL.notice_days)),
        Shelf(code="zcwj", count=9, newest_on=TODAY - timedelta(days=USUAL.notice_days + 1)),
        Shelf(code="hygk", count=1, newest_on=TODAY - timedelta(days=3)),
        Shelf(code="zfxxgkzn", count=1, newest_on=date(2019, 1, 1)),
    ]
    whole = shelves.report(found, {"网站": TODAY, "微信": None}, USUAL, year(2026), TODAY)
    how = {row[0]: row[-1] for row in rows(whole)}
    assert (how["通知公告"], how["政策文件"], how["会议公开"]) == ("临近超期", "超期未更新", "正常")
    assert how["政府信息公开指南"] == "正常", "a guide needs no news"
    assert how["政策解读"] == "空白"
    blank = sum(one == "空白" for one in how.values())
    assert f"空白栏目 {blank} 个，达到单项否决的 {USUAL.blank_stops} 个。" in whole.told
    assert set(how) < {one.name for one in COLUMNS.values()}
