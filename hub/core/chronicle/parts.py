"""The parts that sentences of the log share: the object of an act, its digests, its moment."""

from collections.abc import Callable

from hub.core.chronicle.entry import Entry, Names

#: Digits of a digest that a sentence repeats; the whole one stands beside it.
SHORT = 12
#: How one kind of act is told, without who did it.
Saying = Callable[[Entry, Names], str]


def of(entry: Entry) -> str:
    """The object: which edition of which release, on which channel."""
    parts = [
        f"政策发布 {entry.release}" if entry.release else "",
        f"第 {entry.edition} 版" if entry.edition else "",
    ]
    return " ".join(filter(None, parts)) + (f"（渠道 {entry.channel}）" if entry.channel else "")


def sealed(entry: Entry) -> str:
    """The digest of the edition, when the act is bound to one."""
    return f"，内容摘要 {entry.digest[:SHORT]}…" if entry.digest else ""


def hashed(entry: Entry, name: str, label: str) -> str:
    """A digest of the act's own data by its label, when it has one."""
    return f"，{label} {entry.get(name)[:SHORT]}…" if entry.get(name) else ""


def moment(stamp: str) -> str:
    """A log's stamp as a person reads it, to the millisecond."""
    return stamp[:23].replace("T", " ")
