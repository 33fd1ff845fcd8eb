"""What the administrator keeps for the whole bureau: units, the working-day calendar, set phrases."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import text
from schemas.release import Frozen

Word = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(text.one_line)]
Note = Annotated[str, Field(max_length=200), AfterValidator(text.one_line)]


class Unit(Frozen):
    """处室或单位, in the order of `position`."""

    name: Word
    position: Annotated[int, Field(ge=0, le=9999)] = 0
    is_closed: bool = False  #: nobody new is put there
    is_told: bool = False  #: it is told of every official release and must acknowledge it (签收)


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
