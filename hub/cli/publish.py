"""The button from the command line, and watching until every channel shows it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import typer

from hub.app import House
from hub.cli import frame
from hub.cli.frame import As, DataDir, Number
from hub.commands import publishing
from hub.store import deliveries
from schemas.delivery import FINAL, Delivery, DeliveryState, Step
from schemas.entry import BEIJING
from schemas.words import word

#: A person must act before anything moves.
STUCK = frozenset({DeliveryState.HELD, DeliveryState.FAILED})
LOOK_SECONDS = 0.2
TIMES = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
At = Annotated[
    datetime | None,
    typer.Option(formats=TIMES, help="计划发布时间（北京时间），如 2026-12-01T09:00:00；不给则立即", metavar="时间"),
]
Say = Callable[[str], None]


def publish(
    release: Number,
    login: As,
    at: At = None,
    channel: Annotated[list[str] | None, typer.Option("--channel", help="只发这些渠道，可多次给出；不给则全部")] = None,
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", help="渠道的发布方式，如 wechat=mass（群发）；可多次给出", metavar="渠道=方式"),
    ] = None,
    cover: Annotated[
        list[str] | None,
        typer.Option("--cover", help="渠道的封面：正文中一张图片的 SHA-256；可多次给出", metavar="渠道=图片"),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="等到各渠道都有结果，并显示进度")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="--wait 时，计划时间之后多少秒没有进展就不再等")] = 300.0,
    data_dir: DataDir = None,
) -> None:
    """发布已通过全部审核的版本。"""

    async def run() -> int:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await frame.acting(house, login)
            planned = at.replace(tzinfo=BEIJING) if at else None
            edition = await publishing.publish(
                house.hub,
                person,
                release,
                channels=channel or None,
                at=planned,
                choices=_pairs(choose or [], "--choose", "渠道=方式"),
                covers=_pairs(cover or [], "--cover", "渠道=图片"),
            )
            frame.said.print(f"第 {edition.number} 版已交付发布。")
            return await watch(house, release, timeout=timeout) if wait else 0

    frame.run(run())


def _pairs(said: list[str], option: str, form: str) -> dict[str, str]:
    """Channel → what was said of it. Raises typer.BadParameter."""
    if wrong := [one for one in said if not all(one.partition("="))]:
        raise typer.BadParameter(f"“{wrong[0]}”应写成 {form}", param_hint=option)
    return dict(one.split("=", 1) for one in said)


async def watch(house: House, release: int, *, timeout: float) -> int:  # noqa: ASYNC109 - patience, not a deadline
    """Tell every change until all is done (0), or until what is left needs a person or does not move (1)."""
    progress = Progress(timeout, lambda line: frame.said.print(line, markup=False))
    while True:
        async with house.engine.connect() as connection:
            found = await deliveries.of_release(connection, release)
        progress.look(found, monotonic=time.monotonic(), now=datetime.now(UTC))
        if progress.is_over:
            return progress.conclude()
        await asyncio.sleep(LOOK_SECONDS)


@dataclass
class Progress:
    """What has been told of a release's deliveries, and since when each has stood still. Clocks are arguments."""

    patience: float
    say: Say
    left: list[Delivery] = field(default_factory=list)
    is_over: bool = False
    _since: dict[int, tuple[object, float]] = field(default_factory=dict)
    _told: dict[int, str] = field(default_factory=dict)

    def look(self, found: list[Delivery], *, monotonic: float, now: datetime) -> None:
        for one in found:
            self._tell(one)
            if self._since.get(one.id, (None,))[0] != _progress(one):
                self._since[one.id] = _progress(one), monotonic
        self.left = [one for one in found if one.state not in FINAL]
        self.is_over = all(one.state in STUCK or self._stands(one, monotonic, now) for one in self.left)

    def conclude(self) -> int:
        """Say how it ended and return the exit code."""
        held = [one for one in self.left if one.state in STUCK]
        for words, some in (("须人工处理", held), (f"{self.patience:.0f} 秒没有进展", self.left)):
            names = "、".join(f"{one.channel}（投递 {one.id}）" for one in some if some is held or one not in held)
            if names:
                self.say(f"{words}：{names}")
        self.say("投递仍在后台继续，用 gongbu status 查看。" if len(held) < len(self.left) else "")
        return 1 if self.left else 0

    def _stands(self, one: Delivery, monotonic: float, now: datetime) -> bool:
        late = (now - one.planned_at).total_seconds()
        return min(monotonic - self._since[one.id][1], late) > self.patience

    def _tell(self, one: Delivery) -> None:
        if one.state is DeliveryState.WORKING:
            return  # it lasts a moment, and what comes of it is told
        why = f"：{one.trouble.detail}" if one.trouble and one.state not in FINAL else ""
        line = f"{one.channel}  {word(one.action)}  {word(one.state)}{why}"
        if self._told.get(one.id) != line:
            self._told[one.id] = line
            self.say(line)


def _progress(one: Delivery) -> tuple[bool, Step, bool]:
    """What changes only when it comes further: a try that fails and waits again is none."""
    return one.state in STUCK, one.step, one.intended_at is not None
