"""What the story must be: nothing sent without approval, no result without intent, one official time, the right one.

Entries come in order, one at a time; the rules are a table. Memory grows by one small key for each act.
"""

from typing import Any, Protocol

#: What a rule needs of one entry: the rule's number, the entry's type, the values it looks at. Can cross processes.
Fact = tuple[int, str, tuple[Any, ...]]


class Rule(Protocol):
    """One law over the entries of some types."""

    @property
    def types(self) -> tuple[str, ...]:
        """Return the types of entries that the rule listens to."""

    def values(self, entry: dict[str, Any]) -> tuple[Any, ...] | None:
        """Return what the rule looks at, with None for a missing field; None alone if the entry is no concern of it."""

    def tell(self, kind: str, values: tuple[Any, ...]) -> str | None:
        """Take the next values in order and return the code of the finding, if they break the law."""


class Precedence:
    """Each `later` entry needs an `earlier` one with the same values under the same names."""

    def __init__(self, *, earlier: str, later: str, names: tuple[str, ...], code: str) -> None:
        self.types = (earlier, later)
        self._earlier, self._names, self._code = earlier, names, code
        self._seen: set[tuple[Any, ...]] = set()

    def values(self, entry: dict[str, Any]) -> tuple[Any, ...] | None:
        return tuple(map(entry.get, self._names))

    def tell(self, kind: str, values: tuple[Any, ...]) -> str | None:
        if kind == self._earlier:
            self._seen.add(values)
            return None
        return None if values in self._seen else self._code


class OfficialTime:
    """Official once, at the moment of the first sighting of the policy itself on an authoritative channel."""

    types = ("sighting", "release.official")

    def __init__(self) -> None:
        self._first: dict[int, str] = {}
        self._official: set[int] = set()

    def values(self, entry: dict[str, Any]) -> tuple[Any, ...] | None:
        if entry["t"] == "sighting":
            data = entry.get("data", {})
            if data.get("authoritative") is not True or data.get("document") != "policy":
                return None
        return entry.get("rel"), entry["at"]

    def tell(self, kind: str, values: tuple[Any, ...]) -> str | None:
        release, at = values
        if kind == "sighting":
            self._first.setdefault(release, at)
            return None
        if release in self._official:
            return "act.official_repeated"
        self._official.add(release)
        return None if self._first.get(release) == at else "act.official_time"


class Story:
    """All rules together, each asked only about the types that it knows."""

    def __init__(self) -> None:
        self._rules = _rules()
        self._listening: dict[str, list[tuple[int, Rule]]] = {}
        for number, rule in enumerate(self._rules):
            for kind in rule.types:
                self._listening.setdefault(kind, []).append((number, rule))

    def facts(self, entry: dict[str, Any]) -> list[Fact] | None:
        """Return what the rules must be told of the entry, None if it lacks a field they need. Remembers nothing."""
        found: list[Fact] = []
        kind = entry["t"]
        for number, rule in self._listening.get(kind, ()):
            values = rule.values(entry)
            if values is None:
                continue
            if None in values:
                return None
            found.append((number, kind, values))
        return found

    def tell(self, fact: Fact) -> str | None:
        """Take the next fact in order and return the code of the finding, if there is one."""
        number, kind, values = fact
        return self._rules[number].tell(kind, values)


def _rules() -> tuple[Rule, ...]:
    return (
        Precedence(
            earlier="send.intent",
            later="send.result",
            names=("rel", "ed", "chan", "act"),
            code="act.result_without_intent",
        ),
        Precedence(
            earlier="release.approved",
            later="send.intent",
            names=("rel", "ed", "digest"),
            code="act.intent_without_approval",
        ),
        OfficialTime(),
    )
