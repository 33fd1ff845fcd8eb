"""What the log browser's filter form asks for, read from an address: every field may hold anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import journal
from hub.store.journal import Sought
from schemas.entry import BEIJING

MAX_NUMBER = 10**15
#: Later days are taken for this year's: a day must have a morrow.
LAST_YEAR = 9000
FIELDS = ("release", "who", "type", "channel", "since", "until")


@dataclass(frozen=True)
class Asked:
    """What the filter form says: the search, what is wrong with it, and how it goes on in an address."""

    sought: Sought
    values: dict[str, str]
    before: int | None
    wrong: dict[str, str] = field(default_factory=dict)

    def again(self, **more: object) -> str:
        """The query string of the same search."""
        given = {name: value for name, value in self.values.items() if value}
        return urlencode(given | {name: str(value) for name, value in more.items()})


async def read(connection: AsyncConnection, query: Mapping[str, str]) -> Asked:
    """Return what an address asks for. What makes no sense matches nothing and is named in `wrong`."""
    values = {name: _plain(query.get(name, "")) for name in FIELDS}
    wrong: dict[str, str] = {}
    sought = Sought(
        release=_number(values, "release", wrong),
        who=values["who"],
        type=values["type"],
        channel=values["channel"],
    )
    since, until = (_day(values, name, wrong) for name in ("since", "until"))
    if since and until and since > until:
        wrong["until"] = "截止日期早于开始日期"
    elif since or until:
        first = await journal.place_of(connection, since) if since else 0
        stop = await journal.place_of(connection, until + timedelta(days=1)) if until else None
        sought = replace(sought, first=first, stop=stop)
    before = query.get("before", "")
    return Asked(sought, values, int(before) if _is_number(before) else None, wrong)


def _number(values: dict[str, str], name: str, wrong: dict[str, str]) -> int | None:
    if not values[name]:
        return None
    if not _is_number(values[name]):
        wrong[name] = "编号只含数字"
        return -1
    return int(values[name])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_NUMBER)) - 1


def _day(values: dict[str, str], name: str, wrong: dict[str, str]) -> datetime | None:
    if not values[name]:
        return None
    try:
        day = date.fromisoformat(values[name])
        return datetime.combine(day.replace(year=min(day.year, LAST_YEAR)), datetime.min.time(), BEIJING)
    except ValueError:
        wrong[name] = "日期应写作 2026-11-26"
        return None


def _plain(value: str) -> str:
    """What was asked, without what no field of ours contains: the store takes no zero byte."""
    return "".join(one for one in value.strip()[:100] if one.isprintable())
