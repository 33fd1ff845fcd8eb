"""The zero-latency channel: keeps in memory what it is given. What is measured with it is the engine alone."""

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

from channels import contract, registry
from channels.contract import Call, ChannelSettings, Heard, Notes, NotYetError, Tools, Traits
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Receipt, Sighting

KIND = "memory"


class MemorySettings(ChannelSettings):
    """A `[[channels]]` table of kind `memory`."""

    kind: Literal["memory"] = "memory"
    hands: int = 64  #: deliveries at once in a worker process


class Memory:
    """Implements `channels.contract.Channel`."""

    def __init__(self, settings: MemorySettings) -> None:
        self.settings = settings
        self.traits = Traits(
            editable=False,
            concurrency=settings.hands,
            prepare_seconds=5,
            commit_seconds=5,
            sight_seconds=5,
            shows_at_once=True,
        )
        self._shown: dict[str, str] = {}

    def render(self, parcel: Parcel) -> Rendering:
        files = [
            RenderedFile(name=one.name, media="text/html", body=one.body.encode()) for one in parcel.edition.documents
        ]
        return Rendering(files=tuple(files))

    def is_ready(self, parcel: Parcel) -> bool:  # noqa: ARG002 - nothing is uploaded, and any text can be remembered
        return True

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:
        """Nothing is uploaded, so nothing is kept."""

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:  # noqa: ARG002 - the memory says what is done
        for one in parcel.edition.documents:
            self._shown[parcel.addresses[one.name]] = hashlib.sha256(one.body.encode()).hexdigest()
        return Receipt(id=parcel.key, addresses=parcel.addresses)

    async def look_up(self, parcel: Parcel, notes: Notes) -> Receipt | None:  # noqa: ARG002
        there = all(address in self._shown for address in parcel.addresses.values())
        return Receipt(id=parcel.key, addresses=parcel.addresses) if there else None

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        if any(address not in self._shown for address in parcel.addresses.values()):
            raise NotYetError(0.01)
        at = contract.now_utc()
        return tuple(
            Sighting(document=name, address=address, sha256=self._shown[address], fetched_at=at)
            for name, address in parcel.addresses.items()
        )

    async def hear(self, call: Call) -> Heard | None:  # noqa: ARG002 - a memory calls nobody
        return None

    async def knock(self) -> None:
        """Nothing stands before the door."""

    async def close(self) -> None:
        """Nothing is held open here."""


def build(settings: Mapping[str, Any], tools: Tools) -> Memory:  # noqa: ARG001 - the signature is the registry's
    """Make the channel from its `[[channels]]` table."""
    return Memory(MemorySettings.model_validate(settings))


def register() -> None:
    """Make the kind known to this process. May run twice."""
    registry.KINDS[KIND] = build
