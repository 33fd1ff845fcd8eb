"""What is filled in of a kind's own fields, and how it reads. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from schemas.kinds import FIELDS, INSIDE, KINDS, Field
from schemas.particulars import Particulars
from schemas.release import Kind, Metadata
from schemas.words import word


def fields(kind: Kind) -> tuple[Field, ...]:
    """What this kind has of its own, in the order of the form."""
    return KINDS[kind].fields


def value(metadata: Metadata, name: str) -> Any:
    """The value of a field, whether it is one of the 公文要素 or of the particulars."""
    held = metadata.particulars if name in Particulars.model_fields else metadata
    return getattr(held, name)


def filled(metadata: Metadata) -> Iterator[tuple[Field, Any]]:
    """The fields of its own that are filled in, in the order of the form."""
    for one in fields(metadata.kind):
        said = getattr(metadata.particulars, one.name)
        if said is not None and said != "":
            yield one, said


def public(metadata: Metadata) -> list[tuple[Field, Any]]:
    """As `filled`, without what only staff work by."""
    return [(one, said) for one, said in filled(metadata) if one.name not in INSIDE]


def shown(metadata: Metadata) -> Particulars:
    """The particulars without what only staff work by."""
    return metadata.particulars.model_copy(update=dict.fromkeys(INSIDE))


#: kind → the field that is its last day, and what it is called until then and after.
ENDINGS = MappingProxyType(
    {
        Kind.CONSULTATION: ("closes_on", "征求意见中", "已截止"),
        Kind.NOTICE: ("posted_until", "公示中", "公示已结束"),
    }
)


def last_day(kind: Kind, particulars: Particulars) -> date | None:
    """The last day of what a document of this kind announces, None where it announces nothing that ends."""
    last: date | None = getattr(particulars, ENDINGS[kind][0]) if kind in ENDINGS else None
    return last


def mark(kind: Kind, *, is_over: bool) -> str:
    """What a document of this kind is called while it lasts, and when it is over."""
    return ENDINGS[kind][1 + is_over]


def foreign(metadata: Metadata) -> tuple[Field, ...]:
    """What is filled in although the kind has no such field."""
    own = {one.name for one in fields(metadata.kind)}
    held = metadata.particulars
    return tuple(one for name, one in FIELDS.items() if name not in own and getattr(held, name) not in {None, ""})


def changed(before: Metadata, after: Metadata) -> list[str]:
    """The names of the fields of the particulars in which the two differ, in the order of the table."""
    return [name for name in FIELDS if getattr(before.particulars, name) != getattr(after.particulars, name)]


def kept(kind: Kind, particulars: Mapping[str, Any]) -> dict[str, Any]:
    """What of these a document of this kind has."""
    own = {one.name for one in fields(kind)}
    return {name: said for name, said in particulars.items() if name in own}


def label(name: str) -> str:
    """What the field is called: a field of the particulars, or one of the 公文要素 that a kind asks for."""
    asked = {one.name: one.label for row in KINDS.values() for one in row.needs}
    return FIELDS[name].label if name in FIELDS else asked.get(name, name)


def read(said: Any) -> str:
    """A value as a person reads it."""
    match said:
        case StrEnum():
            return word(said)
        case datetime():
            return f"{_day(said)}{said:%H:%M}"
        case date():
            return _day(said)
        case int():
            return f"{said}年"
        case _:
            return str(said or "")


def _day(said: date) -> str:
    return f"{said.year}年{said.month}月{said.day}日"
