"""Who answers for a unit, who acts for it, and how the public reaches it. Each change is one log entry.

The log is public: it names units, and people by their ids only; names of those in charge stand there as a digest.
"""

from hub.commands.act import Acting, Hub, act
from hub.core import tenancy, workflow
from hub.store import offices, people, tenants
from schemas import canonical
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.office import Appointment, Charge, Contact, Part
from schemas.person import Duty, Person


async def appoint(hub: Hub, by: Person, unit: str, appointment: Appointment) -> None:
    """Write who takes over a part in the unit and from when; whoever had it had it until the day before.

    Running it twice is refused as a second taking over on the same day. Raises HubError: FORBIDDEN, NOT_FOUND, INVALID
    for a day that is not after the one on which the part was taken over last.
    """
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        await _unit(acting, unit)
        before = await tenants.current(acting.connection, unit, appointment.part)
        if before is not None and appointment.since <= before.since:
            words = f"{before.name}自 {before.since} 起担任，接任日期应在此之后"
            raise HubError(ErrorCode.INVALID, detail=words, fields={"since": words})
        person = await _person(acting, appointment.login) if appointment.login else None
        values = appointment.model_dump(exclude={"login"})
        made = Charge(id=0, unit=unit, person=person.id if person else None, **values)
        await tenants.take_over(acting.connection, made, before)
        digest = canonical.digest(canonical.encode(made.model_dump(mode="json", exclude={"id"})))
        data = {"what": "charge", "name": unit, "part": made.part, "since": str(made.since), "sha256": digest}
        acting.log(EntryType.OFFICE_CHANGED, data=data)


async def put_contact(hub: Hub, by: Person, unit: str, contact: Contact) -> None:
    """Set how the public reaches the unit, as its guide page has it. May run twice. Raises FORBIDDEN, NOT_FOUND."""
    workflow.require(by, Duty.ADMINISTRATOR)
    async with act(hub, by) as acting:
        await _unit(acting, unit)
        await tenants.put_contact(acting.connection, unit, contact)
        digest = canonical.digest(canonical.encode(contact.model_dump(mode="json")))
        acting.log(EntryType.OFFICE_CHANGED, data={"what": "contact", "name": unit, "sha256": digest})


async def ask(hub: Hub, by: Person, unit: str, login: str) -> None:
    """Have somebody act for the unit beside their own: asked by an administrator or by who answers for the unit.

    May run twice. Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for somebody of the unit itself.
    """
    async with act(hub, by) as acting:
        await _require_host(acting, by, unit)
        person = await _person(acting, login)
        if unit == (person.home or person.unit):
            words = f"{person.name}本来就属于{unit}"
            raise HubError(ErrorCode.INVALID, detail=words, fields={"login": words})
        if await tenants.ask(acting.connection, person.id, unit, by=by.id):
            data = {"what": "asked", "name": unit, "person": person.id}
            acting.log(EntryType.OFFICE_CHANGED, data=data)


async def dismiss(hub: Hub, by: Person, unit: str, login: str) -> None:
    """End that somebody acts for the unit. What they wrote stays. May run twice. Raises as `ask` does."""
    async with act(hub, by) as acting:
        await _require_host(acting, by, unit)
        person = await _person(acting, login)
        if await tenants.dismiss(acting.connection, person.id, unit):
            data = {"what": "dismissed", "name": unit, "person": person.id}
            acting.log(EntryType.OFFICE_CHANGED, data=data)


async def act_for(hub: Hub, person: Person, unit: str) -> None:
    """The person acts for this unit from now on, in every session and by every token. May run twice.

    Raises HubError(INVALID) for a unit that is not theirs and has not asked them.
    """
    async with act(hub, person) as acting:
        home = await tenants.lock_person(acting.connection, person.id)
        asked = {one.unit for one in await tenants.belonging(acting.connection, person.id)}
        tenancy.check_acting(home, asked, unit)
        await tenants.act_for(acting.connection, person.id, None if unit == home else unit)
        acting.log(EntryType.PERSON_CHANGED, data={"person": person.id, "what": "acting", "unit": unit})


async def _require_host(acting: Acting, by: Person, unit: str) -> None:
    """Raise HubError(FORBIDDEN) unless the person may say who acts for the unit."""
    await _unit(acting, unit)
    heads = [await tenants.current(acting.connection, unit, part) for part in (Part.LEADER, Part.HEAD)]
    if not any(one and one.person == by.id for one in heads) or by.disabled_at:
        workflow.require(by, Duty.ADMINISTRATOR)


async def _unit(acting: Acting, unit: str) -> None:
    if await offices.unit(acting.connection, unit) is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"名为“{unit[:50]}”的单位")


async def _person(acting: Acting, login: str) -> Person:
    found = await people.find(acting.connection, login=login.strip().lower())
    if found is None or found.disabled_at:
        words = f"没有账号 {login[:40]}，或已停用"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"login": words})
    return found
