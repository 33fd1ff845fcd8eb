"""Checks before publication: edition in, findings out. Pure. Each finding says what is wrong, why, and what to do."""

from collections.abc import Iterator
from enum import StrEnum

from schemas.edition import Edition
from schemas.release import Disclosure, Frozen, Kind, Secrecy
from schemas.words import word


class Severity(StrEnum):
    """What a finding does."""

    BLOCKS = "blocks"  #: it cannot be submitted or published
    WARNS = "warns"  #: a person looks at it and decides


class Finding(Frozen):
    """One finding, with a stable code, its place, and the rule it comes from."""

    code: str
    severity: Severity
    place: str
    message: str
    source: str


#: 附注 wordings that speak of publicity, and the 公开属性 that they mean.
NOTES = {
    "主动公开": Disclosure.OPEN,
    "公开发布": Disclosure.OPEN,
    "依申请公开": Disclosure.ON_REQUEST,
    "不公开": Disclosure.CLOSED,
    "不予公开": Disclosure.CLOSED,
}


def findings(edition: Edition) -> tuple[Finding, ...]:
    """Return every finding, the blocking ones first. What is public is judged by `blocking` alone."""
    found = [*_publicity(edition), *_dates(edition), *_interpretations(edition), *_bodies(edition)]
    return tuple(sorted(found, key=lambda f: f.severity is not Severity.BLOCKS))


def blocking(edition: Edition) -> tuple[Finding, ...]:
    """The findings that stop submission and publication."""
    return tuple(f for f in findings(edition) if f.severity is Severity.BLOCKS)


def _publicity(edition: Edition) -> Iterator[Finding]:
    meta = edition.metadata
    if meta.secrecy is not Secrecy.NONE:
        message = f"文件带有“{word(meta.secrecy)}”标志，不得发布。请停止办理并报告保密工作机构。"
        yield Finding(
            code="secrecy",
            severity=Severity.BLOCKS,
            place="secrecy",
            message=message,
            source="保守国家秘密法第三十五条",
        )
    if meta.disclosure is not Disclosure.OPEN:
        message = f"公开属性为“{word(meta.disclosure)}”，不得发布。如应公开，请先重新认定公开属性。"
        yield Finding(
            code="not_open",
            severity=Severity.BLOCKS,
            place="disclosure",
            message=message,
            source="政府信息公开条例第十三条",
        )
    said = next((means for words, means in NOTES.items() if words in meta.note), None)
    if said and said is not meta.disclosure:
        message = f"附注“{meta.note}”与公开属性“{word(meta.disclosure)}”不一致。请核对后改正其一。"
        yield Finding(
            code="note_mismatch", severity=Severity.BLOCKS, place="note", message=message, source="GB/T 9704-2012"
        )


def _dates(edition: Edition) -> Iterator[Finding]:
    meta = edition.metadata
    pairs = (
        ("printed_on", "印发日期", meta.printed_on, "成文日期", meta.signed_on),
        ("effective_on", "施行日期", meta.effective_on, "成文日期", meta.signed_on),
        ("expires_on", "失效日期", meta.expires_on, "施行日期", meta.effective_on or meta.signed_on),
    )
    for place, name, day, earlier_name, earlier in pairs:
        if day and day < earlier:
            message = f"{name} {day} 早于{earlier_name} {earlier}。请核对两个日期。"
            yield Finding(
                code="dates_order", severity=Severity.BLOCKS, place=place, message=message, source="GB/T 9704-2012"
            )
    if meta.kind is Kind.NORMATIVE and not meta.expires_on:
        yield Finding(
            code="no_expiry",
            severity=Severity.BLOCKS,
            place="expires_on",
            message="行政规范性文件没有标注有效期限。请填写失效日期。",
            source="津规资办发〔2020〕253号一（二）2",
        )


def _interpretations(edition: Edition) -> Iterator[Finding]:
    if edition.metadata.kind is not Kind.NOTICE and not edition.interpretations:
        yield Finding(
            code="no_interpretation",
            severity=Severity.BLOCKS,
            place="interpretation-1",
            message="政策文件应与解读同步发布，目前没有解读。请添加解读材料。",
            source="津规资办发〔2020〕253号二（三）1",
        )


def _bodies(edition: Edition) -> Iterator[Finding]:
    for document in edition.documents:
        if not document.body.strip():
            yield Finding(
                code="empty_body",
                severity=Severity.BLOCKS,
                place=document.name,
                message=f"“{document.title}”没有正文。请导入或录入正文。",
                source="政府信息公开条例第六条",
            )
        if "<img" in document.body and 'alt=""' in document.body:
            yield Finding(
                code="image_without_text",
                severity=Severity.WARNS,
                place=document.name,
                message=f"“{document.title}”中有图片没有替代文字，视障读者无法获知内容。请补充。",
                source="无障碍环境建设法第三十二条",
            )
