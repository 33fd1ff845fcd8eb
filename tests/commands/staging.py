"""The scene of the matrix, as its people set it: releases in every state, and all else that an act is done on."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import text

from hub.app import House
from hub.commands import (
    arriving,
    attaching,
    backfiling,
    backfiling_sheets,
    commenting,
    delegating,
    drafting,
    offices,
    people,
    publishing,
    rereviewing,
    reviewing,
    standing,
)
from hub.store import deliveries, dispatches, engine, watches
from schemas.backfile import Opinion
from schemas.comment import Remark
from schemas.dispatch import Tidings
from schemas.office import Unit
from schemas.person import Duty, Person
from schemas.publication import Loss
from schemas.release import Disclosure, Document, ReleaseState, Role
from schemas.review import Decision, Level
from schemas.watch import Watch
from tests import making, official
from tests.commands.act import Scene, offer
from tests.commands.acts import NOTE

S = ReleaseState
#: What must be approved before a level is next, in the order of its making.
BEFORE = {
    Level.FIRST: (),
    Level.SECRECY: (),
    Level.SECOND: ("first",),
    Level.FINAL: ("first", "second", "secrecy"),
}


async def hired(house: House) -> dict[Duty | str, Person]:
    """Somebody with each single duty, somebody without any, and somebody with all whose account is closed."""

    async def hire(login: str, *duties: Duty) -> Person:
        return await people.add(
            house.hub, people.OPERATOR, login=login, name=login, unit="办公室", duties=duties, password=None
        )

    triers: dict[Duty | str, Person] = {duty: await hire(f"m-{duty.replace('_', '-')}", duty) for duty in Duty}
    await hire("target")
    triers["nobody"] = await hire("m-nobody")
    closed = await hire("m-closed", *Duty)
    await people.disable(house.hub, people.OPERATOR, "m-closed")
    triers["closed"] = closed.model_copy(update={"disabled_at": closed.disabled_at or await now(house)})
    return triers


async def staged(house: House, staff: dict[str, Person], editor: Person) -> Scene:
    png = BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    picture = png.getvalue()
    releases_ = {state: await brought(house, staff, state, picture) for state in S}
    levels = {level: await next_is(house, staff, level, picture) for level in Level}
    waiting = await brought(house, staff, S.PUBLISHING, picture)
    ruled = await brought(house, staff, S.RELEASED, picture)
    proposed = await standing.propose(house.hub, staff["editor"], ruled, making.proposal())
    remark = Remark(document="policy", edition=1, words="请补充依据")
    comment = await commenting.add(house.hub, staff["first"], releases_[S.IN_REVIEW], remark)
    lent = await delegating.give(house.hub, staff["signer"], offer(Duty.SIGNER))
    arrival = await arriving.receive(house.hub, editor, [NOTE])
    query = text("SELECT id FROM deliveries WHERE release_id = :id AND channel = 'rss'")
    async with house.engine.connect() as connection:
        delivery: int = (await connection.execute(query, {"id": waiting})).scalar_one()
    told = await dispatched(house, releases_[S.RELEASED])
    await lost(house, releases_[S.RELEASED])
    return Scene(
        releases_,
        levels,
        delivery,
        proposed.id,
        comment,
        lent.id,
        arrival.id,
        picture,
        told,
        *await backfiled(house, staff),
        await hurried(house, staff),
        (await making.draft(house, staff, disclosure="on_request")).id,
    )


async def hurried(house: House, staff: dict[str, Person]) -> int:
    """A release that was published by the fast lane."""
    release = await making.draft(house, staff, kind="notice")
    await reviewing.submit(house.hub, staff["editor"], release.id, urgent="突发地质灾害，须立即公告避险")
    for login, level in making.REVIEWS[2:]:
        await reviewing.review(house.hub, staff[login], release.id, level, Decision.APPROVE)
    await publishing.publish(house.hub, staff["publisher"], release.id)
    return release.id


async def backfiled(house: House, staff: dict[str, Person]) -> tuple[int, int, int]:
    """Older documents of everybody's unit: one untouched, one to be opened, and the number of an opinion that waits."""
    lines = "".join(f"关于存量的第{one}号通知,办公室,2012-03-05,有效\n" for one in "一二三")
    batch = await backfiling_sheets.take(
        house.hub, staff["editor"], ("清单.csv", f"标题,责任处室,成文日期,有效性\n{lines}".encode())
    )
    assert batch.taken == 3
    opinion = Opinion(disclosure=Disclosure.OPEN, reason="已具备条件", secrecy_opinion="不涉密")
    await backfiling.attach(house.hub, staff["editor"], 2, [("关于存量.txt", NOTE[1])])
    opened = await rereviewing.propose(house.hub, staff["editor"], 2, opinion)
    await rereviewing.confirm(house.hub, staff["signer"], opened.id)
    waiting = await rereviewing.propose(house.hub, staff["editor"], 3, opinion)
    return 1, 2, waiting.id


async def dispatched(house: House, release: int) -> int:
    """What the unit of everybody here was told of the release."""
    await offices.put_unit(house.hub, people.OPERATOR, Unit(name="办公室", is_told=True))
    await offices.put_unit(house.hub, people.OPERATOR, Unit(name="规划处"))
    async with house.engine.begin() as connection:
        at = await engine.now(connection)
        await dispatches.tell(connection, seq=1, release=release, kind=Tidings.OFFICIAL, happened_at=at)
        return (await dispatches.of_release(connection, release))[0].id


async def lost(house: House, release: int) -> None:
    """The website shows it no longer, and nobody here withdrew it."""
    loss = Loss(document="policy", address="https://www.example.cn/1.html", words="网页打不开了")
    async with house.engine.begin() as connection:
        (first, *_) = await deliveries.of_release(connection, release)
        at = await engine.now(connection)
        fields = {"release": release, "channel": "website", "edition": first.edition, "digest": first.digest}
        one = Watch.model_validate({**fields, "seen_at": at, "due_at": at})
        await watches.begin(connection, one, pause=timedelta(days=1))
        await watches.looked(connection, one, [loss], at=at, due_at=at + timedelta(days=1))


async def brought(house: House, staff: dict[str, Person], state: ReleaseState, picture: bytes) -> int:
    """A release in this state, as its own people brought it there."""
    release = await drafted(house, staff, picture)
    if state is S.DRAFT:
        # It has been in review once, so that there is an edition to speak of.
        await reviewing.submit(house.hub, staff["editor"], release)
        await drafting.reopen(house.hub, staff["editor"], release)
        return release
    await reviewing.submit(house.hub, staff["editor"], release)
    if state is not S.IN_REVIEW:
        for login, level in making.REVIEWS:
            await reviewing.review(house.hub, staff[login], release, level, Decision.APPROVE)
    if state in {S.PUBLISHING, S.RELEASED}:
        await publishing.publish(house.hub, staff["publisher"], release)
    if state is S.RELEASED:
        await seen(house, release)
    return release


async def next_is(house: House, staff: dict[str, Person], level: Level, picture: bytes) -> int:
    release = await brought(house, staff, S.IN_REVIEW, picture)
    for login, done in making.REVIEWS:
        if login in BEFORE[level]:
            await reviewing.review(house.hub, staff[login], release, done, Decision.APPROVE)
    return release


async def drafted(house: House, staff: dict[str, Person], picture: bytes) -> int:
    release = (await making.draft(house, staff)).id
    second = Document(role=Role.INTERPRETATION, number=2, title="再读", body="<p>《关于测试的通知》又说了什么。</p>")
    await drafting.put_document(house.hub, staff["editor"], release, second)
    await attaching.attach(house.hub, staff["editor"], release, "policy", [("附图.png", picture)])
    return release


async def seen(house: House, release: int) -> None:
    """What the workers write when the website shows it."""
    shown = text(
        "UPDATE deliveries SET state = 'visible', step = 'sight', intended_at = clock_timestamp(), "
        "accepted_at = clock_timestamp(), seen_at = clock_timestamp() WHERE release_id = :id"
    )
    async with house.engine.begin() as connection:
        await connection.execute(shown, {"id": release})
        at = await engine.now(connection)
        await official.make(connection, release, at=at, edition=1)


async def now(house: House) -> Any:
    async with house.engine.connect() as connection:
        return await engine.now(connection)
