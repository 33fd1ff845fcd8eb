"""What the story must be: nothing sent without approval, no result without intent, one official time, the right one.

A chapter is what one bundle tells and can be made apart from the others; the story takes the chapters in order. Memory
grows by one short text for each act.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any


@dataclass(frozen=True, slots=True)
class Precedence:
    """Each `later` entry needs an `earlier` one with the same values under the same names."""

    earlier: str
    later: str
    names: tuple[str, ...]
    code: str

    def key(self, entry: dict[str, Any]) -> str:
        """Return what both must have in common; KeyError if a field is missing."""
        # Quoted, so that no value can pass for the end of one and the beginning of the next.
        return f"{self.earlier}{itemgetter(*self.names)(entry)!r}"


PRECEDENCES = (
    Precedence("send.intent", "send.result", ("rel", "ed", "chan", "act"), "act.result_without_intent"),
    Precedence("release.approved", "send.intent", ("rel", "ed", "digest"), "act.intent_without_approval"),
)
_EARLIER = {rule.earlier: rule for rule in PRECEDENCES}
_LATER = {rule.later: rule for rule in PRECEDENCES}
OFFICIAL = "release.official"
SIGHTING = "sighting"


@dataclass(slots=True)
class Chapter:
    """What the entries of one bundle tell. Indexes count from its first entry."""

    #: Keys of the acts that later ones may need.
    done: set[str] = field(default_factory=set)
    #: Acts whose need this bundle does not meet: index, type, key, code of the finding if nothing before meets it.
    unmet: list[tuple[int, str, str, str]] = field(default_factory=list)
    #: Sightings that can make official, and what was made official: index, type, release, time.
    times: list[tuple[int, str, int, str]] = field(default_factory=list)

    def hear(self, index: int, entry: dict[str, Any]) -> None:
        """Take the next well-shaped entry; KeyError if it lacks a field that a rule needs."""
        kind = entry["t"]
        if rule := _LATER.get(kind):
            key = rule.key(entry)
            if key not in self.done:
                self.unmet.append((index, kind, key, rule.code))
        if rule := _EARLIER.get(kind):
            self.done.add(rule.key(entry))
        if kind == OFFICIAL or (kind == SIGHTING and _makes_official(entry["data"])):
            self.times.append((index, kind, entry["rel"], entry["at"]))


class Story:
    """All chapters so far."""

    def __init__(self) -> None:
        self._done: set[str] = set()
        self._first_seen: dict[int, str] = {}
        self._official: set[int] = set()

    def tell(self, chapter: Chapter) -> Iterator[tuple[int, str, str]]:
        """Take the next chapter and yield index, type and code for every act in it that breaks a law."""
        for index, kind, key, code in chapter.unmet:
            if key not in self._done:
                yield index, kind, code
        self._done |= chapter.done
        for index, kind, release, at in chapter.times:
            if kind == SIGHTING:
                self._first_seen.setdefault(release, at)
            elif code := self._make_official(release, at):
                yield index, kind, code

    def _make_official(self, release: int, at: str) -> str:
        """Official once, at the moment of the first sighting of the policy on an authoritative channel."""
        if release in self._official:
            return "act.official_repeated"
        self._official.add(release)
        return "" if self._first_seen.get(release) == at else "act.official_time"


def _makes_official(data: dict[str, Any]) -> bool:
    return data.get("authoritative") is True and data.get("document") == "policy"
