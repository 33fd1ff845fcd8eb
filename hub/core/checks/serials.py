"""发文字号 and 索引号 among all releases: none twice, and none left out."""

from collections.abc import Iterator, Sequence

from hub.core.checks.finding import Finding, found
from hub.core.checks.known import Known
from hub.core.checks.reading import Reading
from schemas.edition import Edition

_MOST = 10


def used(edition: Edition, _readings: Sequence[Reading], known: Known) -> Iterator[Finding]:
    meta, numbers = edition.metadata, known.numbers
    if numbers.doc_no_of:
        message = f"发文字号“{meta.doc_no}”已用于《{numbers.doc_no_of}》。请核对后改正其一。"
        yield found("doc_no_double", "doc_no", message)
    if numbers.index_no_of:
        message = f"索引号“{meta.index_no}”已用于《{numbers.index_no_of}》。请核对后改正，或清空后重新生成。"
        yield found("index_no_double", "index_no", message)
    if numbers.doc_no_gaps:
        listed = "、".join(map(str, numbers.doc_no_gaps[:_MOST]))
        more = f"等{len(numbers.doc_no_gaps)}个" if len(numbers.doc_no_gaps) > _MOST else ""
        message = f"同一发文机关代字本年度的{listed}号{more}在系统中没有对应的文件。如未公开，请确认理由。"
        yield found("doc_no_gap", "doc_no", message)
