"""存量文件: how far each unit has got with 公开属性重新审定, and the documents themselves, filtered and paged."""

from urllib.parse import urlencode

from hub.core.backfiles import rules
from hub.store import backfiles, engine
from hub.store.backfiles import Wanted
from hub.web.console.room import Page, Room, Visit
from schemas import text
from schemas.backfile import Stage
from schemas.entry import BEIJING
from schemas.person import Duty
from schemas.words import word

PATH = "/backfiles"
PAGE = 50
MAX_WORDS = 100
#: What a list may be narrowed to, in the order of the work.
STAGES = (
    (Stage.WAITING.value, "待审定（含到期再审的）"),
    ("due", "到期再审的"),
    (Stage.PROPOSED.value, word(Stage.PROPOSED)),
    ("to_convert", "待转为政策发布"),
    (Stage.DECIDED.value, word(Stage.DECIDED)),
)


async def show(visit: Visit) -> Page:
    unit = rules.scope(visit.person)
    wanted = _wanted(visit, unit)
    after = _number(visit.query.get("after", ""))
    async with visit.hub.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
        units = await backfiles.progress(connection, today, unit)
        found = await backfiles.some(connection, wanted, today, after=after, limit=PAGE + 1)
        count = await backfiles.count(connection, wanted, today)
    lines = found[:PAGE]
    values = {
        "units": units,
        "lines": lines,
        "count": count,
        "today": today,
        "query": visit.query,
        "stages": STAGES,
        "following": _query(visit, after=lines[-1].id) if len(found) > PAGE else "",
        "is_first": not after,
        "first": _query(visit),
        "is_filtered": wanted != Wanted(unit=unit),
        "own": unit,
        "brings": visit.has(Duty.EDITOR),
        "months": visit.hub.rules.rereview_months,
        "since": visit.hub.rules.rereview_since,
    }
    return Page("backfiles.html", values)


def _wanted(visit: Visit, unit: str | None) -> Wanted:
    """What the address asks for, within what the person may look at; what makes no sense in it is passed over."""
    query = visit.query
    stage = query.get("stage", "")
    return Wanted(
        unit=unit if unit is not None else query.get("unit") or None,
        stage=stage if stage in dict(STAGES) else None,
        words=text.one_line(query.get("q", ""))[:MAX_WORDS],
    )


def _query(visit: Visit, **more: object) -> str:
    kept = {name: visit.query[name] for name in ("q", "stage", "unit") if visit.query.get(name)}
    asked = urlencode(kept | more)
    return f"?{asked}" if asked else ""


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0  # noqa: PLR2004


ROOMS = (Room("GET", PATH, show, rules.READ),)
