"""Reads from when to when a document is in force off its sentences: 自…起施行, 有效期…. Suggests; a person confirms."""

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hub.chinese import numerals
from hub.intake.notices import Notice, NoticeCode, notice
from schemas.draft import Hint
from schemas.text import one_line

_MAX_SENTENCE = 300
_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")
_CHINESE_DAY = r"[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
_DAY = rf"(\d{{4}}年\d{{1,2}}月\d{{1,2}}日|{_CHINESE_DAY})"
_IN_FORCE = r"(?:正式)?(?:施行|实施|执行|生效)"
_FROM_DAY = re.compile(rf"自{_DAY}(?:之日)?起{_IN_FORCE}")
_FROM_ACT = re.compile(rf"自(印发|下发|发文|发布|公布|公开)之日起(?:[一二三四五六七八九十\d]{{1,3}}日后)?{_IN_FORCE}")
_DELAY = re.compile(r"日后")
_FOR = re.compile(r"有效期(?:限)?(?:为|是)?[：:]?\s*([一二三四五六七八九十\d]{1,3})\s*(年|个月)")
_UNTIL = re.compile(rf"(?:有效期(?:限)?(?:截?至|到|为[^。；]{{0,20}}至)|{_IN_FORCE}至){_DAY}")
#: What another document provides is no term of this one.
_OTHERS = re.compile(r"《[^》]*》[^，,]{0,12}(?:自|有效期)")


def read(lines: Sequence[str], known: dict[str, Hint]) -> tuple[dict[str, Hint], list[Notice]]:
    """Return the hints `effective_on` and `expires_on` with their sentences, and what to tell when no date follows yet.

    `known` holds what else was recognised: 自印发之日起 means 印发日期 or, where that is not said, 成文日期.
    """
    hints: dict[str, Hint] = {}
    told: list[Notice] = []
    for sentence in _sentences(lines):
        if "effective_on" not in hints and not told:
            hints |= _begin(sentence, known)
            told += _on_release(sentence) if "effective_on" not in hints else []
        if "expires_on" not in hints:
            begin = hints.get("effective_on", known.get("signed_on"))
            hints |= _end(sentence, None if told else begin)
    return hints, told


def _sentences(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if "起" in line or "有效期" in line:
            yield from (one_line(one)[:_MAX_SENTENCE] for one in _SENTENCE.findall(line) if not _OTHERS.search(one))


def _begin(sentence: str, known: dict[str, Hint]) -> dict[str, Hint]:
    if match := _FROM_DAY.search(sentence):
        day = numerals.written_date(match[1])
        return {"effective_on": Hint(value=day.isoformat(), sentence=sentence)} if day else {}
    match = _FROM_ACT.search(sentence)
    if match and match[1] in {"印发", "下发", "发文"} and not _DELAY.search(match[0]):
        said = known.get("printed_on", known.get("signed_on"))
        return {"effective_on": Hint(value=said.value, sentence=sentence, sure=False)} if said else {}
    return {}


def _on_release(sentence: str) -> list[Notice]:
    if not (match := _FROM_ACT.search(sentence)):
        return []
    message = f"正文写明“{match[0]}”，从正文推算不出施行日期。请按正式发布的日期填写，或在发布后补填。"
    return [notice(NoticeCode.EFFECTIVE_ON_RELEASE, message, sample=sentence)]


def _end(sentence: str, begin: Hint | None) -> dict[str, Hint]:
    if (match := _UNTIL.search(sentence)) and (day := numerals.written_date(match[1])):
        return {"expires_on": Hint(value=day.isoformat(), sentence=sentence)}
    if not (match := _FOR.search(sentence)) or begin is None:
        return {}
    length = int(match[1]) if match[1].isdigit() else numerals.counted(match[1])
    last = _last(date.fromisoformat(begin.value), (length or 0) * (12 if match[2] == "年" else 1))
    # Whether the last day is the eve or the anniversary is a matter of local custom: never sure.
    return {"expires_on": Hint(value=last.isoformat(), sentence=sentence, sure=False)} if length and last else {}


def _last(begin: date, months: int) -> date | None:
    """Return the eve of the day so many months later."""
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    if not 1 <= year < date.max.year:
        return None
    return date(year, month + 1, min(begin.day, calendar.monthrange(year, month + 1)[1])) - timedelta(days=1)
