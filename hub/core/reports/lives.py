"""What a normative document counts as in a year: issued, ended, in force. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from hub.core import validity
from schemas.card import Validity
from schemas.report import Figure, Life, Line, Period
from schemas.standing import Standing, StandingKind

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Account:
    """The numbers of a year."""

    counts: Counter[Figure] = field(default_factory=Counter)
    endings: Counter[StandingKind] = field(default_factory=Counter)  #: 废止, 失效, 撤回 of those that ended

    @property
    def due(self) -> int:
        """What must be in force now: what was, and what came, less what ended."""
        return self.counts[Figure.BEFORE] + self.counts[Figure.ISSUED] - self.counts[Figure.ENDED]

    @property
    def gap(self) -> int:
        """How much more is in force than must be; 0 when the arithmetic comes out."""
        return self.counts[Figure.VALID] - self.due


def ended(life: Life, day: date) -> StandingKind | None:
    """How it had ended on the day; None while it held, or was still to come into force."""
    if any(_is_withdrawn(life, one, day) for one in life.said):
        return StandingKind.WITHDRAWN
    said = [one for one in life.said if one.kind is not StandingKind.WITHDRAWN and one.effective_on <= day]
    current = said[-1] if said else None
    judged, _ = validity.judge(current, life.effective_on, validity.last_day(life.expires_on, said), day)
    return _ENDINGS.get(judged)


_ENDINGS = {Validity.REPEALED: StandingKind.REPEALED, Validity.EXPIRED: StandingKind.EXPIRED}


def _is_withdrawn(life: Life, said: Standing, day: date) -> bool:
    """Whether the withdrawal held: it was made, and no later edition had been seen."""
    if said.kind is not StandingKind.WITHDRAWN or said.effective_on > day:
        return False
    return all(said.governs(edition) or seen_on > day for edition, seen_on in life.seen)


def ended_on(life: Life, day: date) -> date | None:
    """The first day of the end that holds on this day; None while it holds, or when it never began."""
    turns = {one.effective_on for one in life.said} | {seen_on for _, seen_on in life.seen}
    turns |= {last + _DAY for last in (life.expires_on, *(one.expires_on for one in life.said)) if last}
    since = None
    for turn in sorted((one for one in turns if one <= day), reverse=True):
        if ended(life, turn) is None:
            break
        since = turn
    return since


def figures(life: Life, period: Period) -> set[Figure]:
    """The numbers of the year that it is counted in."""
    if life.issued_on > period.until:
        return set()
    over, since = ended(life, period.until), ended_on(life, period.until)
    was = life.issued_on <= period.before and ended(life, period.before) is None
    judged = {
        Figure.ISSUED: life.issued_on.year == period.year,
        Figure.ENDED: over is not None and since is not None and since > period.before,
        Figure.VALID: over is None,
        Figure.BEFORE: was,
    }
    found = {figure for figure, holds in judged.items() if holds}
    is_odd = judged[Figure.VALID] - was - judged[Figure.ISSUED] + judged[Figure.ENDED] != 0
    return found | {Figure.ODD} if is_odd else found


def account(plain: Counter[Figure], lives: Iterable[Life], period: Period) -> Account:
    """Add up. `plain` are those about which nobody said anything: they end by their own last day alone."""
    whole = Account(Counter(plain), Counter({StandingKind.EXPIRED: plain[Figure.ENDED]}))
    for life in lives:
        found = figures(life, period)
        whole.counts.update(found)
        if Figure.ENDED in found and (how := ended(life, period.until)):
            whole.endings[how] += 1
    return whole


def behind(lives: Iterable[Life], figure: Figure, period: Period, ending: StandingKind | None = None) -> list[Line]:
    """Those that are counted in this number, each with why; of those that ended, maybe only those that ended so."""
    found = [life for life in lives if figure in figures(life, period)]
    if ending is not None:
        found = [life for life in found if ended(life, period.until) is ending]
    return [life.line.model_copy(update={"note": _note(life, figure, period)}) for life in found]


def _note(life: Life, figure: Figure, period: Period) -> str:
    since, how = ended_on(life, period.until), ended(life, period.until)
    said = f"{since:%Y-%m-%d} 起{_HOW[how]}" if since and how else ""
    if figure is not Figure.ODD:
        return said if figure is Figure.ENDED else ""
    if said and life.issued_on.year == period.year:
        return f"本年制发，但{said}，早于正式发布的年份"
    return f"上年末已经终止，本年恢复有效后{said}" if said else "上年末已经终止，本年又恢复有效"


_HOW = {StandingKind.REPEALED: "废止", StandingKind.EXPIRED: "失效", StandingKind.WITHDRAWN: "撤回"}
