"""Backfiles (存量文件): older documents that hold and are not open, and the decision on each (公开属性重新审定).

"各处室、各单位要对本单位2010年以来未进行公开属性认定和公开属性定为依申请公开、不予公开且现行有效的文件，认真开展公开属性
重新审查工作，对已具备主动公开条件的予以转化公开" (津规资办发〔2020〕253号 一(二)3); again and again by 条例 第十八条.
Nothing here is public, and titles never reach the log, which is.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from schemas import canonical
from schemas.card import Validity
from schemas.grounds import GROUNDS
from schemas.release import Attachment, Disclosure, Frozen, Line, Secrecy, Title
from schemas.standing import Reason, Ruling


class Stage(StrEnum):
    """Where a backfile stands."""

    WAITING = "to_decide"  #: 待审定: nobody has proposed anything; entered on import, and by a decline
    PROPOSED = "to_confirm"  #: 待确认: the unit has proposed; entered by a proposal
    DECIDED = "settled"  #: 已审定: two people agree; entered by the second one


class Record(Frozen):
    """What the sheet says of one document."""

    title: Title
    doc_no: Annotated[str, Field(pattern=r"^[\u4e00-\u9fff]+〔\d{4}〕[1-9]\d*号$", max_length=60)] | None = None
    index_no: Annotated[str, Field(pattern=r"^[0-9A-Z]{9,28}/\d{4}-\d{1,7}$")] | None = None
    issuer: Line = ""
    unit: Annotated[Line, Field(min_length=1)]  #: 责任处室: whose people decide
    signed_on: date
    disclosure: Disclosure | None = None  #: None where it was never marked
    reason: Line = ""  #: why it was not opened, as the old papers have it
    validity: Validity

    @property
    def identity(self) -> str:
        """The same for the same document, however it is spaced, so that no sheet brings it in twice."""
        title = "".join(self.title.split())
        return canonical.digest(canonical.encode([title, self.doc_no or "", self.signed_on.isoformat()]))


class Opinion(Frozen):
    """What one person proposes: the attribute with its ground, and the opinion on secrecy that goes with it.

    公开、保密意见随公文一并报签 (津规资办发〔2020〕253号 一(二)2).
    """

    disclosure: Disclosure
    ground: Annotated[Line, Field(validate_default=True)] = (
        ""  #: one of `schemas.grounds.GROUNDS`; empty for what is opened
    )
    reason: Reason
    secrecy: Secrecy = Secrecy.NONE  #: the mark on the original
    secrecy_opinion: Reason

    @field_validator("ground")
    @classmethod
    def _is_ground(cls, value: str, info: ValidationInfo) -> str:
        is_open = info.data.get("disclosure") is Disclosure.OPEN
        if is_open and value:
            raise PydanticCustomError("open", "主动公开的不选不公开的依据")
        if not is_open and value not in GROUNDS:
            raise PydanticCustomError("ground", "不主动公开的，须从八类法定情形中选一类依据")
        return value

    @field_validator("secrecy")
    @classmethod
    def _is_free(cls, value: Secrecy, info: ValidationInfo) -> Secrecy:
        if info.data.get("disclosure") is Disclosure.OPEN and value is not Secrecy.NONE:
            raise PydanticCustomError("secret", "带有密级或内部标志的不得主动公开，请先按规定解密或解除标志")
        return value


class Attribution(Opinion):
    """One proposal and what became of it."""

    id: int
    backfile: int
    proposed_by: str
    proposed_at: datetime
    ruling: Ruling | None = None  #: None while it waits for the second person
    ruled_by: str | None = None
    on_behalf_of: str | None = None
    ruled_at: datetime | None = None
    note: str = ""
    due_on: date | None = None  #: when it is to be looked at again; set by the confirmation, None for what is opened

    @property
    def is_open(self) -> bool:
        return self.ruling is None

    @property
    def sha256(self) -> str:
        """Digest of what was proposed: the log names it, so that a reason cannot be exchanged afterwards."""
        fields = {"id", "backfile", *Opinion.model_fields}
        return canonical.digest(canonical.encode(self.model_dump(mode="json", include=fields)))


class Backfile(Record):
    """One older document of the bureau."""

    id: int
    files: tuple[Attachment, ...] = ()
    stage: Stage
    decided: Disclosure | None = None  #: what the newest confirmed decision says
    due_on: date | None = None
    batch: int  #: the sheet that it came in
    release: int | None = None  #: what was made of it once it was to be opened
    created_at: datetime

    def is_due(self, today: date) -> bool:
        """Whether a decision against opening has become old enough to be made again."""
        return self.stage is Stage.DECIDED and self.due_on is not None and self.due_on <= today

    @property
    def is_convertible(self) -> bool:
        """Whether it is to be opened and nothing has been made of it."""
        return self.stage is Stage.DECIDED and self.decided is Disclosure.OPEN and self.release is None


class Fault(Frozen):
    """One line of a sheet that was not taken, whole, with what to do."""

    line: int  #: as the spreadsheet counts them
    cells: dict[str, str]  #: column → what stood there
    told: tuple[str, ...]
    is_outside: bool = False  #: it is right and simply needs no decision


class Batch(Frozen):
    """One sheet that was brought."""

    id: int
    person: str
    filename: str
    sha256: str
    lines: int
    taken: int
    wrong: tuple[Fault, ...]
    at: datetime


class Progress(Frozen):
    """How far one unit has got."""

    unit: str
    every: int
    decided: int  #: by two people, and not due again
    proposed: int
    due: int  #: decided once, to be looked at again
    to_convert: int  #: to be opened, and still no release
    released: int  #: made a release

    @property
    def waiting(self) -> int:
        """What the unit has to do now."""
        return self.every - self.decided - self.proposed
