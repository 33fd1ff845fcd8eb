"""What the story must be: nothing sent without approval, no result without intent, one official time, the right one.

Entries come in order, one at a time; the rules are a table. Memory grows by one short text for each act.
"""

from operator import itemgetter
from typing import Any, Protocol

#: What a rule needs of one entry: the rule's number, the entry's type, a key made of what the rule looks at.
#: It crosses between processes by the million, hence three plain values.
Fact = tuple[int, str, str]


class Rule(Protocol):
    """One law over the entries of some types."""

    @property
    def types(self) -> tuple[str, ...]:
        """Return the types of entries that the rule listens to."""

    def key(self, entry: dict[str, Any]) -> str:
        """Return what the rule looks at, empty if the entry is no concern of it; KeyError if a field is missing."""

    def tell(self, kind: str, key: str) -> str:
        """Take the next key in order and return the code of the finding if it breaks the law, else nothing."""


class Precedence:
    """Each `later` entry needs an `earlier` one with the same values under the same names."""

    def __init__(self, *, earlier: str, later: str, names: tuple[str, ...], code: str) -> None:
        self.types = (earlier, later)
        self._earlier, self._pick, self._code = earlier, itemgetter(*names), code
        self._seen: set[str] = set()

    def key(self, entry: dict[str, Any]) -> str:
        # Quoted, so that no value can pass for the end of one and the beginning of the next.
        return repr(self._pick(entry))

    def tell(self, kind: str, key: str) -> str:
        if kind == self._earlier:
            self._seen.add(key)
            return ""
        return "" if key in self._seen else self._code


class OfficialTime:
    """Official once, at the moment of the first sighting of the policy itself on an authoritative channel."""

    types = ("sighting", "release.official")

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._official: set[str] = set()

    def key(self, entry: dict[str, Any]) -> str:
        if entry["t"] == "sighting":
            data = entry["data"]
            if data.get("authoritative") is not True or data.get("document") != "policy":
                return ""
        return f"{entry['rel']} {entry['at']}"

    def tell(self, kind: str, key: str) -> str:
        release, _, at = key.partition(" ")
        if kind == "sighting":
            self._first.setdefault(release, at)
            return ""
        if release in self._official:
            return "act.official_repeated"
        self._official.add(release)
        return "" if self._first.get(release) == at else "act.official_time"


class Story:
    """All rules together, each asked only about the types that it knows."""

    def __init__(self) -> None:
        self._rules = _rules()
        self._listening: dict[str, list[tuple[int, Rule]]] = {}
        for number, rule in enumerate(self._rules):
            for kind in rule.types:
                self._listening.setdefault(kind, []).append((number, rule))

    def facts(self, entry: dict[str, Any]) -> list[Fact]:
        """Return what the rules must be told of a well-shaped entry; KeyError if a field is missing. Remembers nothing."""
        kind = entry["t"]
        return [(number, kind, key) for number, rule in self._listening.get(kind, ()) if (key := rule.key(entry))]

    def tell(self, fact: Fact) -> str:
        """Take the next fact in order and return the code of the finding, if there is one."""
        number, kind, key = fact
        return self._rules[number].tell(kind, key)


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
