"""How guessing is slowed down: some free attempts, then pauses that double, up to a bound. Time is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.session import Throttle

#: The longest pause: whoever locks somebody else out on purpose keeps them out no longer than this after the last try.
LONGEST = timedelta(minutes=30)
FIRST = timedelta(minutes=1)


@dataclass(frozen=True)
class Rule:
    """`free` attempts in vain before the first pause; after `forgotten` without one the count begins anew."""

    free: int
    forgotten: timedelta


#: By login and by person: nobody mistypes a password five times in a row.
PERSON = Rule(free=5, forgotten=timedelta(days=1))
#: By address: a whole office may share one.
ADDRESS = Rule(free=30, forgotten=timedelta(minutes=15))


def pause(failures: int, rule: Rule) -> timedelta:
    """How long to wait after so many attempts in vain: 1, 2, 4, 8, 16, then 30 minutes each time."""
    if failures < rule.free:
        return timedelta()
    return min(LONGEST, FIRST * (1 << min(failures - rule.free, 10)))


def is_locked(throttle: Throttle, now: datetime) -> bool:
    return throttle.locked_until is not None and throttle.locked_until > now


def counted(throttle: Throttle, rule: Rule, now: datetime) -> Throttle:
    """The throttle with one more attempt, counted as in vain before it is known: a crash in between costs one."""
    fresh = throttle.failed_at is None or throttle.failed_at + rule.forgotten < now
    failures = 1 if fresh else throttle.failures + 1
    wait = pause(failures, rule)
    return Throttle(key=throttle.key, failures=failures, failed_at=now, locked_until=now + wait if wait else None)


def forgiven(throttle: Throttle, rule: Rule) -> Throttle:
    """The throttle after the attempt that was counted last proved right."""
    failures = max(throttle.failures - 1, 0)
    until = throttle.locked_until if failures >= rule.free else None
    return throttle.model_copy(update={"failures": failures, "locked_until": until})
