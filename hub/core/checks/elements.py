"""What an interpretation must say, and what a kind of document must have: read from headings, words and metadata."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.kinds import KINDS, Need
from schemas.release import Kind
from schemas.rulebook import Rulebook

#: What the bureau's own work points make compulsory, and words that show that it is spoken of (二(三)1).
WANTED = {
    "执行标准和范围": re.compile(
        "执行标准|执行范围|适用范围|适用对象|执行主体|由谁执行|标准和范围|谁来执行|适用|哪些(?:人|企业|单位|项目)"
    ),
    "惠企利民举措": re.compile(
        "惠企|利企|惠民|利民|便民|便企|优惠|减免|省心|省时|省力|省钱|省下|省去|少跑|免去|好处|受益|方便(?:企业|群众|市民|大家)|减轻.{0,8}负担"
    ),
    "新旧政策差异": re.compile(
        "新旧|差异|区别|变化|调整|修订|不同|与原|原(?:规定|政策|办法|文件)|首次|此前|以往|以前|过去|原先|新增"
    ),
}
_CODES = {Need.REQUIRED: "fact_missing", Need.WANTED: "fact_wanted"}
_TRIAL = re.compile("暂行|试行")


def interpretations(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """Each of the three must be spoken of by one of the interpretations."""
    texts = [reading for reading in readings[1:] if reading.letters]
    if not edition.metadata.kind.is_interpreted or not texts:
        return
    said = "".join(reading.letters for reading in texts)
    lacking = [name for name, words in WANTED.items() if not words.search(said)]
    if lacking:
        message = f"解读没有说明{'、'.join(lacking)}。请补充；确实没有的，请写明“没有”。"
        yield found("interpretation_lacks", texts[0].name, message)


def facts(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    meta = edition.metadata
    for one in KINDS[meta.kind].needs:
        if not getattr(meta, one.name):
            yield found(_CODES[one.need], one.name, f"没有填写{one.label}。请按印发的文件填写。")


def term(edition: Edition, _readings: Sequence[Reading], rules: Rulebook) -> Iterator[Finding]:
    """行政规范性文件: how long it may hold."""
    meta = edition.metadata
    if meta.kind is not Kind.NORMATIVE or not meta.expires_on:
        return
    is_trial = _TRIAL.search(meta.title) is not None
    years = rules.trial_years if is_trial else rules.normative_years
    since = meta.effective_on or meta.signed_on
    if _last(since, years) < meta.expires_on:
        what = "标题含“暂行”或“试行”的" if is_trial else "行政规范性文件"
        message = f"{what}有效期一般不超过 {years} 年：自 {since} 起算，失效日期 {meta.expires_on} 过晚。请核对。"
        yield found("term_too_long", "expires_on", message)


def _last(since: date, years: int) -> date:
    """The last day within so many years; 29 February falls to 1 March."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return date(since.year + years, 3, 1)
