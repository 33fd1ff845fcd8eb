"""Releases from the command line: import files, publish, watch."""

import asyncio
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from hub.app import House
from hub.cli import frame
from hub.cli.frame import AsJson, DataDir
from hub.commands import drafting, publishing
from hub.intake import convert
from hub.intake.errors import IntakeError
from hub.store import deliveries, releases
from hub.store import people as accounts
from schemas.delivery import FINAL, Delivery, DeliveryState
from schemas.entry import BEIJING, stamp
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Document, Metadata, Release, Role
from schemas.words import word

As = Annotated[str, typer.Option("--as", help="以哪个账号的名义办理")]


def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="先政策文件，后各件解读")],
    metadata: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="公文要素（TOML）")],
    login: As,
    data_dir: DataDir = None,
) -> None:
    """从 .docx、.html、.md、.txt 文件建立一项政策发布。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await acting(house, login)
            meta = read_metadata(metadata.read_text("utf-8"))
            release = await bring_in(house, person, meta, [(p.name, p.read_bytes()) for p in files])
            frame.put({"release": release.id, "title": release.metadata.title})

    frame.run(run())


def publish(
    release: int,
    login: As,
    at: Annotated[datetime | None, typer.Option(help="计划发布时间（北京时间），不给则立即")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="等到各渠道都有结果")] = False,
    data_dir: DataDir = None,
) -> None:
    """发布已通过全部审核的版本。"""

    async def run() -> int:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await acting(house, login)
            planned = at.replace(tzinfo=BEIJING) if at else None
            edition = await publishing.publish(house.hub, person, release, at=planned)
            frame.said.print(f"第 {edition.number} 版已交付发布。")
            return await _wait(house, release) if wait else 0

    frame.run(run())


def status(
    release: Annotated[int | None, typer.Argument()] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """查看一项或最近各项政策发布的情况。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            if release is None:
                rows = [_line(one) for one in await releases.newest(connection, before=None, limit=20)]
            else:
                rows = [channel_line(d) for d in await deliveries.of_release(connection, release)]
        if as_json:
            frame.put(rows)
        for row in [] if as_json else rows:
            frame.said.print("  ".join(str(value) for value in row.values() if value is not None))

    frame.run(run())


def read_metadata(toml: str) -> Metadata:
    """Read 公文要素 from TOML. Raises HubError(INVALID) naming each wrong field."""
    try:
        return Metadata.model_validate(tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        raise HubError(ErrorCode.UNREADABLE, detail=f"公文要素不是有效的 TOML（{error}）") from None
    except ValidationError as error:
        wrong = {".".join(map(str, e["loc"])): e["msg"] for e in error.errors(include_input=False)}
        raise HubError(
            ErrorCode.INVALID, detail="；".join(f"{k}：{v}" for k, v in wrong.items()), fields=wrong
        ) from None


async def bring_in(house: House, person: Person, meta: Metadata, files: list[tuple[str, bytes]]) -> Release:
    """Create a release from a policy file and its interpretations. What a file warns of is told on standard error."""
    release = await drafting.create(house.hub, person, meta)
    for number, (name, data) in enumerate(files):
        try:
            manuscript = await convert.convert(name, data)
        except IntakeError as error:
            raise HubError(ErrorCode.INTAKE, detail=f"{name}：{error}") from None
        for warning in manuscript.warnings:
            frame.said.print(f"[yellow]{name}[/yellow]：{warning}")
        document = Document(
            role=Role.INTERPRETATION if number else Role.POLICY,
            number=number,
            title=(manuscript.title if number else meta.title) or name,
            body=manuscript.body,
            images=tuple(image for image, _ in manuscript.images),
        )
        data_of_images = [image_data for _, image_data in manuscript.images]
        release = await drafting.put_document(house.hub, person, release.id, document, data=data_of_images)
    return release


async def acting(house: House, login: str) -> Person:
    """The account in whose name the command runs. Raises HubError(NOT_FOUND)."""
    async with house.engine.connect() as connection:
        person = await accounts.find(connection, login=login)
    if person is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
    return person


def channel_line(delivery: Delivery) -> dict[str, str | int | None]:
    """One delivery as a line for people and programs."""
    seen = delivery.seen_at or delivery.accepted_at
    return {
        "channel": delivery.channel,
        "action": word(delivery.action),
        "state": word(delivery.state),
        "at": stamp(seen) if seen else None,
        "trouble": delivery.trouble.detail if delivery.trouble else None,
    }


def _line(release: Release) -> dict[str, str | int | None]:
    official = stamp(release.official_at) if release.official_at else None
    return {
        "release": release.id,
        "title": release.metadata.title,
        "state": word(release.state),
        "official_at": official,
    }


async def _wait(house: House, release: int) -> int:
    over = FINAL | {DeliveryState.HELD, DeliveryState.FAILED}
    while True:
        async with house.engine.connect() as connection:
            found = await deliveries.of_release(connection, release)
        if all(d.state in over for d in found):
            return 0 if all(d.state in FINAL for d in found) else 1
        await asyncio.sleep(0.2)
