"""送达与签收, over HTTP: a unit acknowledges what it was told, the bureau sees who has not and reminds them."""

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from hub.app import House
from hub.commands import offices, people
from hub.store import dispatches, engine
from schemas.dispatch import Tidings
from schemas.office import Unit
from schemas.person import Duty
from tests.console.clerk import PASSWORD, Clerk
from tests.console.conftest import Enter
from tests.store import stock

UNITS = ("第一分局", "第二分局")


async def told(house: House) -> int:
    """A release of which two units were told."""
    for name in UNITS:
        await offices.put_unit(house.hub, people.OPERATOR, Unit(name=name, is_told=True))
    await people.add(
        house.hub,
        people.OPERATOR,
        login="shouwen",
        name="收文",
        unit=UNITS[0],
        duties=[Duty.RECEIVER],
        password=PASSWORD,
        must_change=False,
    )
    async with house.engine.begin() as connection:
        release = (await stock.edition(connection)).release
        at = await engine.now(connection)
        await dispatches.tell(connection, seq=1, release=release, kind=Tidings.OFFICIAL, happened_at=at)
    return release


async def test_from_the_workbench_to_the_acknowledgement(
    house: House, console: TestClient[Request, Application], enter: Enter
) -> None:
    release = await told(house)
    receiver = Clerk(console, "shouwen")
    desk = await receiver.enter()
    assert "待签收（1）" in desk.words
    room = await receiver.get("/dispatches")
    action = next(str(form["action"]) for form in room.soup.select("form[action$=acknowledge]"))
    done = await receiver.send(room, action)
    assert "已代第一分局签收" in done.words
    assert "没有待签收的通知" in done.words
    publisher = await enter("publisher")
    assert "1 个单位" in (await publisher.get("/dispatches")).words
    page = await publisher.get(f"/releases/{release}/dispatches")
    assert page.words.index("第二分局") < page.words.index("第一分局"), "the silent stand first"
    urged = await publisher.send(page, f"/releases/{release}/dispatches/urge")
    assert "已催办 1 个未签收的单位" in urged.words
    assert "1 次" in urged.words


async def test_a_unit_is_set_to_be_told_and_no_longer(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    page = await admin.send(
        await admin.get("/admin/units"), "/admin/units", name="第三分局", position="1", is_told="true"
    )
    assert "须签收" in page.words
    form = page.soup.find("button", string="不再送达").find_parent("form")  # type: ignore[union-attr]
    posted = {str(one["name"]): [str(one["value"])] for one in form.select("input")}  # type: ignore[union-attr]
    after = await admin.post("/admin/units", posted)
    assert "设为须送达" in after.words
    async with house.engine.begin() as connection:
        release = (await stock.edition(connection)).release
        at = await engine.now(connection)
        assert await dispatches.tell(connection, seq=1, release=release, kind=Tidings.OFFICIAL, happened_at=at) == []
