"""授权代办 from the command line: what was lent, lending and taking back, in the name of an account."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape

from hub.cli import frame
from hub.cli.frame import As, AsJson, DataDir
from hub.cli.people import duty
from hub.commands import delegating
from hub.store import delegations, people
from schemas import faults
from schemas.delegation import MAX_DAYS, Delegation, Offer
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.words import word

delegation = typer.Typer(help="授权代办：列出、授出、撤销。", no_args_is_help=True)
DAY = ["%Y-%m-%d"]


@delegation.command("list")
def list_delegations(login: As, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """列出一个账号授出的和受托的授权代办，新的在前；管理员列出全部。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await frame.acting(house, login)
            is_admin = Duty.ADMINISTRATOR in person.own_duties
            async with house.engine.connect() as connection:
                found = await delegations.listed(connection, person=None if is_admin else person.id)
                names = {one.id: one.name for one in await people.every(connection)}
                today = await delegations.today(connection)
        if as_json:
            frame.put([one.model_dump(mode="json") for one in found])
        for one in [] if as_json else found:
            frame.out.print(told(one, names, today))

    frame.run(run())


@delegation.command("give")
def give(
    receiver: Annotated[str, typer.Argument(help="交给哪个账号", show_default=False)],
    login: As,
    lent: Annotated[Duty, typer.Option("--duty", parser=duty, metavar="职责", help="本人的哪项职责")],
    start: Annotated[datetime, typer.Option("--from", formats=DAY, metavar="日期", help="从哪天起")],
    end: Annotated[
        datetime,
        typer.Option("--to", formats=DAY, metavar="日期", help=f"到哪天止，当天也算，最多 {MAX_DAYS} 天"),
    ],
    why: Annotated[str, typer.Option(help="事由")],
    data_dir: DataDir = None,
) -> None:
    """授权他人代办本人的一项职责。"""

    async def run() -> None:
        offer = _offer(receiver=receiver, duty=lent, starts_on=start.date(), ends_on=end.date(), reason=why)
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            made = await delegating.give(house.hub, await frame.acting(house, login), offer)
        frame.said.print(
            f"已授权代办“{word(made.duty)}”，{made.starts_on} 至 {made.ends_on}。"
            f"撤销：gongbu delegation revoke {made.id} --as {escape(login)}"
        )

    frame.run(run())


@delegation.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="授权的编号，见 list", show_default=False)],
    login: As,
    data_dir: DataDir = None,
) -> None:
    """撤销授权，立即失效。授出的人或管理员可以撤销。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await delegating.revoke(house.hub, await frame.acting(house, login), number)
        frame.said.print("授权已撤销，立即生效。")

    frame.run(run())


def told(one: Delegation, names: Mapping[str, str], today: date) -> str:
    """One delegation for people."""
    giver, receiver = (names.get(person, person) for person in (one.giver, one.receiver))
    state = "已撤销" if one.revoked_at else "已到期" if one.is_over(today) else ""
    state = state or ("生效中" if one.is_active(today) else "尚未开始")
    days = f"{one.starts_on} 至 {one.ends_on}"
    return f"{one.id}  {state}  {giver}授权{receiver}代办“{word(one.duty)}”  {days}  {one.reason}"


def _offer(**given: object) -> Offer:
    try:
        return Offer.model_validate(given)
    except ValidationError as error:
        wrong = faults.fields(error)
        raise HubError(ErrorCode.INVALID, detail=faults.sentence(wrong), fields=wrong) from None
