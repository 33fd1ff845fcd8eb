"""What every part of one sandbox shares, and what one API call brings along."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.sandbox.wechat.book import Book
from channels.sandbox.wechat.faults import Faults
from channels.sandbox.wechat.options import Options
from channels.sandbox.wechat.quota import Quota
from channels.sandbox.wechat.replies import Refusal
from channels.sandbox.wechat.tokens import Tokens


@dataclass
class World:
    """One account on the platform."""

    options: Options
    book: Book
    tokens: Tokens
    quota: Quota
    #: Hands a submitted job to the platform's own time: (publish_id, whether the event comes before the reply).
    start: Callable[[int, bool], Awaitable[None]]
    #: The same for a mass send: (msg_id, whether the event comes before the reply).
    send: Callable[[int, bool], Awaitable[None]]
    faults: Faults = field(default_factory=Faults)


@dataclass(frozen=True)
class Asked:
    """One call, read and bounded."""

    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    file: tuple[str, bytes] | None  #: name and bytes of the multipart field `media`
    base: str  #: scheme and host under which public pages and images stand
    address: str
    escaped: bool  #: the body has `\\uXXXX` in it, and that counts

    def text(self, name: str) -> str:
        """Return a field that may be a string or a number. Raises Refusal(47001) for anything else."""
        value = self.body.get(name, "")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Refusal(47001, "data format error")
        return str(value)

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a number in the range. Raises Refusal(40035) for anything else."""
        value = self.body.get(name, default)
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Refusal(40035, f"invalid args! {name}")
        return value


Call = Callable[[World, Asked], Awaitable[Mapping[str, Any]]]
