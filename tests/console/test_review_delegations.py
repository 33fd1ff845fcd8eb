"""授权代办 by its page: given, used from the next click on, named on both sides, revoked."""

from datetime import timedelta

from hub.app import House
from hub.commands import reviewing
from hub.store import delegations
from schemas.person import Person
from schemas.review import Decision
from tests import making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter

Staff = dict[str, Person]
PATH = "/me/delegations"


async def lend(house: House, clerk: Clerk, receiver: str, days: int = 0) -> Sheet:
    async with house.engine.connect() as connection:
        today = await delegations.today(connection)
    end = (today + timedelta(days=days)).isoformat()
    return await clerk.send(await clerk.get(PATH), PATH, receiver=receiver, ends_on=end, reason="出差")


async def test_a_deputy_decides_from_the_next_click_on(house: House, staff: Staff, enter: Enter) -> None:
    release = (await making.draft(house, staff)).id
    await reviewing.submit(house.hub, staff["editor"], release)
    deputy, room = await enter("publisher"), f"/releases/{release}/review"
    assert "没有审核职责" in (await deputy.get(room)).words
    given = await lend(house, await enter("first"), "publisher")
    assert "已授权代办“初审人”" in given.words
    assert "生效中" in given.words
    sheet = await deputy.get(room)
    assert "您受first先生（办公室）授权代办" in sheet.words
    done = await deputy.send(sheet, room, decision=Decision.APPROVE)
    assert "publisher先生（办公室） 代first先生（办公室）办理" in done.words
    assert "first先生" in (await deputy.get(PATH)).words


async def test_revoked_it_is_gone_with_the_next_click(house: House, staff: Staff, enter: Enter) -> None:
    release = (await making.draft(house, staff)).id
    await reviewing.submit(house.hub, staff["editor"], release)
    giver, deputy = await enter("first"), await enter("publisher")
    listed = await lend(house, giver, "publisher")
    open_page = await deputy.get(f"/releases/{release}/review")
    (form,) = [one for one in listed.soup.find_all("form") if str(one["action"]).endswith("/revoke")]
    assert "已撤销" in (await giver.send(listed, str(form["action"]))).words
    refused = await deputy.send(open_page, f"/releases/{release}/review", decision="approve")
    assert refused.status == 403


async def test_wrong_days_are_told_beside_them(house: House, enter: Enter) -> None:
    sheet = await lend(house, await enter("first"), "publisher", days=90)
    assert sheet.status == 422
    error = sheet.soup.find(id="e-ends_on")
    assert error is not None
    assert "最多 90 天" in error.get_text()
    assert "出差" in sheet.text


async def test_only_people_who_may_stand_in_are_offered(enter: Enter) -> None:
    sheet = await (await enter("first")).get(PATH)
    offered = {str(one["value"]) for one in sheet.soup.select("#f-receiver option")}
    assert {"publisher", "second", "signer"} < offered
    assert not offered & {"first", "auditor", "admin"}


async def test_who_has_nothing_to_lend_has_no_form(enter: Enter) -> None:
    for login in ("editor", "auditor"):
        sheet = await (await enter(login)).get(PATH)
        assert not sheet.soup.find("form", attrs={"action": PATH})


async def test_an_administrator_sees_everybodys_and_revokes(house: House, enter: Enter) -> None:
    await lend(house, await enter("first"), "publisher")
    assert not (await (await enter("second")).get(PATH)).soup.select("tbody tr")
    admin = await enter("admin")
    sheet = await admin.get(PATH)
    assert "first先生" in sheet.words
    (form,) = [one for one in sheet.soup.find_all("form") if str(one["action"]).endswith("/revoke")]
    assert "授权已撤销" in (await admin.send(sheet, str(form["action"]))).words
