"""An interpretation that is the policy over again interprets nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hub.core import likeness, passages
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from hub.core.likeness import Likeness
from schemas.edition import Edition
from schemas.passage import Passage
from schemas.rulebook import Rulebook

#: Of a few words nothing can be said.
LEAST = 24
_ADVICE = "不得以简单摘抄文件内容的方式进行解读：请用自己的话说明执行标准和范围、惠企利民举措、新旧政策差异。"


def copies(edition: Edition, readings: Sequence[Reading], rules: Rulebook) -> Iterator[Finding]:
    if not edition.metadata.kind.is_interpreted:
        return
    for reading in readings[1:]:
        own = _own(reading.letters, edition.metadata.title)
        if len(likeness.said(own)) < LEAST:
            continue
        like = likeness.likeness(own, readings[0].letters)
        code = _code(like, rules)
        if code:
            yield found(code, reading.name, _told(reading, like), passage=_longest(reading, like))


def _own(letters: str, title: str) -> str:
    """The interpretation's letters with every title in them blanked out: to cite is not to copy."""
    cited = re.compile("《[^》]*》|" + re.escape("".join(title.split())))
    return cited.sub(lambda found: "·" * len(found[0]), letters)


def _code(like: Likeness, rules: Rulebook) -> str | None:
    if like.copied >= rules.copied_stops or like.shared >= rules.shared_stops:
        return "copied"
    return "copied_partly" if like.copied >= rules.copied_warns or like.shared >= rules.shared_warns else None


def _told(reading: Reading, like: Likeness) -> str:
    return (
        f"“{reading.document.title}”与政策文件原样相同的文字占 {like.copied:.0%}（{len(like.runs)} 处），"
        f"含个别字改动的重合占 {like.shared:.0%}。{_ADVICE}"
    )


def _longest(reading: Reading, like: Likeness) -> Passage | None:
    run = max(like.runs, key=lambda run: run.end - run.start, default=None)
    return passages.cut(reading.name, reading.letters, run.start, run.end) if run else None


class Pair(NamedTuple):
    """One run as it stands in both texts, marks included."""

    own: str
    theirs: str

    @property
    def size(self) -> int:
        return len(self.own)


class Comparison(NamedTuple):
    """What a person is shown: the figures, and every run side by side, the longest first."""

    copied: float
    shared: float
    pairs: tuple[Pair, ...]


def compare(edition: Edition, name: str) -> Comparison | None:
    """Compare one interpretation with the policy; None when there is no such interpretation."""
    one = next((one for one in edition.interpretations if one.name == name), None)
    if one is None:
        return None
    own, theirs = Reading(one).letters, Reading(edition.policy).letters
    like = likeness.likeness(_own(own, edition.metadata.title), theirs)
    pairs = [Pair(own[run.start : run.end], theirs[run.source : run.source_end]) for run in like.runs]
    return Comparison(like.copied, like.shared, tuple(sorted(pairs, key=lambda pair: -pair.size)))
