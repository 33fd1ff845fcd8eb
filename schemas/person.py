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


class Person(Frozen):
    """One account. The password hash never leaves the store's own module."""

    id: str
    login: Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]
    name: Line
    unit: Line
    duties: frozenset[Duty]
    disabled_at: datetime | None = None
