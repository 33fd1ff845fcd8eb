"""People: who may do what. A person is known in the log by id only."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.release import Frozen, Line
from schemas.review import Level


class Duty(StrEnum):
    """What a person is trusted with. One person may carry several; the rules keep them apart per release."""

    EDITOR = "editor"  #: 编辑: write and submit
    FIRST_REVIEWER = "first_reviewer"  #: 初审人
    SECOND_REVIEWER = "second_reviewer"  #: 复审人
    SIGNER = "signer"  #: 签发人 (终审)
    SECRECY_REVIEWER = "secrecy_reviewer"  #: 保密审查员
    RECEIVER = "receiver"  #: 收文员: acknowledge for their own unit what it is told
    PUBLISHER = "publisher"  #: 发布员: press the button once all have approved
    AUDITOR = "auditor"  #: 审计员: read everything, change nothing
    ADMINISTRATOR = "administrator"  #: 管理员: people, tokens, channels; no content


#: The duty that each review level needs.
LEVEL_DUTY = {
    Level.FIRST: Duty.FIRST_REVIEWER,
    Level.SECOND: Duty.SECOND_REVIEWER,
    Level.FINAL: Duty.SIGNER,
    Level.SECRECY: Duty.SECRECY_REVIEWER,
}


#: What a token never carries that another account issued: the word of a second person.
APPROVING = frozenset(LEVEL_DUTY.values())
#: Who acts by commands on the machine itself, and can act as anybody there.
MACHINE = "operator"


class Token(Frozen):
    """A program's way in, as its person and administrators see it. The token itself is kept nowhere."""

    id: str  #: names it, and opens nothing
    label: str  #: which program it is for
    is_own: bool  #: the person issued it
    approves: bool  #: the person issued it, or the machine; any other one reviews, signs and confirms nothing
    made_by: str | None  #: id of who issued it; None before that was kept
    created_at: datetime
    used_at: datetime | None  #: to some minutes; None: never, or before that was kept
    expires_at: datetime
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class Reset(Frozen):
    """That somebody set a password in its owner's place."""

    by: str
    name: str  #: empty for the command line
    at: datetime


class Lent(Frozen):
    """Somebody else's duty that a person may use now, by delegation (授权代办)."""

    duty: Duty
    giver: str  #: whose duty it is


class Person(Frozen):
    """One account. The password hash never leaves the store's own module."""

    id: str
    login: Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]
    name: Line
    unit: Line
    duties: frozenset[Duty]  #: all that the person may use now, lent ones included
    disabled_at: datetime | None = None
    #: Which of the duties are lent; none of them is the person's own. No part of the account, so it is written nowhere.
    lent: tuple[Lent, ...] = Field(default=(), exclude=True)
    #: The unit that the account belongs to, where `unit` is another one that they act for now.
    home: str = Field(default="", exclude=True)
    #: Duties that they may not use this time, their own or lent: of how they came in.
    barred: frozenset[Duty] = Field(default=frozenset(), exclude=True)
    #: Units whose unfinished work is kept from whoever does not belong to them, and the person does not. Put together
    #: with the lent duties; empty where no unit is a tenant. What it means is `hub.core.tenancy`'s business.
    hidden: frozenset[str] = Field(default=frozenset(), exclude=True)

    @property
    def own_duties(self) -> frozenset[Duty]:
        """What the person carries without anybody's delegation."""
        return self.duties - {one.duty for one in self.lent}

    def givers(self, duty: Duty) -> tuple[str, ...]:
        """Who lent this duty; nobody where it is the person's own."""
        return tuple(one.giver for one in self.lent if one.duty is duty)
