"""What the administrator keeps for the whole bureau: units, the working-day calendar, set phrases."""

from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import text
from schemas.release import Frozen

Word = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(text.one_line)]
Note = Annotated[str, Field(max_length=200), AfterValidator(text.one_line)]


class UnitKind(StrEnum):
    """What a unit is to the bureau."""

    DIVISION = "division"  #: 处室
    BRANCH = "branch"  #: 分局, a 派出机构 with a guide page of its own (条例 第十条)
    AFFILIATE = "affiliate"  #: 直属单位


class Unit(Frozen):
    """处室或单位, in the order of `position`."""

    name: Word
    position: Annotated[int, Field(ge=0, le=9999)] = 0
    is_closed: bool = False  #: nobody new is put there
    is_told: bool = False  #: it is told of every official release and must acknowledge it (签收)
    kind: UnitKind = UnitKind.DIVISION
    parent: Note = ""  #: the unit that it belongs to; empty is the bureau itself
    is_tenant: bool = False  #: its unfinished work is seen by its own people and by bureau-wide duties alone


class Scope(Frozen):
    """What a list of releases leaves out: unfinished work of these units, unless this person wrote in it."""

    hidden: frozenset[str] = frozenset()
    person: str = ""


#: Leaves nothing out.
EVERYTHING = Scope()


class Contact(Frozen):
    """How the public reaches a unit, as its guide page has it (条例 第十二条)."""

    address: Note = ""  #: 办公地址
    postcode: Note = ""  #: 邮政编码
    hours: Note = ""  #: 办公时间
    telephone: Note = ""  #: 联系电话
    fax: Note = ""  #: 传真号码
    online: Note = ""  #: 互联网联系方式

    @property
    def filled(self) -> dict[str, str]:
        """Label → value, of what is filled in, in the order of the guide."""
        return {label: value for name, label in REACH.items() if (value := getattr(self, name))}

    @property
    def missing(self) -> tuple[str, ...]:
        """The labels of what the law lists and nobody filled in."""
        return tuple(REACH[name] for name in LISTED if not getattr(self, name))


#: What each part of a contact is called.
REACH = MappingProxyType(
    {
        "address": "办公地址",
        "postcode": "邮政编码",
        "hours": "办公时间",
        "telephone": "联系电话",
        "fax": "传真号码",
        "online": "互联网联系方式",
    }
)
#: Those that 条例 第十二条 lists; the name is the unit's.
LISTED = tuple(name for name in REACH if name != "postcode")


class Reachable(Frozen):
    """A unit that the public can reach, and how."""

    name: Word
    contact: Contact


class Part(StrEnum):
    """What somebody answers for in a unit (津规资办发〔2020〕253号 六(一))."""

    LEADER = "in_charge"  #: 分管领导
    HEAD = "head"  #: 责任人
    CLERK = "clerk"  #: 联络员


class Appointment(Frozen):
    """Who takes over a part, and from which day."""

    part: Part
    name: Word
    post: Note = ""  #: 职务
    since: date
    login: Annotated[str, Field(max_length=32)] = ""  #: of their account, where they have one


class Charge(Frozen):
    """Who answers for what in a unit, from a day to a day. A past one never changes."""

    id: int
    unit: str
    part: Part
    name: str
    post: str
    person: str | None  #: their account's id
    since: date
    until: date | None = None  #: the last day; None is today's


class Membership(Frozen):
    """A unit beside their own that a person acts for, because it asked them to."""

    person: str
    unit: str
    asked_by: str
    since: datetime


class Day(Frozen):
    """A day that differs from the week's own order (国务院办公厅关于节假日安排的通知)."""

    day: date
    is_working: bool
    name: Word  #: 国庆节, 国庆节调休 …
    source: Note = ""  #: the notice that says so


class Phrase(Frozen):
    """A wording that must not stand in a text, and the right one."""

    wrong: Word
    correct: Word
    note: Note = ""
