"""What is in a file beside what it shows, and the words that it shows: facts about bytes, known by their digest."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.release import Frozen

MAX_TRACES = 60
MAX_LINES = 6_000
MAX_LINE = 400
MAX_TEXT = 300_000


class Trace(StrEnum):
    """What was left in a file. Each has a finding of its own, `file_` and this word."""

    AUTHOR = "author"  #: who wrote it, of what company, who saved it last
    CHANGES = "changes"  #: tracked changes
    COMMENTS = "comments"
    HIDDEN_TEXT = "hidden_text"  #: hidden runs, white text is not looked for
    HIDDEN_SHEET = "hidden_sheet"  #: sheets, slides
    HIDDEN_ROWS = "hidden_rows"  #: rows and columns
    PLACE = "place"  #: where a picture was taken, GPS
    CAMERA = "camera"  #: by whom and with what, and when
    MACROS = "macros"  #: and scripts in a PDF
    OUTSIDE = "outside"  #: links to other files, shares and addresses
    EMBEDDED = "embedded"  #: other files inside
    UNREAD = "unread"  #: it could not be read, so nobody knows


class Found(Frozen):
    """One trace: what, where in the file, and the words of it."""

    trace: Trace
    where: Annotated[str, Field(max_length=80)] = ""  #: 工作表“表1”B3, 第2页; "" for the file as a whole
    words: Annotated[str, Field(max_length=200)] = ""


class Line(Frozen):
    """One line, cell or heading of what the file shows."""

    where: Annotated[str, Field(max_length=80)] = ""
    text: Annotated[str, Field(max_length=MAX_LINE)]
    in_table: bool = False


class Inspection(Frozen):
    """What was found in the bytes of this digest."""

    traces: Annotated[tuple[Found, ...], Field(max_length=MAX_TRACES)] = ()
    lines: Annotated[tuple[Line, ...], Field(max_length=MAX_LINES)] = ()
    is_whole: bool = True  #: False when there was more text than is kept
    can_be_cleaned: bool = False  #: whether `hub.intake.cleaning` can take author and place out
