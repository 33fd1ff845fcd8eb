"""签收 over HTTP: for units whose own systems take in what they are told."""

from hub.commands import offices, people
from hub.store import dispatches, engine
from schemas.dispatch import Tidings
from schemas.office import Unit
from tests.store import stock
from tests.web.conftest import Office


async def test_a_units_own_system_lists_and_acknowledges(office: Office) -> None:
    unit = office.staff["receiver"].unit
    await offices.put_unit(office.house.hub, people.OPERATOR, Unit(name=unit, is_told=True))
    async with office.house.engine.begin() as connection:
        release = (await stock.edition(connection)).release
        at = await engine.now(connection)
        await dispatches.tell(connection, seq=1, release=release, kind=Tidings.OFFICIAL, happened_at=at)
    (waiting,) = (await office.get("receiver", "/api/v1/dispatches")).json["dispatches"]
    assert (waiting["release"], waiting["unit"], waiting["kind"]) == (release, unit, "official")
    place = f"/api/v1/dispatches/{waiting['id']}/acknowledge"
    assert (await office.ask("publisher", "POST", place, {})).code == "forbidden"
    done = await office.ask("receiver", "POST", place, {})
    assert (done.status, done.json["acknowledged_by"]) == (200, office.staff["receiver"].id)
    assert (await office.ask("receiver", "POST", place.replace(str(waiting["id"]), "99"), {})).code == "not_found"
    assert (await office.get("receiver", "/api/v1/dispatches")).json["dispatches"] == []
    (listed,) = (await office.get("auditor", f"/api/v1/releases/{release}/dispatches")).json["dispatches"]
    assert listed["acknowledged_at"] == done.json["acknowledged_at"]
