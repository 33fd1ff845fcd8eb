"""What stands in for a channel whose component cannot be loaded: it keeps the channel's name and takes nothing.

Its deliveries are held with the reason, so that people see why and every other channel goes on.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ConfigDict

from channels.contract import (
    Ability,
    Call,
    Channel,
    ChannelError,
    ChannelSettings,
    Heard,
    Notes,
    Tools,
    Traits,
)
from schemas.delivery import Reaction
from schemas.parcel import Parcel, Rendering
from schemas.publication import Receipt, Sighting
from schemas.standing import Can

CODE = "component"
_CANNOT = Ability(Can.NO, "渠道组件没有载入，现在不能办理。")


class BrokenSettings(ChannelSettings):
    """The table as it stands: nobody knows the kind's own keys, so they are neither read nor refused."""

    model_config = ConfigDict(extra="ignore")


class Broken:
    """Implements `channels.contract.Channel` by refusing everything."""

    traits = Traits(
        editable=False,
        concurrency=1,
        prepare_seconds=5,
        commit_seconds=5,
        sight_seconds=5,
        annotate=_CANNOT,
        withdraw=_CANNOT,
    )

    def __init__(self, settings: BrokenSettings, why: str) -> None:
        self.settings = settings
        self._why = why

    def render(self, parcel: Parcel) -> Rendering:  # noqa: ARG002 - whatever it is
        raise self._refusal()

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:  # noqa: ARG002
        raise self._refusal()

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:  # noqa: ARG002
        raise self._refusal()

    async def look_up(self, parcel: Parcel, notes: Notes) -> Receipt | None:  # noqa: ARG002
        """Nobody can say now: a delivery whose outcome is unknown stays unknown until the component is back."""
        raise self._refusal()

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        raise self._refusal()

    async def hear(self, call: Call) -> Heard | None:  # noqa: ARG002
        return None

    async def knock(self) -> None:
        raise self._refusal()

    def lacks(self) -> list[str]:
        """Said by `gongbu check` (`channels.contract.Lacking`)."""
        return [f"{self._words()}。投递会停下等人处理，装好组件、重新启动后可以重试。"]

    async def close(self) -> None:
        """Nothing is held open here."""

    def _refusal(self) -> ChannelError:
        return ChannelError(Reaction.CONFIGURATION, CODE, self._words())

    def _words(self) -> str:
        return f"类型为 {self.settings.kind} 的渠道组件无法载入（{self._why}），请联系系统管理员；其他渠道不受影响"


def builder(why: str) -> Callable[[Mapping[str, Any], Tools], Channel]:
    """Return what builds the stand-in. `why` is shown to people."""

    def build(settings: Mapping[str, Any], tools: Tools) -> Channel:  # noqa: ARG001 - as every kind is built
        return Broken(BrokenSettings.model_validate(settings), why)

    return build
