"""Walks a real notice through writing, four reviews and publication, and watches until every channel shows it."""

import asyncio
import secrets
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from hub.app import House
from hub.commands import drafting, offices, people, publishing, reviewing
from hub.intake import convert
from hub.store import deliveries, releases
from schemas.delivery import Action, Delivery, DeliveryState
from schemas.errors import ErrorCode, HubError
from schemas.office import Unit, UnitKind
from schemas.person import Duty, Person
from schemas.release import Document, Metadata, Release, Role
from schemas.review import Decision, Level
from schemas.words import word

Say = Callable[[str], None]

#: login → (name, unit, duty) of the people in the play.
CAST = {
    "wang": ("王编辑", "宣传教育处", Duty.EDITOR),
    "li": ("李初审", "办公室", Duty.FIRST_REVIEWER),
    "zhao": ("赵复审", "办公室", Duty.SECOND_REVIEWER),
    "qian": ("钱保密", "保密办", Duty.SECRECY_REVIEWER),
    "sun": ("孙局长", "局领导", Duty.SIGNER),
    "zhou": ("周发布", "宣传教育处", Duty.PUBLISHER),
    "he": ("何收文", "和平分局", Duty.RECEIVER),
    "wu": ("吴审计", "机关纪委", Duty.AUDITOR),
    "guan": ("管理员", "信息中心", Duty.ADMINISTRATOR),
}
#: Units that are told of the official time and must acknowledge it.
TOLD = ("和平分局", "滨海新区分局")
REVIEWS = (("li", Level.FIRST), ("zhao", Level.SECOND), ("qian", Level.SECRECY), ("sun", Level.FINAL))
#: Longer than any channel's own patience in the demo; a demo that is not done by then has failed.
PATIENCE_SECONDS = 40.0


@dataclass(frozen=True)
class Outcome:
    """What became of the release."""

    release: Release
    deliveries: tuple[Delivery, ...]
    password: str  #: of everybody in the play, made anew for each demo: the console is open to try


async def play(house: House, say: Say) -> Outcome:
    """Run the whole way once. Raises HubError(UNAVAILABLE) if some channel does not show it in time."""
    password = secrets.token_urlsafe(12)
    cast = await _hire(house, password)
    release = await _write(house, cast["wang"], say)
    edition = await reviewing.submit(house.hub, cast["wang"], release.id)
    say(f"提交审核：第 {edition.number} 版，摘要 {edition.digest[:16]}…")
    for login, level in REVIEWS:
        await reviewing.review(house.hub, cast[login], release.id, level, Decision.APPROVE, edition=edition.number)
        say(f"{word(level)}：{cast[login].name}（{cast[login].unit}）同意")
    await publishing.publish(house.hub, cast["zhou"], release.id)
    say(f"发布：{cast['zhou'].name} 一次发布到 {'、'.join(sorted(house.channels))}")
    return await _watch(house, release.id, say, password)


async def _hire(house: House, password: str) -> dict[str, Person]:
    for position, name in enumerate(TOLD):
        await offices.put_unit(
            house.hub, people.OPERATOR, Unit(name=name, position=position, is_told=True, kind=UnitKind.BRANCH)
        )
    hired = {}
    for login, (name, unit, duty) in CAST.items():
        facts = {"login": login, "name": name, "unit": unit, "password": password}
        hired[login] = await people.add(house.hub, people.OPERATOR, duties=[duty], must_change=False, **facts)
    return hired


async def _write(house: House, editor: Person, say: Say) -> Release:
    samples = files("hub.samples")
    metadata = Metadata.model_validate(tomllib.loads((samples / "notice-253.toml").read_text("utf-8")))
    release = await drafting.create(house.hub, editor, metadata)
    for number, name in enumerate(("notice-253.txt", "interpretation-253.md")):
        manuscript = await convert.convert(name, (samples / name).read_bytes())
        title = manuscript.title if number else metadata.title
        role = Role.INTERPRETATION if number else Role.POLICY
        document = Document(role=role, number=number, title=title, body=manuscript.body)
        release = await drafting.put_document(house.hub, editor, release.id, document)
        say(f"导入{word(role)}：{title}")
    return release


async def _watch(house: House, release: int, say: Say, password: str) -> Outcome:
    """Tell every change of every delivery until all are seen, the notes of the official time included."""
    told: dict[int, DeliveryState] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        async with house.engine.connect() as connection:
            found = await deliveries.of_release(connection, release)
            row = await releases.find(connection, release)
        for delivery in found:
            if told.get(delivery.id) is not delivery.state:
                told[delivery.id] = delivery.state
                say(f"  {delivery.channel:<10} {word(delivery.action)}  {word(delivery.state)}{_why(delivery)}")
        if row and _over(found, row):
            return Outcome(row, tuple(found), password)
        await asyncio.sleep(0.05)
    raise HubError(ErrorCode.UNAVAILABLE, detail=f"{PATIENCE_SECONDS:.0f} 秒内没有见到全部渠道")


def _over(found: list[Delivery], release: Release) -> bool:
    stuck = [d for d in found if d.state in {DeliveryState.HELD, DeliveryState.FAILED}]
    if stuck:
        raise HubError(ErrorCode.UNAVAILABLE, detail=f"渠道 {stuck[0].channel} 需要人工处理{_why(stuck[0])}")
    annotated = any(d.action is Action.ANNOTATE for d in found)
    return release.official_at is not None and annotated and all(d.state is DeliveryState.VISIBLE for d in found)


def _why(delivery: Delivery) -> str:
    return f"（{delivery.trouble.detail}）" if delivery.trouble else ""
