"""After a release, from the command line: propose to withdraw or to mark, then the second person's decision."""

from datetime import date, datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from hub.app import House
from hub.cli import frame
from hub.cli.frame import As, AsJson, DataDir, Number
from hub.commands import standing as commands
from schemas import faults
from schemas.errors import ErrorCode, HubError
from schemas.standing import Proposal, Standing, StandingKind
from schemas.words import word

standing = typer.Typer(help="效力状态：查看、确认、不予确认撤回和标注的提议。", no_args_is_help=True)
KINDS = "、".join(f"{kind} {word(kind)}" for kind in StandingKind)
DAYS = ["%Y-%m-%d"]
NAMES = {
    "reason": "理由",
    "successor": "替代文件",
    "successor.address": "替代文件的网址",
    "effective_on": "生效日期",
    "expires_on": "失效日期",
}

Reason = Annotated[str, typer.Option(help="理由，向公众公开")]
Ground = Annotated[str, typer.Option(help="依据，如有关规定或决定的文号")]
Instead = Annotated[int | None, typer.Option("--successor", help="替代文件的编号（本单位已正式发布的）")]
InsteadTitle = Annotated[str, typer.Option("--successor-title", help="替代文件的标题（他处发布的）")]
InsteadUrl = Annotated[str, typer.Option("--successor-url", help="替代文件的网址（他处发布的）")]
Since = Annotated[datetime | None, typer.Option(formats=DAYS, help="自何日起，不给则今天", metavar="日期")]
Until = Annotated[datetime | None, typer.Option(formats=DAYS, help="延长后的失效日期", metavar="日期")]
Id = Annotated[int, typer.Argument(help="提议的编号", show_default=False)]


def withdraw(
    release: Number,
    login: As,
    reason: Reason,
    ground: Ground = "",
    successor: Instead = None,
    successor_title: InsteadTitle = "",
    successor_url: InsteadUrl = "",
    data_dir: DataDir = None,
) -> None:
    """提议撤回：各渠道撤下正文，原网址留下撤回说明。须另一位签发人确认后才办理。"""
    proposal = _proposal(
        kind=StandingKind.WITHDRAWN,
        reason=reason,
        ground=ground,
        successor=_successor(successor, successor_title, successor_url),
    )
    _propose(release, login, proposal, data_dir)


def annotate(
    release: Number,
    kind: Annotated[StandingKind, typer.Argument(help=f"标注为：{KINDS}", show_default=False)],
    login: As,
    reason: Reason,
    ground: Ground = "",
    since: Since = None,
    until: Until = None,
    successor: Instead = None,
    successor_title: InsteadTitle = "",
    successor_url: InsteadUrl = "",
    data_dir: DataDir = None,
) -> None:
    """提议标注效力：修改、废止、失效、延长有效期。须另一位签发人确认后才办理。"""
    if kind is StandingKind.WITHDRAWN:
        raise typer.BadParameter("撤回请用 gongbu withdraw", param_hint="kind")
    proposal = _proposal(
        kind=kind,
        reason=reason,
        ground=ground,
        effective_on=_day(since),
        expires_on=_day(until),
        successor=_successor(successor, successor_title, successor_url),
    )
    _propose(release, login, proposal, data_dir)


@standing.command("list")
def list_proposals(
    release: Annotated[int | None, typer.Option(help="只看这项政策发布，含已有结论的")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """列出等待第二人确认的提议；给出编号时，列出该政策发布的全部。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            found = await (commands.history(connection, release) if release else commands.proposals(connection))
        if as_json:
            frame.put([one.model_dump(mode="json") for one in found])
        for one in [] if as_json else found:
            frame.said.print(escape(_line(one)))
        if not found and not as_json:
            frame.said.print("没有。")

    frame.run(run())


@standing.command("outlook")
def outlook(
    release: Number,
    kind: Annotated[StandingKind, typer.Argument(help=f"效力：{KINDS}", show_default=False)],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """办理之前先看：撤回或标注会在各渠道带来什么，哪些渠道办不到。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await _tell_outlook(house, release, kind, as_json=as_json)

    frame.run(run())


@standing.command("confirm")
def confirm(
    number: Id, login: As, note: Annotated[str, typer.Option(help="意见，不公开")] = "", data_dir: DataDir = None
) -> None:
    """确认提议，各渠道随即办理。提议人不能确认自己的提议。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            made = await commands.confirm(house.hub, await frame.acting(house, login), number, note=note)
        frame.said.print(escape(f"{_line(made)}。进度用 gongbu status {made.release} 查看。"))

    frame.run(run())


@standing.command("decline")
def decline(
    number: Id, login: As, note: Annotated[str, typer.Option(help="理由，不公开")], data_dir: DataDir = None
) -> None:
    """不予确认，或撤销本人的提议。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            made = await commands.decline(house.hub, await frame.acting(house, login), number, note=note)
        frame.said.print(escape(_line(made)))

    frame.run(run())


def _propose(release: int, login: str, proposal: Proposal, data_dir: DataDir) -> None:
    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await frame.acting(house, login)
            made = await commands.propose(house.hub, person, release, proposal)
            await _tell_outlook(house, release, proposal.kind, as_json=False)
            frame.said.print(f"提议 {made.id} 已登记，须另一位签发人确认：gongbu standing confirm {made.id} --as 账号")
            async with house.engine.connect() as connection:
                waiting = await commands.proposals(connection, release=release)
            for one in waiting:
                if one.id != made.id:
                    frame.said.print(escape(f"另有一项仍在等待确认，不受影响：{_line(one)}"))
            frame.put(made.model_dump(mode="json"))

    frame.run(run())


async def _tell_outlook(house: House, release: int, kind: StandingKind, *, as_json: bool) -> None:
    prospects = await commands.outlook(house.hub, release, kind)
    if as_json:
        frame.put([one.model_dump(mode="json") for one in prospects])
        return
    for one in prospects:
        frame.said.print(escape(f"{one.channel}  {word(one.can)}：{one.words}"))


def _proposal(**fields: object) -> Proposal:
    try:
        return Proposal.model_validate(fields)
    except ValidationError as error:
        wrong = faults.fields(error)
        told = {NAMES.get(place, place): why for place, why in wrong.items()}
        frame.complain(HubError(ErrorCode.INVALID, detail=faults.sentence(told), fields=wrong))
        raise typer.Exit(2) from None


def _successor(release: int | None, title: str, url: str) -> dict[str, object] | None:
    if release is None and not (title or url):
        return None
    return {"release": release, "title": title, "address": url}


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _line(one: Standing) -> str:
    ruling = word(one.ruling) if one.ruling else "等待确认"
    return f"提议 {one.id}  政策发布 {one.release}  {word(one.kind)}  理由：{one.reason}  {ruling}"
