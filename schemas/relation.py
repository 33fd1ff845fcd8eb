"""Relations between documents: what a new one does to others. Declared in its 公文要素, so approved with it."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas import text

#: An address that a page may link to.
Web = Annotated[str, Field(max_length=500, pattern=r"^(https?://[^\s\"'<>]+)?$")]
#: As `schemas.release.Line`, which stands on this module.
_Line = Annotated[str, Field(max_length=200), AfterValidator(text.one_line)]


class RelationKind(StrEnum):
    """What one document does to another."""

    AMENDS = "amends"  #: 修改: parts of it read differently from now on
    REPEALS = "repeals"  #: 废止
    REPLACES = "replaces"  #: 替代: repeals it and stands in its place
    INTERPRETS = "interprets"  #: 解读
    CLARIFIES = "clarifies"  #: 澄清 (条例 第六条)

    @property
    def is_act(self) -> bool:
        """Whether the other document no longer holds as it did."""
        return self in {RelationKind.AMENDS, RelationKind.REPEALS, RelationKind.REPLACES}


class Relation(BaseModel):
    """What a document declares of another one: a release of ours, or a document elsewhere by title and address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: RelationKind
    release: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None
    title: _Line = ""  #: of one of ours as it was when this was declared
    address: Web = ""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.release is None and not self.title:
            raise ValueError("填写有关文件的编号或标题")
        if self.release is not None and self.address:
            raise ValueError("本单位文件的网址由系统填写，不要另填")
        return self


class Tie(Relation):
    """A relation as one of its two documents tells it."""

    is_passive: bool = False  #: the other document does it to this one
