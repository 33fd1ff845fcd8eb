"""Partners in a whole town: told when the release is official and not before, by message and by mail, once each."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import test_utils

from channels.post import Tls
from hub.app import House
from hub.commands import publishing, steering
from hub.demo.stage import Stage
from hub.post import MailSettings
from hub.settings import Settings
from hub.store import circuits, deliveries, publications, releases
from schemas.delivery import Action, Delivery, DeliveryState
from schemas.entry import stamp
from schemas.person import Person
from tests import making
from tests.channels.webhook.receiver import SECRET, Fault, Receiver
from tests.mail import post_office
from tests.mail.post_office import PostOffice
from tests.workers import town
from tests.working import working

UNIT = "bgs@unit.test"
PARTNERS = (("津云", Action.PUBLISH), ("各单位", Action.PUBLISH))


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office.opened() as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = test_utils.TestServer(made.app())
    await server.start_server()
    made.base = str(server.make_url("")).rstrip("/")
    yield made
    await server.close()


@pytest.fixture
def settings(scene: Stage, office: PostOffice, receiver: Receiver) -> Settings:
    waits = {"look_seconds": 0.05, "retry_seconds": 0.05}
    partner = {"url": f"{receiver.base}/hook", "status_url": f"{receiver.base}/status", "secrets": (SECRET,)}
    tables = (
        *(one for one in scene.settings.channels if one["kind"] == "website"),
        {"name": "津云", "kind": "webhook", **partner, **waits},
        {"name": "各单位", "kind": "mail", "recipients": (UNIT,)},
    )
    mail = MailSettings(host="127.0.0.1", port=office.port, tls=Tls.NONE, sender="zhengce@bureau.test")
    changes = {"channels": tables, "mail": mail, "outward_networks": ("127.0.0.0/8",)}
    return Settings.model_validate(scene.settings.model_dump() | changes)


@pytest.fixture
def scene(scene: Stage, settings: Settings) -> Stage:
    return replace(scene, settings=settings)


async def of_release(house: House, release: int) -> dict[tuple[str, Action], Delivery]:
    async with house.engine.connect() as connection:
        return {(one.channel, one.action): one for one in await deliveries.of_release(connection, release)}


async def until(house: House, release: int, what: Any) -> dict[tuple[str, Action], Delivery]:
    async with asyncio.timeout(40):
        while True:
            if what(found := await of_release(house, release)):
                return found
            await asyncio.sleep(0.05)


async def test_partners_are_told_of_what_is_official_and_of_what_comes_after(
    house: House, staff: dict[str, Person], office: PostOffice, receiver: Receiver
) -> None:
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        await town.settled(house, edition.release)
    async with house.engine.connect() as connection:
        release = await releases.find(connection, edition.release)
        shown = await publications.of_release(connection, edition.release)
    assert release
    assert release.official_at
    (_, message) = receiver.got[0]
    assert message["data"]["official_at"] == stamp(release.official_at), "known, though it was planned without"
    (mail,) = office.to(UNIT)
    assert "正式发布时间" in post_office.text(mail)
    places = {(one.channel, one.document): one.address for one in shown}
    assert places["津云", "policy"].startswith(receiver.base)
    assert places["各单位", "policy"] == places["website", "policy"], "what is seen of a mail is the page it leads to"

    await making.said(house, staff, edition.release)
    async with working(house):
        await town.settled(house, edition.release)
    assert [one["type"] for _, one in receiver.got] == ["release.published", "release.withdrawn"]
    assert [str(one["Subject"])[:4] for one in office.to(UNIT)] == ["【政策发", "【撤回】"]
    assert set(office.counts().values()) == {1}


async def test_nobody_is_told_while_the_website_is_paused(
    house: House, staff: dict[str, Person], office: PostOffice, receiver: Receiver
) -> None:
    edition = await making.approved(house, staff)
    await steering.pause(house.hub, staff["publisher"], "website", why="检修")
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    async with working(house):
        await until(house, edition.release, lambda found: min(found[one].looks for one in PARTNERS) > 1)
        assert not receiver.got
        assert not office.got
        await steering.resume(house.hub, staff["publisher"], "website")
        await town.settled(house, edition.release)
    assert len(receiver.got) == len(office.got) == 1


async def test_a_partner_that_wants_nothing_more_pauses_its_channel(
    house: House, staff: dict[str, Person], receiver: Receiver
) -> None:
    receiver.faults = [Fault(status=410)]
    edition = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], edition.release)
    key = ("津云", Action.PUBLISH)
    async with working(house):
        held = (await until(house, edition.release, lambda found: found[key].state is DeliveryState.HELD))[key]
        async with house.engine.connect() as connection:
            circuit = (await circuits.every(connection))["津云"]
        assert circuit.paused_at
        assert held.trouble
        assert "410" in circuit.paused_why == held.trouble.detail
        await steering.retry(house.hub, staff["publisher"], held.id)
        assert not receiver.got
        await steering.resume(house.hub, staff["publisher"], "津云")
        await town.settled(house, edition.release)
    assert len(receiver.got) == 1
