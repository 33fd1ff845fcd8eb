"""发文字号 as GB/T 9704-2012 7.2.5 has it: the year whole and in 〔〕, the serial without 第 and leading zeros."""

import re
from collections.abc import Iterator, Sequence

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition

_HEAD = 8
_NUMBER = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{2,16})\s*(?P<opens>[〔\[［【（(﹝{〖])\s*(?P<year>(?:19|20)\d{2}|(?<=〔)\d{2})\s*年?\s*(?P<closes>[〕\]］】）)﹞}〗])"
    r"\s*(?P<ordinal>第?)\s*(?P<zeros>0*)[1-9]\d{0,4}\s*号(?![楼线院路地桥井库机门])"
)
#: 津规资发2026年12号: without brackets it is a number only where it stands alone at the head.
_BARE = re.compile(r"[\u4e00-\u9fff]{2,12}(?:发|函|办|规|字|通|告|批|复|文)\s*(?:19|20)\d{2}年?第?0*[1-9]\d{0,4}号")
_YEAR = 4
_OURS = re.compile(r"〔(\d{4})〕")


def forms(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """One that stands alone at the head is the document's own and stops it; a cited one may be older than the rule."""
    for reading in readings:
        for count, line in enumerate(reading.lines):
            if reading is readings[0] and count < _HEAD and _BARE.fullmatch(line.flat):
                message = f"发文字号“{line.flat}”的年份没有用六角括号〔〕。规范写法如“津规资办发〔2026〕5号”，请改正。"
                yield found("doc_no_form", reading.name, message, passage=reading.passage(line))
            for match in _NUMBER.finditer(line.text):
                wrong = _wrong(match)
                if not wrong:
                    continue
                is_own = reading is readings[0] and count < _HEAD and len(match[0]) == len(line.text.strip())
                code = "doc_no_form" if is_own else "doc_no_cited"
                message = f"发文字号“{match[0]}”{wrong}。规范写法如“津规资办发〔2026〕5号”，请改正。"
                yield found(code, reading.name, message, passage=reading.passage(line, *match.span()))


def _wrong(number: re.Match[str]) -> str:
    if (number["opens"], number["closes"]) != ("〔", "〕"):
        return "的年份没有用六角括号〔〕"
    if len(number["year"]) != _YEAR:
        return "的年份没有写全"
    if number["zeros"]:
        return "的序号前有多余的0"
    return "的序号前有“第”字" if number["ordinal"] else ""


def years(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    """A number is given in the year of signing."""
    year = _OURS.search(edition.metadata.doc_no or "")
    if year and int(year[1]) != edition.metadata.signed_on.year:
        message = f"发文字号是{year[1]}年的，成文日期却是 {edition.metadata.signed_on}。请核对。"
        yield found("doc_no_year", "doc_no", message)
