"""Days that cannot be, days still to come, and days that text and metadata say differently."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from hub.core.checks.finding import Finding, found
from hub.core.checks.known import Known
from hub.core.checks.reading import Reading
from schemas.edition import Edition

_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_SINCE = re.compile(r"自\s*((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日\s*(?:起)?\s*(?:施行|实施|执行|生效)")
_UNTIL = re.compile(r"有效期(?:限)?(?:截?至|到|为?至)\s*((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日")
#: What the document says of itself, and no other: 本办法自……起施行.
_ITSELF = re.compile(r"(?:本(?:办法|规定|意见|通知|细则|规则|方案|标准|文件|决定|公告|规程|导则|指南)|^)[^。；]{0,6}$")
_MOST = 20


def future(edition: Edition, _readings: Sequence[Reading], known: Known) -> Iterator[Finding]:
    """What is signed and printed is over; nothing is said without knowing the day."""
    meta = edition.metadata
    for name, called in (("signed_on", "成文日期"), ("printed_on", "印发日期")):
        day = getattr(meta, name)
        if day and known.today and day > known.today:
            yield found("date_in_future", name, f"{called} {day} 还没有到。请核对有没有写错年月日。")


def impossible(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        wrong = ((line, match) for line in reading.lines for match in _DAY.finditer(line.text) if _day(match) is None)
        for (line, match), _ in zip(wrong, range(_MOST), strict=False):
            message = f"“{reading.document.title}”中的“{match[0]}”不是一个日子。请核对。"
            yield found("no_such_day", reading.name, message, passage=reading.passage(line, *match.span()))


def told(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """施行日期 and 失效日期 as the policy's own last articles have them."""
    meta, reading = edition.metadata, readings[0]
    pairs = (
        (_SINCE, "effective_on", "施行日期", meta.effective_on),
        (_UNTIL, "expires_on", "失效日期", meta.expires_on),
    )
    for pattern, place, called, ours in pairs:
        for line in reading.lines if ours else ():
            for match in pattern.finditer(line.text):
                day = _day(match)
                if day and day != ours and _ITSELF.search(line.text[: match.start()]):
                    message = f"正文写的是 {day}，要素中的{called}是 {ours}。请核对后改正其一。"
                    yield found("day_differs", place, message, passage=reading.passage(line, *match.span()))


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
