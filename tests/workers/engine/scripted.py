"""A channel that does what a test tells it: keeps in memory what it is given, and writes down who called when."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from channels import contract
from channels.contract import Call, ChannelError, ChannelSettings, Heard, Notes, NotYetError, Tools, Traits
from schemas.delivery import Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Receipt, Sighting

KIND = "scripted"
Hook = Callable[[Parcel, Notes], Awaitable[Any]]
DOWN = ChannelError(Reaction.RETRY, "503", "down", retry_after_seconds=0.0)


class ScriptedSettings(ChannelSettings):
    kind: Literal["scripted"] = "scripted"
    hands: int = 4
    bound: float = 5.0  #: seconds that each of its calls may take
    at_once: bool = False  #: shows at once what it takes
    prompt: bool = False  #: has nothing to prepare


@dataclass(frozen=True)
class Made:
    """One call that was made to the channel."""

    step: str
    release: int
    edition: int
    at: float


@dataclass
class Scripted:
    """Implements `channels.contract.Channel`. A hook stands in for a step; without one everything goes well."""

    settings: ScriptedSettings
    hooks: dict[str, Hook] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)  #: release → edition
    inside: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)  #: step → calls at once, at most

    @property
    def traits(self) -> Traits:
        bound = self.settings.bound
        return Traits(
            editable=False,
            concurrency=self.settings.hands,
            prepare_seconds=bound,
            commit_seconds=bound,
            sight_seconds=bound,
            shows_at_once=self.settings.at_once,
        )

    def render(self, parcel: Parcel) -> Rendering:
        body = parcel.edition.encoded()
        return Rendering(files=(RenderedFile(name="policy", media="text/html", body=body),))

    def is_ready(self, parcel: Parcel) -> bool:  # noqa: ARG002
        return self.settings.prompt

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:
        await self._step("prepare", parcel, notes, self._nothing)

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:
        receipt: Receipt = await self._step("commit", parcel, notes, self.take)
        return receipt

    async def look_up(self, parcel: Parcel, notes: Notes) -> Receipt | None:
        receipt: Receipt | None = await self._step("look_up", parcel, notes, self._find)
        return receipt

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        seen: tuple[Sighting, ...] = await self._step("sight", parcel, notes, self._see)
        return seen

    async def hear(self, call: Call) -> Heard | None:  # noqa: ARG002 - calls nobody back
        return None

    async def knock(self) -> None:
        """Nothing stands before the door."""

    async def close(self) -> None:
        """Nothing is held open here."""

    def calls(self, step: str) -> list[Made]:
        return [one for one in self.made if one.step == step]

    async def take(self, parcel: Parcel, notes: Notes) -> Receipt:  # noqa: ARG002
        self.shown[parcel.edition.release] = parcel.edition.number
        return Receipt(id=parcel.key, addresses=parcel.addresses)

    async def _step(self, step: str, parcel: Parcel, notes: Notes, otherwise: Hook) -> Any:
        self.made.append(Made(step, parcel.edition.release, parcel.edition.number, time.monotonic()))
        self.inside[step] += 1
        self.most[step] = max(self.most[step], self.inside[step])
        try:
            return await self.hooks.get(step, otherwise)(parcel, notes)
        finally:
            self.inside[step] -= 1

    async def _nothing(self, parcel: Parcel, notes: Notes) -> None:
        """Nothing is uploaded."""

    async def _find(self, parcel: Parcel, notes: Notes) -> Receipt | None:  # noqa: ARG002
        there = self.shown.get(parcel.edition.release) == parcel.edition.number
        return Receipt(id=parcel.key, addresses=parcel.addresses) if there else None

    async def _see(self, parcel: Parcel, notes: Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        if self.shown.get(parcel.edition.release) != parcel.edition.number:
            raise NotYetError(0.05)
        at = contract.now_utc()
        return tuple(
            Sighting(document=name, address=address, sha256="0" * 64, fetched_at=at)
            for name, address in parcel.addresses.items()
        )


async def down(parcel: Parcel, notes: Notes) -> Any:  # noqa: ARG001
    """The channel is not well."""
    raise DOWN


async def silent(parcel: Parcel, notes: Notes) -> Any:  # noqa: ARG001
    """The channel never answers."""
    await asyncio.Event().wait()


def build(settings: Mapping[str, Any], tools: Tools) -> Scripted:  # noqa: ARG001 - the signature is the registry's
    return Scripted(ScriptedSettings.model_validate(settings))
