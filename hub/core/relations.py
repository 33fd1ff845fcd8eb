"""What follows from what documents do to each other, and from the days that they name. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from hub.core import validity
from hub.core.standing import FOLLOWS, holding
from schemas.basis import Basis
from schemas.card import Validity
from schemas.edition import Edition
from schemas.relation import Relation, RelationKind, Tie
from schemas.release import Metadata
from schemas.standing import Proposal, Standing, StandingKind
from schemas.words import relation, word

#: What a document is once another one does this to it. Interpretations and clarifications leave it as it is.
MAKES = {
    RelationKind.AMENDS: StandingKind.AMENDED,
    RelationKind.REPEALS: StandingKind.REPEALED,
    RelationKind.REPLACES: StandingKind.REPEALED,
}
#: What a confirmed standing with a successor says of the two.
_OF_KIND = {
    StandingKind.AMENDED: RelationKind.AMENDS,
    StandingKind.REPEALED: RelationKind.REPLACES,
    StandingKind.EXPIRED: RelationKind.REPLACES,
}
_ENDS = frozenset({RelationKind.REPEALS, RelationKind.REPLACES})


def due_on(kind: RelationKind, metadata: Metadata, today: date) -> date:
    """When it takes effect: as the document that says it does. What only speaks of another one is shown at once."""
    return max(today, metadata.effective_on or today) if kind.is_act else today


def of_kind(standing: Proposal | Standing) -> RelationKind | None:
    """What the successor that the standing names does to the document, None where it names none of ours."""
    return _OF_KIND.get(standing.kind) if standing.successor and standing.successor.release else None


def ties(edition: Edition, current: Standing | None) -> tuple[Tie, ...]:
    """What the document has to do with others: as it declares itself, then as others do. Each once."""
    return tuple(dict.fromkeys([*declared(edition), *(current.ties if current else ())]))


def with_successor(ties: Sequence[Tie], proposal: Standing) -> tuple[Tie, ...]:
    """The ties of a document once this standing of it holds."""
    kind = of_kind(proposal)
    if kind is None or proposal.successor is None:
        return tuple(ties)
    named = proposal.successor
    new = Tie(kind=kind, release=named.release, title=named.title, is_passive=True)
    return tuple(ties) if is_known(ties, new) else (*ties, new)


def consequence(one: Relation, metadata: Metadata) -> str:
    """What people are told of a declared relation before it is public: what it is, and what it will set going."""
    said, makes = relation(one), MAKES.get(one.kind)
    if one.release is None:
        return f"{said}（不在本系统，仅在本文件的页面上注明）"
    if makes is None:
        return f"{said}：正式发布后，两份文件的页面自动相互链接"
    when = f"自{_day(metadata.effective_on)}起（不早于正式发布）" if metadata.effective_on else "正式发布后"
    return f"{said}：{when}，该文件在各渠道自动标注“{word(makes)}”，两份文件的页面相互链接"


def until(current: Standing | None, proposal: Proposal | Standing) -> date | None:
    """The last day of a document once this holds: as last extended; None where nobody has."""
    before = (current.until or current.expires_on) if current else None
    return proposal.expires_on or before


def declared(edition: Edition | None) -> tuple[Tie, ...]:
    """What the edition itself says."""
    return tuple(Tie.model_validate(one.model_dump()) for one in edition.metadata.relations) if edition else ()


def is_known(ties: Sequence[Tie], new: Tie) -> bool:
    """Whether it is told already. Who replaces a document repeals it: the two are one."""
    return any(
        (one.release, one.is_passive) == (new.release, new.is_passive)
        and (one.kind is new.kind or {one.kind, new.kind} <= _ENDS)
        for one in ties
    )


def done_to(current: Standing | None, edition: int, kind: RelationKind, by: Edition, *, since: date) -> Proposal:
    """What holds of a document, of this edition of it, to which another one does this."""
    before, makes = holding(current, edition), MAKES.get(kind)
    named = f"《{by.metadata.title}》" + (f"（{by.metadata.doc_no}）" if by.metadata.doc_no else "")
    if makes is None or makes not in FOLLOWS[before]:
        return kept(current, f"{named}{word(kind)}了本文件")
    return Proposal.model_validate(
        {
            "kind": makes,
            "reason": f"{named}{word(kind)}了本文件" + ("的部分内容" if makes is StandingKind.AMENDED else ""),
            "ground": by.metadata.doc_no or "",
            "successor": {"release": by.release, "title": by.metadata.title},
            "effective_on": since,
        }
    )


def kept(current: Standing | None, reason: str, *, since: date | None = None) -> Proposal:
    """The same that holds already, said once more for what has come to it."""
    if current is None or current.kind is StandingKind.WITHDRAWN:
        return Proposal(kind=StandingKind.IN_FORCE, reason=reason, effective_on=since)
    fields = {"kind", "reason", "ground", "successor", "effective_on", "expires_on"}
    return Proposal.model_validate(current.model_dump(include=fields))


def turned(metadata: Metadata, said: Sequence[Standing], *, shown_on: date, today: date) -> Proposal | None:
    """What the day makes of a document whose pages were written on the day `shown_on`; None when nothing.

    `said` is every confirmed standing that governs it, oldest first. A last day that has passed ends it; a first day
    that has come lets it be in force.
    """
    current = said[-1] if said else None
    last = validity.last_day(metadata.expires_on, said)
    valid, _ = validity.judge(current, metadata.effective_on, last, today)
    if last and valid is Validity.EXPIRED and (current is None or current.kind is not StandingKind.EXPIRED):
        since = last + timedelta(days=1)
        return Proposal(
            kind=StandingKind.EXPIRED, reason="有效期届满", ground=f"有效期至{_day(last)}", effective_on=since
        )
    first = metadata.effective_on
    if first and shown_on < first <= today and valid in {Validity.IN_FORCE, Validity.AMENDED}:
        return kept(current, "施行日期已到", since=first)
    return None


def term(edition: Edition, said: Sequence[Standing], kind: StandingKind) -> Basis:
    """Where the day was approved: with the edition, or with the newest extension of it."""
    extended = next((one for one in reversed(said) if one.expires_on), None) if kind is StandingKind.EXPIRED else None
    return of_standing(extended) if extended else of_edition(edition)


def of_edition(edition: Edition) -> Basis:
    """The edition as a basis."""
    return Basis(by="edition", release=edition.release, number=edition.number, what=edition.digest)


def of_standing(standing: Standing) -> Basis:
    """The standing as a basis; of one that itself followed from another, that one."""
    if standing.basis:
        return standing.basis
    return Basis(by="standing", release=standing.release, number=standing.id, what=standing.kind)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
