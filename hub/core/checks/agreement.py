"""Do the text and the metadata say the same: title, number, date; and does the interpretation name its policy."""

import re
from collections.abc import Iterator, Sequence

from hub.chinese import numerals
from hub.core import passages
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Line, Reading
from schemas.edition import Edition

#: What heads a document stands within so many lines.
_HEAD = 8
_TITLE_LINES = 4
_NUMBER = r"[\u4e00-\u9fff]{2,20}〔\d{4}〕[1-9]\d{0,5}号"
_ALONE = re.compile(_NUMBER)
_CITED = re.compile(rf"[（(]({_NUMBER})[）)]")
#: What a 通知 prints and distributes is often known by its own name alone.
_ISSUED = re.compile(r"关于(?:印发|公布|发布|转发|批转)《?(.{4,}?)》?的通知")
_INNER = re.compile(r"《([^《》]{2,})》")


def titles(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    title = edition.metadata.title
    if edition.policy.title != title:
        message = f"政策文件的标题“{edition.policy.title}”与要素中的标题“{title}”不一致。请核对后统一。"
        yield found("title_differs", "policy", message)
    for reading in readings:
        if lines := leading_title(reading):
            message = "正文开头重复了标题，页面上会出现两遍。请删去正文中的这一段。"
            passage = passages.cut(reading.name, reading.letters, 0, lines[-1].letter(len(lines[-1].text)))
            yield found("title_repeated", reading.name, message, passage=passage)


def leading_title(reading: Reading) -> Sequence[Line]:
    """Return the first lines when they say the title and nothing else: the page shows it by itself."""
    title = "".join(reading.document.title.split())
    for count in range(1, _TITLE_LINES + 1):
        lines = reading.lines[:count]
        if lines and "".join("".join(line.text.split()) for line in lines) == title:
            return lines
    return ()


def numbers(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """发文字号 on a line of its own at the head of the policy, and behind the policy's title wherever that is cited."""
    ours = edition.metadata.doc_no
    for line in readings[0].lines[:_HEAD]:
        words = "".join(line.text.split())
        if not line.in_table and _ALONE.fullmatch(words) and words != ours:
            message = f"正文中的发文字号“{words}”与要素中的“{ours or '（空）'}”不一致。请核对后改正其一。"
            yield found("doc_no_differs", "doc_no", message, passage=readings[0].passage(line))
            return
    first = readings[0].lines[0] if readings[0].lines else None
    if first and _ALONE.fullmatch("".join(first.text.split())):
        message = "正文开头重复了发文字号，页面上会出现两遍。请删去正文中的这一段。"
        yield found("doc_no_repeated", "policy", message, passage=readings[0].passage(first))
    for reading in readings:
        yield from _cited(reading, edition.metadata.title, ours)


def _cited(reading: Reading, title: str, ours: str | None) -> Iterator[Finding]:
    for line in reading.lines if ours else ():
        for cited in _CITED.finditer(line.text):
            before = line.text[: cited.start()].rstrip("》")
            if cited[1] != ours and before.endswith(title):
                message = f"本文件在正文中的发文字号“{cited[1]}”与要素中的“{ours}”不一致。请核对后改正其一。"
                passage = reading.passage(line, cited.start(1), cited.end(1))
                yield found("doc_no_differs", reading.name, message, passage=passage)


def signature(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """The date below the policy's text. An annex may bear another, so one that agrees is enough."""
    days = [(line, numerals.written_date(line.flat)) for line in readings[0].lines if not line.in_table]
    dated = [(line, day) for line, day in days if day]
    if dated and all(day != edition.metadata.signed_on for _, day in dated):
        line, day = dated[0]
        message = f"落款日期 {day} 与成文日期 {edition.metadata.signed_on} 不一致。请核对后改正其一。"
        yield found("signed_on_differs", "signed_on", message, passage=readings[0].passage(line))


def names(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """An interpretation must say of what: the title with or without the bureau, a 《name》 in it, or the number."""
    if not edition.metadata.kind.is_interpreted:
        return
    wanted = _names(edition)
    for reading in readings[1:]:
        text = "".join(reading.document.title.split()) + reading.letters
        if reading.letters and not any(name in text for name in wanted):
            message = f"“{reading.document.title}”没有提到政策文件的名称，读者看不出解读的是哪份文件。请在开头写明。"
            yield found("policy_not_named", reading.name, message)


def _names(edition: Edition) -> list[str]:
    title = "".join(edition.metadata.title.split())
    about = title[title.find("关于") :] if "关于" in title else title
    issued = _ISSUED.search(title)
    number = edition.metadata.doc_no
    return [about, *_INNER.findall(title), *([issued[1]] if issued else []), *([number] if number else [])]
