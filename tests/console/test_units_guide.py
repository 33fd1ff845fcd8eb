"""How the public reaches a unit: kept by the administrator, told by `gongbu check` where it is not whole."""

from urllib.parse import quote

from hub.app import House
from hub.cli import health
from hub.store.shelf import Shelf
from schemas.office import Contact, Reachable
from tests.console.conftest import Enter

NAME = "办公室"
PLACE = f"/admin/units/{quote(NAME)}"


async def test_what_is_kept_is_what_the_site_is_told(house: House, enter: Enter) -> None:
    admin = await enter("admin")
    shelf = Shelf(house.engine)
    assert [one.code for one in await health.guide(house.engine)] == ["guide"]
    for name, position in ((NAME, "1"), ("不公开的处", "2"), ("撤销了的处", "0")):
        page = await admin.get("/admin/units")
        await admin.send(page, "/admin/units", name=name, kind="division", position=position)
    assert await shelf.offices() == ()
    page = await admin.get(PLACE)
    assert "条例所列、还没有填写的" not in page.words
    page = await admin.send(page, f"{PLACE}/contact", address="和平区某路1号", postcode="300040", telephone="1")
    assert "还没有填写的：办公时间、传真号码、互联网联系方式" in page.words
    closed = f"/admin/units/{quote('撤销了的处')}"
    await admin.send(await admin.get(closed), f"{closed}/contact", telephone="2")
    await admin.send(await admin.get(closed), "/admin/units", is_closed="true")
    reached = Reachable(name=NAME, contact=Contact(address="和平区某路1号", postcode="300040", telephone="1"))
    assert await shelf.offices() == (reached,)
    (told,) = await health.guide(house.engine)
    assert "办公室没有填写办公时间、传真号码、互联网联系方式" in told.words
    await admin.send(await admin.get(PLACE), f"{PLACE}/contact", hours="9时至17时", fax="无", online="a@b.cn")
    assert await health.guide(house.engine) == []
