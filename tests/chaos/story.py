"""The exported log, read as a story: what it says of each delivery, and whether the books tell the same."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.chaos import books
from tests.chaos.books import Books

Doubt = tuple[int, str]
Entry = dict[str, Any]


@dataclass
class Told:
    """What the log says of one delivery, each act with its place in the log."""

    intents: list[int] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    seen: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  #: document → sightings


Name = tuple[int, int, str, str]  #: release, edition, channel, action


def told(entries: list[Entry]) -> dict[Name, Told]:
    """Sort the log by delivery."""
    found: dict[Name, Told] = defaultdict(Told)
    for place, entry in enumerate(entries):
        if "chan" not in entry or entry["t"] == "release.official":
            continue
        one = found[entry["rel"], entry["ed"], entry["chan"], entry.get("act", "")]
        data = entry.get("data") or {}
        match entry["t"]:
            case "send.intent":
                one.intents.append(place)
            case "send.result" if data.get("outcome") == "accepted":
                one.accepted.append(place)
            case "sighting":
                one.seen[data["document"]].append(place)
    return dict(found)


def doubts(read: Books) -> Iterator[Doubt]:
    """Yield everything that the log and the books do not agree about."""
    story = told(read.entries)
    names = {books.key(*name): name for name in story}
    yield from _once(story)
    yield from _meant(read, story, names)
    yield from _done(read, story)
    yield from _official(read.entries)


def _once(story: dict[Name, Told]) -> Iterator[Doubt]:
    """A delivery is accepted once and each of its documents sighted once, or an overtaken worker has written."""
    for name, one in story.items():
        if len(one.accepted) > 1:
            yield name[0], f"{name} was accepted {len(one.accepted)} times in the log"
        for document, places in one.seen.items():
            if len(places) > 1:
                yield name[0], f"{document} of {name} was sighted {len(places)} times in the log"


def _meant(read: Books, story: dict[Name, Told], names: dict[str, Name]) -> Iterator[Doubt]:
    """The n-th call that reached a channel had n intents before it, all in a signed checkpoint already (law 4)."""
    for key, sends in read.sends.items():
        name = names.get(key)
        if name is None:
            yield 0, f"a channel was sent {key}, of which the log knows nothing"
            continue
        for count, send in enumerate(sends, 1):
            if send.signed is None:
                continue
            before = sum(place < send.signed for place in story[name].intents)
            if before < count:
                words = f"call {count} of {name} reached the channel when the signed log held {before} intents of it"
                yield name[0], f"{words} (signed {send.signed}, intents at {story[name].intents})"


def _done(read: Books, story: dict[Name, Told]) -> Iterator[Doubt]:
    """What the log says was seen is in the books, and what is in the books was meant and accepted."""
    for name, one in story.items():
        release, _, channel, action = name
        key = books.key(*name)
        in_book = {
            "wechat": key in read.articles,
            "disclosure": key in read.disclosure["packages"],
        }.get(channel, bool(one.seen))
        if one.seen and not in_book and (channel, action) != ("wechat", "annotate"):
            yield release, f"the log says that {name} was seen, and the channel's book does not have it"
        if one.seen and not (one.intents and one.accepted):
            yield release, f"{name} was seen without intent and acceptance in the log"


def _official(entries: list[Entry]) -> Iterator[Doubt]:
    """The official time is that of the first authoritative sighting of the policy, once."""
    first: dict[int, str] = {}
    official: dict[int, str] = {}
    for entry in entries:
        data, release = entry.get("data") or {}, entry.get("rel", 0)
        if entry["t"] == "sighting" and data.get("authoritative") and data["document"] == "policy":
            first.setdefault(release, entry["at"])
        if entry["t"] == "release.official":
            if release in official:
                yield release, "the log has two official times"
            official[release] = entry["at"]
    for release in first.keys() | official.keys():
        if first.get(release) != official.get(release):
            yield release, f"first sighting {first.get(release)}, official time {official.get(release)}"
