"""What the story must be: nothing sent without approval, no result without intent, one official time, the right one.

A chapter is what one bundle tells and can be made apart from the others; the story takes the chapters in order. Memory
grows by one short text for each act. Rules compare values as the entries spell them: canonical JSON has one spelling
for each value, and no value's spelling can pass for two.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hub.log.audit import reviewers, standings

APPROVED = "release.approved"
INTENT = "send.intent"
RESULT = "send.result"
SIGHTING = "sighting"
OFFICIAL = "release.official"

#: The one spelling of a value that is known to be canonical.
write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode

Path = tuple[str, ...]
_TIME: Path = ("at",)
#: What the rules read of each type, in the order in which canonical JSON has it. Of all other types: the time alone.
_READ: dict[str, tuple[Path, ...]] = {
    APPROVED: (_TIME, ("digest",), ("ed",), ("rel",)),
    INTENT: (("act",), _TIME, ("chan",), ("digest",), ("ed",), ("rel",)),
    RESULT: (("act",), _TIME, ("chan",), ("ed",), ("rel",)),
    SIGHTING: (_TIME, ("data", "authoritative"), ("data", "document"), ("rel",)),
    OFFICIAL: (_TIME, ("rel",)),
    **reviewers.READ,
    **standings.READ,
}
#: What speaks of a send, and what is wrong when nothing of the kind was intended.
_ANSWERS = {RESULT: "act.result_without_intent", standings.SEEN: "act.seen_without_intent"}


@dataclass(slots=True)
class Chapter:
    """What the entries of one bundle tell. Indexes count from its first entry."""

    #: Keys of the acts that later ones may need.
    done: set[bytes] = field(default_factory=set)
    #: Acts whose need this bundle does not meet: index, type, key, code of the finding if nothing before meets it.
    unmet: list[tuple[int, str, bytes, str]] = field(default_factory=list)
    #: Sightings that can make official, and what was made official: index, type, release, time.
    times: list[tuple[int, str, bytes, bytes]] = field(default_factory=list)
    #: What people did before the button: index, type, and the spelling of each field that is read.
    desk: list[reviewers.Told] = field(default_factory=list)
    #: What was proposed and confirmed after a publication, and every intent, in their order.
    said: list[standings.Told] = field(default_factory=list)

    def hear(self, index: int, kind: str, told: tuple[bytes, ...]) -> None:
        """Take what the next entry tells: the spelling of each field that `read_of` names."""
        if kind == INTENT:
            self._hear_intent(index, told)
        elif kind in _ANSWERS:
            act, _, channel, edition, release = told
            self._need(index, kind, _key(act, channel, edition, release), _ANSWERS[kind])
        elif kind == APPROVED:
            self.done.add(_key(*told[1:]))
        elif kind == SIGHTING:
            at, authoritative, document, release = told
            if authoritative == b"true" and document == b'"policy"':
                self.times.append((index, kind, release, at))
        elif kind == OFFICIAL:
            at, release = told
            self.times.append((index, kind, release, at))
        else:
            self._hear_people(index, kind, told)

    def _hear_intent(self, index: int, told: tuple[bytes, ...]) -> None:
        act, _, channel, digest, edition, release = told
        self._need(index, INTENT, _key(digest, edition, release), "act.intent_without_approval")
        if standings.is_said(act):
            self._need(index, INTENT, _key(act, release), "act.intent_without_confirmation")
        self.done.add(_key(act, channel, edition, release))
        self.said.append((index, INTENT, (act, edition, release)))

    def _hear_people(self, index: int, kind: str, told: tuple[bytes, ...]) -> None:
        if kind in reviewers.READ:
            self.desk.append((index, kind, told))
        elif kind in standings.READ:
            if kind == standings.FOLLOWED:
                _, by, what_holds, number, of, standing, what, release = told
                self._need(index, kind, _key(*standings.needed(by, number, of, what)), "act.standing_unfounded")
                self.done.add(_key(standings.act_of(what_holds, standing), release))
            elif kind == standings.CONFIRMED:
                _, _, what, _, standing, _, release, _ = told
                self.done.add(_key(standings.act_of(what, standing), release))
            self.said.append((index, kind, told))

    def _need(self, index: int, kind: str, key: bytes, code: str) -> None:
        if key not in self.done:
            self.unmet.append((index, kind, key, code))


class Story:
    """All chapters so far."""

    def __init__(self) -> None:
        self._done: set[bytes] = set()
        self._first_seen: dict[bytes, bytes] = {}
        self._official: set[bytes] = set()
        self._reviewers = reviewers.Reviewers()
        self._standings = standings.Standings()

    def tell(self, chapter: Chapter) -> Iterator[tuple[int, str, str]]:
        """Take the next chapter and yield index, type and code for every act in it that breaks a law."""
        for index, kind, key, code in chapter.unmet:
            if key not in self._done:
                yield index, kind, code
        yield from self._reviewers.tell(chapter.desk)
        yield from self._standings.tell(chapter.said)
        self._done |= chapter.done
        for index, kind, release, at in chapter.times:
            if kind == SIGHTING:
                self._first_seen.setdefault(release, at)
            elif code := self._make_official(release, at):
                yield index, kind, code

    def _make_official(self, release: bytes, at: bytes) -> str:
        """Official once, at the moment of the first sighting of the policy on an authoritative channel."""
        if release in self._official:
            return "act.official_repeated"
        self._official.add(release)
        return "" if self._first_seen.get(release) == at else "act.official_time"


def read_of(kind: str) -> tuple[Path, ...]:
    return _READ.get(kind, (_TIME,))


def told_by(entry: dict[str, Any]) -> tuple[bytes, ...]:
    """Return the spelling of what the rules read of a well-shaped entry; KeyError if a needed field is missing."""
    kind = entry["t"]
    if kind == SIGHTING:
        data = entry["data"]
        seen = (data.get("authoritative"), data.get("document"))
        # Only a sighting that makes official must say of which release.
        release = entry["rel"] if seen == (True, "policy") else entry.get("rel")
        return tuple(map(spell, (entry["at"], *seen, release)))
    return tuple(spell(_at(entry, path)) for path in read_of(kind))


def _at(entry: dict[str, Any], path: Path) -> Any:
    """The value at this place; KeyError where it is missing and must not be."""
    value: Any = entry
    for name in path:
        if not isinstance(value, dict) or (name not in value and path not in reviewers.OPTIONAL):
            raise KeyError(name)
        value = value.get(name)
    return value


def spell(value: Any) -> bytes:
    """Return a canonical value as its entry spells it."""
    return write(value).encode()


def _key(*told: bytes) -> bytes:
    return b",".join(told)
