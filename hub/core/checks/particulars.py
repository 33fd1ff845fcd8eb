"""What a kind of document must have of its own: the fields of its row (`schemas.kinds`), their order, and how long.

Asked when an edition is frozen and never again: one that was public before a field existed stays what it is.
"""

from collections.abc import Iterator, Sequence

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas import filled
from schemas.edition import Edition
from schemas.kinds import KINDS, Entry, Field, Need
from schemas.release import Kind
from schemas.rulebook import Rulebook

_CODES = {Need.REQUIRED: "fact_missing", Need.WANTED: "fact_wanted"}
_VERBS = {Entry.CHOICE: "没有选择"}


def missing(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    """Fields that are asked for and are not filled in."""
    meta = edition.metadata
    row = KINDS[meta.kind]
    for one in row.fields:
        if one.need in _CODES and _is_empty(edition, one.name):
            yield _lacking(one)
    if row.either and all(_is_empty(edition, name) for name in row.either):
        names = "、".join(filled.label(name) for name in row.either)
        message = f"没有填写反馈途径。{names}至少填写一项，公众才知道向哪里反馈。"
        yield found("fact_missing", row.either[0], message)


def _lacking(one: Field) -> Finding:
    told = found(_CODES[one.need], one.name, f"{_VERBS.get(one.entry, '没有填写')}{one.label}。请补充。")
    return told.model_copy(update={"source": one.source}) if one.source else told


def _is_empty(edition: Edition, name: str) -> bool:
    return filled.value(edition.metadata, name) in {None, ""}


def order(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    """Dates of which one comes after the other."""
    meta = edition.metadata
    names = {"signed_on": "成文日期"}
    for earlier, later in KINDS[meta.kind].order:
        first, second = filled.value(meta, earlier), filled.value(meta, later)
        if first and second and second < first:
            said = [names.get(name) or filled.label(name) for name in (later, earlier)]
            message = f"{said[0]} {second} 早于{said[1]} {first}。请核对两个日期。"
            yield found("dates_order", later, message, fixable=False)


def consultation(edition: Edition, _readings: Sequence[Reading], rules: Rulebook) -> Iterator[Finding]:
    """征求意见: how long the public may answer."""
    meta = edition.metadata
    closes_on = meta.particulars.closes_on
    if meta.kind is not Kind.CONSULTATION or closes_on is None or closes_on < meta.signed_on:
        return
    days = (closes_on - meta.signed_on).days
    if days < rules.consultation_days:
        message = (
            f"从成文日期到截止日期只有 {days} 天，公开征求意见一般不少于 {rules.consultation_days} 天。"
            "请核对；确需缩短的，请在正文中说明理由。"
        )
        yield found("consultation_short", "closes_on", message)
