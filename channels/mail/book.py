"""What became of each recipient's message, kept in the delivery's notes. No address stands there, only its digest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from channels.contract import Notes

LONGEST_WAIT_SECONDS = 3600.0


class Mark(StrEnum):
    """How far one recipient's message has come."""

    NONE = ""  #: nothing has left
    BEGUN = "begun"  #: it may have left: no answer says so
    SENT = "sent"  #: the server has it
    LATER = "later"  #: it was put off, and certainly not taken
    REFUSED = "refused"  #: it was refused for good
    TOLD = "told"  #: it was refused, and a person was told: whoever sends on wants it tried again


@dataclass(frozen=True)
class Line:
    """One recipient."""

    number: int  #: its place in the settings, from 1: how people are told of it
    to: str
    digest: str
    mark: Mark
    code: str
    tries: int
    since: str

    def wait(self, now: datetime, first: float) -> float:
        """The seconds until it may be tried again: later and later."""
        if not self.since or self.mark not in {Mark.LATER, Mark.BEGUN}:
            return 0.0
        asked = min(first * 2.0 ** min(max(self.tries - 1, 0), 16), LONGEST_WAIT_SECONDS)
        return max(0.0, asked - (now - datetime.fromisoformat(self.since)).total_seconds())


class Book:
    """The recipients of one delivery."""

    def __init__(self, notes: Notes, recipients: tuple[str, ...]) -> None:
        self._notes = notes
        self._recipients = recipients

    def lines(self) -> list[Line]:
        return [self._line(number, to) for number, to in enumerate(self._recipients, 1)]

    def marked(self, *marks: Mark) -> list[Line]:
        return [one for one in self.lines() if one.mark in marks]

    @property
    def is_done(self) -> bool:
        return len(self.marked(Mark.SENT)) == len(self._recipients)

    @property
    def has_left(self) -> bool:
        """Whether any message may have left."""
        return bool(self.marked(Mark.SENT, Mark.BEGUN))

    async def keep(self, line: Line, mark: Mark, code: str = "") -> Line:
        """Write it down, durably; return the line as it stands then."""
        tries = line.tries + (mark is Mark.BEGUN)
        since = (await self._notes.now()).isoformat(timespec="seconds")
        await self._notes.keep(_key(line.digest), {"mark": mark.value, "code": code, "tries": tries, "since": since})
        return self._line(line.number, line.to)

    def _line(self, number: int, to: str) -> Line:
        digest = digest_of(to)
        kept = self._notes.get(_key(digest)) or {}
        mark, code = Mark(kept.get("mark", "")), str(kept.get("code", ""))
        return Line(number, to, digest, mark, code, int(kept.get("tries", 0)), str(kept.get("since", "")))


def digest_of(address: str) -> str:
    """Twelve hex digits that stay the same whatever else stands in the settings."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:12]


def _key(digest: str) -> str:
    return f"to:{digest}"
