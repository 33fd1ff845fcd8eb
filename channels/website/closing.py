"""What stands on a page only until a day: 征求意见 and 公示. After it the page says by itself that it is over. Pure.

The line is worked out from the edition and a day. A page is written for the day of its delivery; once the last day is
over `turned` writes the line of a page anew, from what the line itself says.
"""

import re
from datetime import date
from html import escape

from channels.website.dates import chinese
from channels.website.words import WORDS
from schemas import filled
from schemas.release import Kind, Metadata

_LINE = re.compile(
    rb'<p id="gongbu-closing" class="told good" data-kind="(consultation|notice)"'
    rb' data-last="(\d{4}-\d\d-\d\d)">[^\n]*</p>'
)


def line(metadata: Metadata, day: date) -> str:
    """The line as HTML, as it is to be read on this day; empty where there is none."""
    last = filled.last_day(metadata.kind, metadata.particulars)
    return _written(metadata.kind, last, day) if last else ""


def open_until(page: bytes) -> date | None:
    """The last day of what the page says still lasts; None where it says nothing of the kind."""
    found = _LINE.search(page)
    return date.fromisoformat(found[2].decode()) if found else None


def turned(page: bytes, day: date) -> bytes | None:
    """The page with its line as it is to be read on this day; None where nothing is to be changed."""
    found = _LINE.search(page)
    if found is None or date.fromisoformat(found[2].decode()) >= day:
        return None
    said = _written(Kind(found[1].decode()), date.fromisoformat(found[2].decode()), day)
    return page[: found.start()] + said.encode() + page[found.end() :]


def _written(kind: Kind, last: date, day: date) -> str:
    is_over = day > last
    look = "" if is_over else " good"
    said = WORDS[f"{kind}_{'over' if is_over else 'open'}"].format(date=chinese(last))
    return (
        f'<p id="gongbu-closing" class="told{look}" data-kind="{kind}" data-last="{last}">'
        f"<strong>{escape(filled.mark(kind, is_over=is_over))}</strong> {escape(said)}</p>"
    )
