"""年报表二, 条例第二十条第（一）项: 规章 and 行政规范性文件 issued, ended and in force. Pure."""

from hub.core.reports import cells
from hub.core.reports.lives import Account
from schemas.report import Cell, Figure, Period, Report, ReportName, Sheet
from schemas.standing import StandingKind

TITLE = "主动公开政府信息情况（年报表二）"
_HEAD = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
_NOTES = (
    "格式：国办公开办函〔2021〕30号；统计期限为 1 月 1 日至 12 月 31 日，本年统计到当天。",
    "制发：计入正式发布时间所在的年份，不按成文日期。",
    "废止：本年内废止、失效（含有效期届满）或撤回，到期末仍未恢复的；撤回的文件公众已看不到，一并计入。",
    "有效期届满的，从最后一日的次日起失效：12 月 31 日到期的计入下一年。",
    "现行有效：期末有效、已修改和尚未施行的。局机关不制定规章，规章为 0。",
)


def report(
    account: Account, period: Period, *, registered: int | None, unlisted: int, published: int | None = None
) -> Report:
    """The table with its arithmetic.

    `registered` is what the register itself counts as in force today, None for a year that is over; `unlisted` are
    normative documents released in the year that the register does not have; `published` is last year's number as the
    bureau's own report had it.
    """
    told = [*_told(account, period, published)]
    in_force = account.counts[Figure.VALID]
    if registered is not None and registered != in_force:
        told.append(f"规范性文件库现列现行有效 {registered} 件，本表为 {in_force} 件，不一致。")
        told.append("刚办的变更几秒后才进入规范性文件库，请刷新后再看。")
    if unlisted:
        told.append(f"本年正式发布的行政规范性文件有 {unlisted} 件不在规范性文件库中，没有计入。")
    return Report(
        name=ReportName.NORMATIVE,
        title=TITLE,
        year=period.year,
        until=period.until,
        sheets=(_table(account, period), _arithmetic(account, period), _endings(account, period)),
        told=tuple(told),
        notes=_NOTES,
    )


def _table(account: Account, period: Period) -> Sheet:
    figures = (Figure.ISSUED, Figure.ENDED, Figure.VALID)
    ours = tuple(cells.counted(account.counts[figure], figure, period) for figure in figures)
    rules = tuple(cells.text(0) for _ in figures)
    rows = ((cells.text("规章"), *rules), (cells.text("行政规范性文件"), *ours))
    return Sheet(caption="第二十条第（一）项", head=_HEAD, rows=rows)


def _arithmetic(account: Account, period: Period) -> Sheet:
    lines = (
        (f"{period.year - 1} 年末现行有效", Figure.BEFORE),
        ("加：本年制发", Figure.ISSUED),
        ("减：本年废止", Figure.ENDED),
    )
    rows = [(cells.text(name), cells.counted(account.counts[one], one, period)) for name, one in lines]
    rows.append((cells.text("应为现行有效"), cells.text(account.due)))
    rows.append((cells.text("实为现行有效"), cells.counted(account.counts[Figure.VALID], Figure.VALID, period)))
    odd = account.counts[Figure.ODD]
    rows.append((cells.text("对不上的文件"), cells.counted(odd, Figure.ODD, period)))
    return Sheet(caption="勾稽：上年现行有效＋本年制发－本年废止＝现行有效", head=("项目", "件数"), rows=tuple(rows))


def _endings(account: Account, period: Period) -> Sheet:
    names = {StandingKind.REPEALED: "废止", StandingKind.EXPIRED: "失效", StandingKind.WITHDRAWN: "撤回"}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (cells.text(name), cells.counted(account.endings[kind], Figure.ENDED, period, ending=kind.value))
        for kind, name in names.items()
    )
    return Sheet(caption="本年废止件数的构成", head=("情形", "件数"), rows=rows)


def _told(account: Account, period: Period, published: int | None) -> list[str]:
    counts, told = account.counts, []
    if account.gap:
        sum_ = f"{counts[Figure.BEFORE]}＋{counts[Figure.ISSUED]}－{counts[Figure.ENDED]}＝{account.due}"
        told.append(f"勾稽不符：{sum_}，实有 {counts[Figure.VALID]} 件，相差 {account.gap:+d} 件。")
    if counts[Figure.ODD]:
        told.append(f"有 {counts[Figure.ODD]} 件使算式对不上，逐件理由见“对不上的文件”。")
    if published is not None and published != counts[Figure.BEFORE]:
        was = f"上年年报公布现行有效 {published} 件，文件库推算 {period.year - 1} 年末为 {counts[Figure.BEFORE]} 件"
        told.append(f"{was}，相差 {counts[Figure.BEFORE] - published:+d} 件：请核对后在年报中说明。")
    return told
