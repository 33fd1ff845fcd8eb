"""Faults on command: what should go wrong, where, how often. `POST /sandbox/faults` fills it, `DELETE` empties it.

What the platform or its people do later is no fault and has addresses of its own: see `later`.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Before the call is carried out / after it, the reply only / to the callback / to the publication itself.
BEFORE = frozenset({"delay", "http502", "http", "html200", "errcode", "close"})
AFTER = frozenset({"drop_reply", "late_reply", "garbage", "twice", "too_short", "too_long", "endless"})
EVENT = frozenset({"duplicate_event", "lost_event", "early_event"})
JOB = frozenset({"status"})
#: To a mass send: how it ends (`word`, such as `err(10001)`), or that its first call is said to be a repetition.
SEND = frozenset({"sent"})
SAME = frozenset({"same"})
KINDS = BEFORE | AFTER | EVENT | JOB | SEND | SAME
MAX_WAITING = 1_000


@dataclass
class Fault:
    """One order. `times` counts down; `seconds`, `errcode`, `errmsg` and `status` belong to their kinds.

    A `path` that ends with `/` means every call below it. `retry_after` is a header of `http`.
    """

    path: str
    fault: str
    times: int = 1
    seconds: float = 1.0
    errcode: int = -1
    errmsg: str = "system error"
    status: int = 3
    word: str = "send fail"
    retry_after: str = ""
    within: float = 0.0  #: seconds after which it strikes no more; 0 for never
    ordered: float = field(default_factory=time.monotonic, init=False)

    def hits(self, path: str) -> bool:
        is_over = self.within > 0 and time.monotonic() - self.ordered > self.within
        is_meant = path == self.path or (self.path.endswith("/") and path.startswith(self.path))
        return is_meant and not is_over


@dataclass
class Faults:
    """The orders not yet carried out, oldest first, and what was."""

    waiting: list[Fault] = field(default_factory=list)
    struck: list[dict[str, Any]] = field(default_factory=list)

    def order(self, wanted: Mapping[str, Any]) -> None:
        """Take an order. Raises ValueError or TypeError for one that is none. `times` 0 withdraws the path's orders."""
        fault = Fault(**wanted)
        if fault.fault not in KINDS or len(self.waiting) >= MAX_WAITING:
            raise ValueError("no such fault, or too many waiting")
        if fault.times == 0:
            self.waiting = [one for one in self.waiting if (one.path, one.fault) != (fault.path, fault.fault)]
        else:
            self.waiting.append(fault)

    def take(self, path: str, kinds: frozenset[str]) -> Fault | None:
        """Return the oldest order of these kinds for the path, and count it down."""
        for fault in self.waiting:
            if fault.hits(path) and fault.fault in kinds:
                fault.times -= 1
                self.struck.append({"fault": fault.fault, "path": path, "at": time.time()})
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
