"""An entry read again from its bytes, and what its parts are called. Nothing is demanded: entries outlive programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic_core import from_json

from schemas.words import WORDS

#: Acts of time carry this before the name of the process.
WORKER = "worker:"
#: id → name of a person.
Names = Mapping[str, str]

_WORDS: Mapping[str, str] = {member.value: words for member, words in WORDS.items()}
#: Where an act's own data names people.
_PEOPLE = ("person", "giver", "receiver", "for")
_NOBODY = {"operator": "运维人员（命令行）", "": "（未记载）"}


@dataclass(frozen=True)
class Entry:
    """An entry as its bytes say it. Fields that it does not have are None or empty."""

    type: str
    at: datetime
    who: str
    release: int | None
    edition: int | None
    digest: str
    channel: str
    action: str
    data: Mapping[str, Any]

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Return the entry of these bytes. Raises ValueError, KeyError or TypeError for what no act of ours wrote."""
        fields = from_json(body)
        return cls(
            type=fields["t"],
            at=datetime.fromisoformat(fields["at"]),
            who=fields.get("who", ""),
            release=fields.get("rel"),
            edition=fields.get("ed"),
            digest=fields.get("digest", ""),
            channel=fields.get("chan", ""),
            # What shows a standing ends in its number: `withdraw/7`.
            action=fields.get("act", "").partition("/")[0],
            data=fields.get("data", {}),
        )

    @property
    def word(self) -> str:
        """What kind of act it is, in Chinese; an unknown kind keeps its name."""
        return word(self.type)

    @property
    def people(self) -> frozenset[str]:
        """The ids that a sentence can put names to."""
        found = [self.who, *(self.data.get(field) for field in _PEOPLE)]
        return frozenset(one for one in found if isinstance(one, str) and one and not one.startswith(WORKER))

    def get(self, name: str) -> str:
        """A value of the act's own data as text, empty when there is none."""
        value = self.data.get(name)
        return "" if value is None else str(value)


def word(value: str) -> str:
    """The Chinese name of a value of the vocabulary; an unknown one keeps its own."""
    return _WORDS.get(value, value)


def document(name: str) -> str:
    """What a document of a release is called: `policy`, `interpretation-1` …; an unknown one keeps its name."""
    number = name.removeprefix("interpretation-")
    return "政策文件" if name == "policy" else f"第 {number} 份解读" if number.isdecimal() else name


def name(who: str, names: Names) -> str:
    """What a person or process is called in a sentence."""
    if who.startswith(WORKER):
        return f"投递进程“{who.removeprefix(WORKER)}”"
    return names.get(who) or _NOBODY.get(who, f"编号 {who[:8]}")
