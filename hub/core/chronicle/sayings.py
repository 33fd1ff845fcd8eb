"""The log in words: each entry as one sentence that says who did what to what. Pure; knows only the names it is given.

What a sentence needs and an entry lacks is left out, and an unknown act is told by its name.
"""

from collections.abc import Mapping

from hub.core.chronicle import bureau, deliveries, releases, standings
from hub.core.chronicle.entry import Entry, Names, name
from hub.core.chronicle.parts import Saying, of

_SAYINGS: Mapping[str, Saying] = {
    **releases.SAYINGS,
    **deliveries.SAYINGS,
    **standings.SAYINGS,
    **bureau.SAYINGS,
}


def sentence(entry: Entry, names: Names) -> str:
    """Return who did what, to what, with which digest. `names` is id → name; who is not in it keeps their id."""
    told = _SAYINGS.get(entry.type, _unknown)(entry, names)
    return f"{name(entry.who, names)}{told}。"


def _unknown(entry: Entry, names: Names) -> str:  # noqa: ARG001 - one signature for all
    return f"办理了“{entry.word}”{of(entry)}"
