"""A channel that a person serves, from the button to the official time and to the withdrawal, as its people see it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hub.app import House
from hub.commands import publishing, standing
from hub.settings import Settings
from hub.store import deliveries, releases
from schemas.delivery import Action, Delivery, DeliveryState, Reaction
from schemas.person import Person
from schemas.standing import StandingKind
from tests import making
from tests.column import Column, by_hand, unpacked
from tests.console.clerk import Clerk
from tests.console.conftest import Enter
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
    return settings.model_copy(update={"channels": (by_hand(place, patience_seconds=0.4),)})


async def until(house: House, release: int, action: Action, state: DeliveryState) -> Delivery:
    async with asyncio.timeout(20):
        while True:
            async with house.engine.connect() as connection:
                found = [one for one in await deliveries.of_release(connection, release) if one.action is action]
            if found and found[-1].state is state:
                return found[-1]
            await asyncio.sleep(0.05)


async def package(clerk: Clerk, one: Delivery) -> bytes:
    sheet = await clerk.get(f"/releases/{one.release}/progress/{one.id}")
    (link,) = [str(a["href"]) for a in sheet.soup.select("a[download]")]
    kept = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
    async with clerk.client.get(link, headers={"Cookie": kept}) as answer:
        data: bytes = await answer.read()
        assert answer.headers["Content-Disposition"].endswith('.zip"')
    # The very bytes that were made ready, whoever fetches them and whenever.
    assert one.notes["package"] == hashlib.sha256(data).hexdigest()
    return data


async def tell(clerk: Clerk, one: Delivery, **fields: Any) -> str:
    path = f"/releases/{one.release}/progress/{one.id}"
    return (
        await clerk.send(await clerk.get(path), f"{path}/settle", published="yes", why="专栏后台已发布", **fields)
    ).words


async def carried(house: House, staff: dict[str, Person], clerk: Clerk, column: Column, place: str) -> dict[str, str]:
    """A release that somebody has put there and told of; the fields of its addresses."""
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    one = await until(house, edition.release, Action.PUBLISH, DeliveryState.HELD)
    paths = column.carry(await package(clerk, one))
    places = {f"address-{name}": f"{place}{path}" for name, path in paths.items()}
    assert "系统马上到公开网址查看" in await tell(clerk, one, **places)
    await until(house, edition.release, Action.PUBLISH, DeliveryState.VISIBLE)
    return {"release": str(edition.release), **places}


async def test_a_person_carries_it_and_our_own_look_makes_it_official(
    house: House, staff: dict[str, Person], enter: Enter, column: Column, place: str
) -> None:
    clerk = await enter("publisher")
    async with working(house):
        said = await carried(house, staff, clerk, column, place)
        async with house.engine.connect() as connection:
            release = await releases.find(connection, int(said["release"]))
    assert release is not None
    assert release.official_channel == "column"


async def test_what_will_be_carried_is_told_and_shown_before_the_button(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    clerk = await enter("publisher")
    edition = await making.approved(house, staff)
    choosing = f"/releases/{edition.release}/publish"
    before = await clerk.send(await clerk.get(choosing), choosing)
    assert "由人员办理：到时系统备好资料包" in before.words
    shown = await clerk.get(f"/releases/{edition.release}/preview/column")
    assert "请在市政府信息公开专栏公开以下内容" in shown.words
    assert len(shown.soup.select("iframe")) == len(edition.documents)


async def test_what_is_not_at_the_address_is_asked_again_with_what_was_missed(
    house: House, staff: dict[str, Person], enter: Enter, place: str
) -> None:
    clerk = await enter("publisher")
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        one = await until(house, edition.release, Action.PUBLISH, DeliveryState.HELD)
        told = (await clerk.get(f"/releases/{edition.release}/progress")).words
        assert "资料包已经备好，等您送去公开" in told
        assert "下载资料包，登记结果" in told
        files = unpacked(await package(clerk, one))
        assert {"policy/record.xml", "policy/page.html", "policy/text.docx", "README.txt"} <= files.keys()
        for address, said in ((f"{place}/0.html", "没有这个网页"), ("http://127.0.0.1:1/x", "不在市政府信息公开专栏")):
            await tell(clerk, one, **{f"address-{document.name}": address for document in edition.documents})
            one = await until(house, edition.release, Action.PUBLISH, DeliveryState.HELD)
            assert one.trouble is not None
            assert one.trouble.reaction is Reaction.HAND
            assert said in one.trouble.detail


async def test_it_is_taken_back_by_the_same_hand(
    house: House, staff: dict[str, Person], enter: Enter, column: Column, place: str
) -> None:
    clerk = await enter("publisher")
    async with working(house):
        said = await carried(house, staff, clerk, column, place)
        release = int(said["release"])
        (prospect,) = await standing.outlook(house.hub, release, StandingKind.WITHDRAWN)
        assert "由人员在专栏撤下原文" in prospect.words
        await making.said(house, staff, release)
        gone = await until(house, release, Action.WITHDRAW, DeliveryState.HELD)
        page = await clerk.get(f"/releases/{release}/progress/{gone.id}")
        known = page.soup.select_one("#f-address-policy")
        assert known is not None
        assert known["value"] == said["address-policy"]
        await tell(clerk, gone)
        gone = await until(house, release, Action.WITHDRAW, DeliveryState.HELD)
        assert gone.trouble is not None
        assert "仍能看到" in gone.trouble.detail
        column.carry(await package(clerk, gone))
        await tell(clerk, gone)
        await until(house, release, Action.WITHDRAW, DeliveryState.VISIBLE)


async def test_only_publishers_fetch_packages_and_only_once_they_are_handed_over(
    house: House, staff: dict[str, Person], enter: Enter
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with house.engine.connect() as connection:
        (one,) = await deliveries.of_release(connection, edition.release)
    path = f"/releases/{edition.release}/progress/{one.id}/package"
    assert (await (await enter("editor")).get(path)).status == 403
    assert (await (await enter("publisher")).get(path)).status == 404
