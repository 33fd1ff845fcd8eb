"""Reads what only some kinds of documents have off their text: a closing date, a session, a year. Suggests only.

What a text is about is taken from its title; of which kind it is, a person says, and only then are these shown.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from hub.chinese import numerals
from schemas.draft import Hint
from schemas.text import one_line

_MAX_SENTENCE = 300
_MOST = 400  #: lines that are looked through
_DAY = r"(\d{4}年\d{1,2}月\d{1,2}日)"
_UNTIL = r"(?=[^。；]{0,8}(?:前|止|截止)|[，。；]?$|\s*[（(])"
_CLOSES = re.compile(rf"(?:截止(?:日期|时间)?[为是至：:]?|[于在至])\s*{_DAY}{_UNTIL}")
_ASKED = re.compile("意见|反馈|征集|截止")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_POST = re.compile(r"(?:通信|通讯|邮寄|来信|联系)地址[：:为是]\s*([^。；;]{4,100})")
_HELD = re.compile(rf"{_DAY}[^。]{{0,40}}(?:召开|主持)")
_SESSION = re.compile(r"(?:\d{4}年)?(?:度)?第[\d一二三四五六七八九十]{1,4}次[\u4e00-\u9fff]{0,14}会议?")
_YEAR = re.compile(r"(\d{4})年(?:度)?[^\d]{0,30}(?:年度报告|年报)")
_VERSION = re.compile(r"(\d{4}年版|\d{4}版)")

_Read = Callable[[str], str | None]


def read(title: str, lines: Sequence[str]) -> dict[str, Hint]:
    """Return the hints by the names of `schemas.kinds`, each with the sentence that it was read from."""
    hints: dict[str, Hint] = {}
    for words, readers in _KINDS.items():
        if words in title:
            hints |= _first(readers, (title, *lines[:_MOST]))
    return hints


def _first(readers: Mapping[str, _Read], lines: Sequence[str]) -> dict[str, Hint]:
    found: dict[str, Hint] = {}
    for sentence in _sentences(lines):
        for name, reader in readers.items():
            if name not in found and (value := reader(sentence)):
                found[name] = Hint(value=value, sentence=sentence, sure=False)
    return found


def _sentences(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield from (one for part in line.split("。") if (one := one_line(part)[:_MAX_SENTENCE]))


def _day(pattern: re.Pattern[str], sentence: str) -> str | None:
    match = pattern.search(sentence)
    day = numerals.written_date(match[1]) if match else None
    return day.isoformat() if day else None


def _closes(sentence: str) -> str | None:
    return _day(_CLOSES, sentence) if _ASKED.search(sentence) else None


def _held(sentence: str) -> str | None:
    return _day(_HELD, sentence)


def _part(pattern: re.Pattern[str], group: int = 0) -> _Read:
    def part(sentence: str) -> str | None:
        match = pattern.search(sentence)
        return match[group].strip() if match else None

    return part


#: Words of a title → what is looked for in the text.
_KINDS: Mapping[str, Mapping[str, _Read]] = {
    "征求意见": {"closes_on": _closes, "feedback_email": _part(_MAILBOX), "feedback_post": _part(_POST, 1)},
    "会议": {"held_on": _held, "session": _part(_SESSION)},
    "报告": {"report_year": _part(_YEAR, 1)},
    "清单": {"list_version": _part(_VERSION)},
}
