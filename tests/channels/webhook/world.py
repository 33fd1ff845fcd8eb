"""The webhook kind's world: a partner's system on loopback."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from channels.conformance.world import World, base
from channels.contract import Channel, Tools
from channels.reach import Rules
from schemas.parcel import Parcel
from schemas.publication import Receipt
from tests.channels.webhook.receiver import OTHER, SECRET, Receiver

LOOPBACK = Rules((ip_network("127.0.0.0/8"),))


class Webhook(World):
    kind, remote = "webhook", True
    secrets = (SECRET, SECRET.removeprefix("whsec_"))

    async def begin(self) -> None:
        self.receiver = Receiver()
        self.receiver.base = base(await self.serve(self.receiver.app()))

    def table(self) -> dict[str, Any]:
        here = self.receiver.base
        waits = {"timeout_seconds": 2.0, "look_seconds": 0.01, "retry_seconds": 0.0}
        return {"url": f"{here}/hook", "status_url": f"{here}/status", "secrets": (SECRET,), **waits}

    def denied(self) -> dict[str, Any]:
        return {"secrets": (OTHER,)}

    def build(self, table: Mapping[str, Any], tools: Tools) -> Channel:
        return super().build(table, replace(tools, outward=LOOPBACK))

    def foretold(self, parcel: Parcel) -> Receipt:
        return Receipt(id="n", addresses=dict.fromkeys(parcel.addresses, f"{self.receiver.base}/pages/nobody"))

    async def public(self) -> Counter[str]:
        return Counter({name: times for name, times in self.receiver.made.items() if times})
