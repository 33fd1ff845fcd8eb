"""A package fetched and its addresses told by a program: the same as a person does it in the console."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hub.settings import Settings
from tests.column import Column, by_hand, unpacked
from tests.web.conftest import Office
from tests.working import working


@pytest.fixture
def column() -> Column:
    return Column()


@pytest.fixture
async def place(column: Column) -> AsyncIterator[str]:
    async with column.served() as place:
        yield place


@pytest.fixture
def settings(settings: Settings, place: str) -> Settings:
    return settings.model_copy(update={"channels": (settings.channels[0], by_hand(place))})


async def going(office: Office, release: int, state: str) -> dict[str, Any]:
    """The publication to the column, once it is in that state."""
    async with asyncio.timeout(20):
        while True:
            found = (await office.get("auditor", f"/api/v1/releases/{release}/deliveries")).json["deliveries"]
            one = next(one for one in found if (one["channel"], one["action"]) == ("column", "publish"))
            if one["state"] == state:
                return dict(one)
            await asyncio.sleep(0.05)


async def test_a_program_fetches_the_package_and_tells_where_it_stands(
    office: Office, column: Column, place: str
) -> None:
    release = await office.approved()
    [line] = [one for one in (await office.get("auditor", "/api/v1/channels")).json["channels"] if one["handed"]]
    assert (line["name"], line["covered"]) == ("column", False)
    assert (await office.post("publisher", release, "publish")).status == 200
    async with working(office.house):
        path = f"/api/v1/deliveries/{(await going(office, release, 'held'))['id']}"
        made = await office.get("publisher", f"{path}/package")
        assert (made.status, made.headers["Content-Type"]) == (200, "application/zip")
        assert (await office.get("publisher", f"{path}/package")).body == made.body
        assert "policy/record.xml" in unpacked(made.body)
        places = {name: place + found for name, found in column.carry(made.body).items()}
        told = {"addresses": places, "evidence": "王某某 14:05 在专栏后台发布"}
        assert (await office.ask("publisher", "POST", f"{path}/handed", told)).status == 200
        await going(office, release, "visible")
        again = await office.ask("publisher", "POST", f"{path}/handed", told)
        assert (again.status, again.code) == (409, "state")
    entries = (await office.get("auditor", "/api/v1/log/entries?after=-1")).json["entries"]
    assert any("王某某 14:05" in one["entry"] for one in entries)


async def test_who_may_not_and_what_is_not_carried_are_refused(office: Office, place: str) -> None:
    release = await office.approved()
    await office.post("publisher", release, "publish")
    found = (await office.get("auditor", f"/api/v1/releases/{release}/deliveries")).json["deliveries"]
    told = {"addresses": {"policy": f"{place}/1"}, "evidence": "办了"}
    for one in found:
        path = f"/api/v1/deliveries/{one['id']}"
        assert (await office.get("editor", f"{path}/package")).code == "forbidden"
        # Nothing has been handed over: its time has not come, or nobody carries it.
        assert (await office.get("publisher", f"{path}/package")).code == "not_found"
        assert (await office.ask("publisher", "POST", f"{path}/handed", told)).code == "invalid"
        assert (await office.ask("publisher", "POST", f"{path}/handed", told | {"addresses": {}})).code == "invalid"
    nobody = "/api/v1/deliveries/999999"
    assert (await office.ask("publisher", "POST", f"{nobody}/handed", told)).code == "not_found"
