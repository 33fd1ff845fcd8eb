"""The console's main places, as its navigation shows them. A new place is a line here and its rooms in `rooms`."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from hub.core.backfiles import rules
from schemas.person import Duty


@dataclass(frozen=True)
class Place:
    """One item of the navigation. `duties` is who sees it; empty is everybody."""

    path: str
    name: str
    duties: frozenset[Duty] = frozenset()


_OFFICERS = frozenset({Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR})

PLACES = (
    Place("/", "工作台"),
    Place("/releases", "文件"),
    Place("/backfiles", "存量文件", rules.READ),
    Place("/channels", "渠道", _OFFICERS),
    Place("/dispatches", "签收", _OFFICERS | {Duty.RECEIVER}),
    Place("/reports", "报表", _OFFICERS),
    Place("/audit", "审计", frozenset({Duty.AUDITOR, Duty.SIGNER, Duty.ADMINISTRATOR})),
    Place("/admin", "管理", frozenset({Duty.ADMINISTRATOR})),
)


def safe(to: str) -> str:
    """An address that came from outside, if it stays inside; the workbench otherwise."""
    parts = urlsplit(to)
    is_inside = to.startswith("/") and not to.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return to if is_inside and to.isprintable() and "\\" not in to else "/"
