"""What the administrator keeps for the whole bureau. Each change is one log entry; none touches a release."""

import re
from collections.abc import Sequence

from hub.commands.act import Hub, act
from hub.core import outline, tenancy, workflow
from hub.store import calendars, offices, tenants
from schemas import canonical
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.office import Day, Phrase, Unit
from schemas.person import Duty, Person

#: No year has more holidays and make-up days than this.
MOST_DAYS = 120
MOST_PHRASES = 5000
MAX_TEMPLATE = 50_000
#: The templates that there are.
INTERPRETATION = "interpretation"
_NAMED = re.compile(r"\{([a-z_]+)\}")


async def put_unit(hub: Hub, by: Person, unit: Unit) -> None:
    """Add, move, close or reopen a unit, or set its work apart. May run twice.

    A unit that becomes a tenant is given what its people are writing. Raises HubError: FORBIDDEN, INVALID for a parent
    that there is not.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        parents = {one.name: one.parent for one in await offices.units(acting.connection)}
        tenancy.check_parent(unit.name, unit.parent, parents)
        await offices.put_unit(acting.connection, unit)
        if unit.is_tenant:
            await tenants.gather(acting.connection, unit.name)
        acting.log(EntryType.OFFICE_CHANGED, data={"what": "unit", **unit.model_dump(mode="json")})


async def put_year(hub: Hub, by: Person, year: int, days: Sequence[Day]) -> None:
    """Enter the holidays and make-up days of a year, in place of what it had. May run twice.

    Raises HubError: FORBIDDEN, INVALID for a day of another year, a day twice, too many days.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    if wrong := _wrong_year(year, days):
        raise HubError(ErrorCode.INVALID, detail=wrong, fields={"days": wrong})
    async with act(hub, by) as acting:
        await calendars.put_year(acting.connection, year, days)
        digest = canonical.digest(canonical.encode([day.model_dump(mode="json") for day in days]))
        acting.log(
            EntryType.OFFICE_CHANGED, data={"what": "calendar", "year": year, "days": len(days), "sha256": digest}
        )


async def put_phrase(hub: Hub, by: Person, phrase: Phrase) -> None:
    """Add a set phrase, or change it. May run twice. Raises HubError: FORBIDDEN, INVALID, TOO_LARGE."""
    workflow.require(by, Duty.ADMINISTRATOR)
    if phrase.wrong == phrase.correct:
        raise HubError(ErrorCode.INVALID, detail="两种写法相同", fields={"correct": "应与不规范写法不同"})
    async with act(hub, by) as acting:
        if len(await offices.phrases(acting.connection)) >= MOST_PHRASES:
            raise HubError(ErrorCode.TOO_LARGE, limit=f"{MOST_PHRASES} 条")
        await offices.put_phrase(acting.connection, phrase)
        acting.log(EntryType.OFFICE_CHANGED, data={"what": "phrase", **phrase.model_dump()})


async def remove_phrase(hub: Hub, by: Person, wrong: str) -> None:
    """Take a set phrase off the list. May run twice. Raises HubError(FORBIDDEN)."""
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        await offices.remove_phrase(acting.connection, wrong)
        acting.log(EntryType.OFFICE_CHANGED, data={"what": "phrase removed", "wrong": wrong[:100]})


async def put_template(hub: Hub, by: Person, name: str, body: str | None) -> None:
    """Put a text in the built-in template's place; None lets the built-in one stand again. May run twice.

    Raises HubError: FORBIDDEN, NOT_FOUND for a template that there is not, TOO_LARGE, INVALID for an unknown name.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    if name != INTERPRETATION:
        raise HubError(ErrorCode.NOT_FOUND, what=f"名为 {name[:50]} 的模板")
    if body is not None and len(body) > MAX_TEMPLATE:
        raise HubError(ErrorCode.TOO_LARGE, limit=f"{MAX_TEMPLATE} 字")
    strange = set(_NAMED.findall(body or "")) - outline.names()
    if strange:
        words = f"没有名为 {{{min(strange)}}} 的内容，可用的有：{'、'.join(sorted(outline.names()))}"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"body": words})
    async with act(hub, by) as acting:
        if body is None:
            await offices.remove_template(acting.connection, name)
        else:
            await offices.put_template(acting.connection, name, body)
        digest = canonical.digest((body or "").encode())
        acting.log(EntryType.OFFICE_CHANGED, data={"what": "template", "name": name, "sha256": digest})


def _wrong_year(year: int, days: Sequence[Day]) -> str | None:
    if len(days) > MOST_DAYS:
        return f"一年最多 {MOST_DAYS} 天"
    stray = next((day.day for day in days if day.day.year != year), None)
    if stray:
        return f"{stray} 不在 {year} 年"
    listed = [day.day for day in days]
    twice = next((day for day in listed if listed.count(day) > 1), None)
    return f"{twice} 出现了两次" if twice else None
