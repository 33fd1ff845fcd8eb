"""The world of a channel that a person serves: the column has no interface, only pages, and somebody who puts them."""

from collections import Counter
from typing import Any

from channels.conformance.world import World, base
from channels.contract import Handed
from schemas.parcel import Parcel
from schemas.publication import Receipt
from tests.column import Column


class Carried(World):
    """The municipal column with `transport = "package"`."""

    kind, remote = "disclosure", False

    async def begin(self) -> None:
        self.column = Column()
        self.place = base(await self.serve(self.column.app()))

    def table(self) -> dict[str, Any]:
        return {"transport": "package", "public_base": self.place, "look_seconds": 0.01, "copies": ()}

    def foretold(self, parcel: Parcel) -> Receipt:
        folder = f"{self.place}/{parcel.edition.release}"
        return Receipt(id="", addresses={name: f"{folder}/{name}.html" for name in parcel.addresses})

    async def public(self) -> Counter[str]:
        return Counter(self.column.put)

    async def carry(self, parcel: Parcel) -> Receipt:
        """Put the package in its place; whoever does not remember looks first, and does not put it there twice."""
        assert isinstance(self.channel, Handed)
        foretold = self.foretold(parcel)
        there = self.column.pages.get(f"/{parcel.edition.release}/policy.html", b"")
        if parcel.edition.digest.encode() not in there or parcel.notice:
            self.column.carry((await self.channel.bundle(parcel)).body)
        return foretold
