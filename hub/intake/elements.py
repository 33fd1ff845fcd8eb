"""What the lines of an official document are, and what was read off them."""

from dataclasses import dataclass, field
from enum import StrEnum

from hub.intake.notices import Notice
from schemas.draft import Hint


class Part(StrEnum):
    """What a line is, as far as its look is concerned."""

    TITLE = "title"
    MASTHEAD = "masthead"  #: 发文机关标志
    DOC_NO = "doc_no"  #: 发文字号
    ADDRESSEES = "addressees"  #: 主送机关
    SIGNATURE = "signature"  #: 发文机关署名 or 成文日期
    NOTE = "note"  #: 附注
    ANNEX_TITLE = "annex_title"  #: the title of what a 通知 prints and distributes
    FIRST = "first"  #: 一、
    SECOND = "second"  #: （一）


@dataclass
class Findings:
    """What `recognise` found: the part that a line (by its index) plays, and the values read."""

    title: str = ""
    parts: dict[int, Part] = field(default_factory=dict)
    hints: dict[str, Hint] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
