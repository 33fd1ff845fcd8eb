"""Releases from the command line: import files, check, submit, review."""

import tomllib
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from hub.app import House
from hub.cli import frame
from hub.cli.frame import As, AsJson, DataDir, Number
from hub.commands import drafting, examining, opening, reviewing
from hub.core.checks import Severity
from hub.intake import convert
from hub.intake.errors import IntakeError
from hub.web.preview import subject
from schemas import faults
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Document, Metadata, Release, Role
from schemas.review import Decision, Level
from schemas.words import word

LEVELS = "、".join(f"{level} {word(level)}" for level in Level)
DECISIONS = "、".join(f"{decision} {word(decision)}" for decision in Decision)
SEVERITIES = {
    Severity.BLOCKS: "[red]必须改正[/red]",
    Severity.WARNS: "[yellow]请留意[/yellow]",
    Severity.INFORMS: "供参考",
}


def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="先政策文件，后各件解读")],
    metadata: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="公文要素（TOML）")],
    login: As,
    data_dir: DataDir = None,
) -> None:
    """从 .docx、.html、.md、.txt 文件建立一项政策发布。"""

    async def run() -> None:
        meta = read_metadata(metadata.read_bytes())
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await frame.acting(house, login)
            release = await bring_in(house, person, meta, [(p.name, p.read_bytes()) for p in files])
            frame.put({"release": release.id, "title": release.metadata.title})

    frame.run(run())


def checks(release: Number, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """发布前检查：列出必须改正和请留意的问题。有必须改正的，退出码为 1。"""

    async def run() -> int:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            async with house.engine.connect() as connection:
                found = await opening.release(connection, release)
                edition = await subject(connection, found)
            findings = await examining.examine(house.hub, edition, is_final=True)
        if as_json:
            frame.put([one.model_dump(mode="json") for one in findings])
        for one in [] if as_json else findings:
            told = escape(f"{one.message}（{one.place}；{one.source}）")
            frame.said.print(f"{SEVERITIES[one.severity]} {told}")
        if not findings and not as_json:
            frame.said.print("检查通过，没有发现问题。")
        return 1 if any(one.severity is Severity.BLOCKS for one in findings) else 0

    frame.run(run())


def submit(release: Number, login: As, data_dir: DataDir = None) -> None:
    """提交审核：把现在的内容固定为一个版本。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            edition = await reviewing.submit(house.hub, await frame.acting(house, login), release)
            frame.put({"release": release, "edition": edition.number, "digest": edition.digest})

    frame.run(run())


def review(
    release: Number,
    level: Annotated[Level, typer.Argument(help=f"环节：{LEVELS}", show_default=False)],
    decision: Annotated[Decision, typer.Argument(help=f"结论：{DECISIONS}", show_default=False)],
    login: As,
    note: Annotated[str, typer.Option(help="审核意见")] = "",
    edition: Annotated[int | None, typer.Option(help="您审的是第几版；已有更新的版本时拒绝办理")] = None,
    data_dir: DataDir = None,
) -> None:
    """审核最新提交的版本。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await frame.acting(house, login)
            after = await reviewing.review(house.hub, person, release, level, decision, note=note, edition=edition)
        told = f"{word(level)}：{person.name}{word(decision)}第 {after.edition} 版；现在为“{word(after.state)}”。"
        frame.said.print(escape(told))

    frame.run(run())


def read_metadata(toml: bytes) -> Metadata:
    """Read 公文要素 from TOML. Raises HubError: UNREADABLE, INVALID naming each wrong field."""
    try:
        return Metadata.model_validate(tomllib.loads(toml.decode()))
    except UnicodeDecodeError:
        raise HubError(ErrorCode.UNREADABLE, detail="公文要素不是 UTF-8 编码") from None
    except tomllib.TOMLDecodeError as error:
        raise HubError(ErrorCode.UNREADABLE, detail=f"公文要素{faults.toml(error)}") from None
    except ValidationError as error:
        wrong = faults.fields(error)
        raise HubError(ErrorCode.INVALID, detail=faults.sentence(wrong), fields=wrong) from None


async def bring_in(house: House, person: Person, meta: Metadata, files: list[tuple[str, bytes]]) -> Release:
    """Create a release from a policy file and its interpretations. What a file warns of is told on standard error."""
    release = await drafting.create(house.hub, person, meta)
    for number, (name, data) in enumerate(files):
        try:
            manuscript = await convert.convert(name, data)
        except IntakeError as error:
            raise HubError(ErrorCode.INTAKE, detail=f"{name}：{error}") from None
        for warning in manuscript.warnings:
            frame.said.print(f"[yellow]{escape(name)}[/yellow]：{escape(str(warning))}")
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
