"""What will happen in a town: which releases are published when, and what strikes. Pure; all from the seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

Way = Literal["plain", "corrected", "scheduled"]

#: How often each way of publishing is taken.
WAYS: Mapping[Way, int] = {"plain": 5, "corrected": 3, "scheduled": 2}
#: How often each trouble of a process is taken.
TROUBLES = {
    "kill_at_step": 8,
    "kill": 3,
    "stop_at_step": 3,
    "stop": 1,
    "term": 2,
    "flushall": 2,
    "valkey_kill": 1,
    "postgres_restart": 1,
    "postgres_kill": 1,
    "web_kill": 2,
}
#: The same, where clocks can be stepped.
CLOCK_TROUBLES = TROUBLES | {"worker_clock": 8, "store_clock": 5}
#: Every step that is recorded, and the notes round WeChat's calls, with how often each is taken: a delivery can be
#: lost or doubled round the irreversible call.
EVENTS = {
    "Claimed": 2,
    "Kept": 1,
    "Prepared": 1,
    "Intended": 6,
    "Signed": 1,
    "Accepted": 6,
    "Seen": 3,
    "Unseen": 1,
    "Absent": 2,
    "Troubled": 2,
    "Released": 1,
    "Kept:draft.intent": 1,
    "Kept:draft.media_id": 1,
    "Kept:ask": 2,
    "Kept:publish": 2,
}
CHANNELS = ("website", "rss", "wechat", "disclosure", "")
WORKERS = ("worker-1", "worker-2")
#: From one run's beginning to the next one's, and from one strike to the next one's, on average.
RUN_SECONDS, TROUBLE_SECONDS, CHANNEL_SECONDS = 0.8, 1.4, 0.7
#: Longer than what is left of a lease, and short enough for the vendor's memory (see `town.WECHAT`).
STOP_SECONDS = (3.4, 4.3)
CLOCK_SECONDS = 4.0
#: Longer ones would keep a channel's circuit open, so that most calls came when the plan is over already.
OUTAGE_SECONDS = 1.2


@dataclass(frozen=True)
class Run:
    """One release on its way."""

    number: int
    begins: float  #: seconds after the town's own beginning
    way: Way
    ahead: float  #: of a scheduled one: from the button to the time
    has_file: bool


@dataclass(frozen=True)
class Strike:
    """One fault that is to come."""

    at: float
    kind: str
    place: str  #: the process or the sandbox
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A town's whole future."""

    runs: tuple[Run, ...]
    strikes: tuple[Strike, ...]


def make(
    seed: str, runs: int, *, first: int, kinds: frozenset[str] = frozenset(), pace: float = 1.0, clocks: bool = False
) -> Plan:
    """Return the plan of one town. `kinds`, when given, are all faults that strike; `pace` stretches everything."""
    dice = Random(seed)  # noqa: S311 - it must be repeatable, not secret
    begins = 0.0
    made = []
    for number in range(first, first + runs):
        way = dice.choices(list(WAYS), list(WAYS.values()))[0]
        made.append(Run(number, begins, way, dice.uniform(1.0, 3.0), dice.random() < 0.3))
        begins += dice.uniform(0.3, 1.7) * RUN_SECONDS * pace
    ends = begins + 1.0
    strikes = [*_processes(dice, ends, pace, CLOCK_TROUBLES if clocks else TROUBLES), *_channels(dice, ends, pace)]
    wanted = [one for one in strikes if not kinds or one.kind in kinds]
    return Plan(tuple(made), tuple(sorted(wanted, key=lambda one: one.at)))


def _processes(dice: Random, ends: float, pace: float, troubles: Mapping[str, int]) -> list[Strike]:
    at, strikes = dice.uniform(0.2, 1.0), []
    while at < ends:
        kind = dice.choices(list(troubles), list(troubles.values()))[0]
        place = "web" if kind == "web_kill" else dice.choice(WORKERS)
        fields: dict[str, Any] = {}
        if kind.endswith("_at_step"):
            event = dice.choices(list(EVENTS), list(EVENTS.values()))[0]
            fields = {"moment": dice.choice(("before", "after")), "event": event, "channel": dice.choice(CHANNELS)}
            if event.startswith("Kept:"):
                fields["channel"] = ""
        if kind.startswith("stop"):
            fields["seconds"] = round(dice.uniform(*STOP_SECONDS), 2)
        if kind.endswith("_clock"):
            fields["seconds"] = round(dice.uniform(-CLOCK_SECONDS, CLOCK_SECONDS), 1)
        strikes.append(Strike(round(at, 2), kind, place, fields))
        at += dice.uniform(0.3, 1.7) * TROUBLE_SECONDS * pace
    return strikes


#: (sandbox, method, path, the faults that it may have there, how often).
_SUBMIT = "/cgi-bin/freepublish/submit"
_LATE = {"seconds": 2.0}
_AGAIN = {"fault": "http", "status": 429, "retry_after": "1"}
_ANSWERS = (
    {"fault": "twice"},
    {"fault": "too_short"},
    {"fault": "too_long"},
    {"fault": "html200"},
    {"fault": "garbage"},
)
_COMMITTED = (
    *({"fault": "drop_reply"}, {"fault": "drop_reply"}, {"fault": "close"}, {"fault": "endless"}),
    *({"fault": "delay", **_LATE}, {"fault": "late_reply", **_LATE}, _AGAIN),
    *_ANSWERS,
)
CATALOGUE: tuple[tuple[str, str, str, tuple[Mapping[str, Any], ...], int], ...] = (
    ("wechat", "", _SUBMIT, (*_COMMITTED, {"fault": "http502"}, {"fault": "errcode", "errcode": 40001}), 12),
    ("wechat", "", _SUBMIT, tuple({"fault": f"{how}_event"} for how in ("lost", "duplicate", "early")), 6),
    ("wechat", "", "/cgi-bin/draft/add", (*_COMMITTED, {"fault": "errcode", "errcode": -1}), 4),
    ("wechat", "", "/cgi-bin/draft/get", (*_ANSWERS, {"fault": "http502"}), 2),
    ("wechat", "", "/cgi-bin/freepublish/batchget", (*_ANSWERS, {"fault": "http502"}), 4),
    ("wechat", "", "/cgi-bin/freepublish/get", (*_ANSWERS, {"fault": "drop_reply"}), 2),
    ("wechat", "", "/cgi-bin/material/add_material", (*_ANSWERS, {"fault": "drop_reply"}), 2),
    ("wechat", "", "/cgi-bin/stable_token", (*_ANSWERS, {"fault": "drop_reply"}), 2),
    ("wechat", "", "/cgi-bin/", ({"fault": "http", "status": 503, "for": OUTAGE_SECONDS},), 1),
    ("disclosure", "PUT", "/api/records", (*_COMMITTED, {"fault": "http", "status": 503, "carried_out": True}), 12),
    (
        "disclosure",
        "PUT",
        "/api/records",
        ({"fault": "html200", "carried_out": True}, {"fault": "http", "status": 401}),
        1,
    ),
    ("disclosure", "GET", "/api/records", (*_ANSWERS, {"fault": "http", "status": 503}, {"fault": "drop_reply"}), 4),
    ("disclosure", "GET", "/records/", (*_ANSWERS, {"fault": "http", "status": 502}), 2),
    ("disclosure", "", "/api/files", (*_ANSWERS, {"fault": "drop_reply"}), 2),
    ("disclosure", "GET", "/api/columns", (*_ANSWERS, {"fault": "endless"}), 2),
    ("disclosure", "", "/", ({"fault": "http", "status": 503, "for": OUTAGE_SECONDS},), 1),
)


def _channels(dice: Random, ends: float, pace: float) -> list[Strike]:
    at, strikes = dice.uniform(0.0, 0.5), []
    while at < ends:
        place, method, path, faults, _ = dice.choices(CATALOGUE, [one[-1] for one in CATALOGUE])[0]
        order = {"path": path, **dice.choice(faults)}
        if method:
            order["method"] = method
        strikes.append(Strike(round(at, 2), f"channel_{order['fault']}", place, order))
        at += dice.uniform(0.3, 1.7) * CHANNEL_SECONDS * pace
    return strikes
