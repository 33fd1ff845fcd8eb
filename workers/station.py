"""One channel's place in this worker: what its deliveries share, and no other channel's do."""

from collections.abc import Sequence

from schemas.circuit import Circuit
from schemas.delivery import Delivery
from schemas.parcel import Parcel
from workers import outcome, parcels
from workers.gather import Gather
from workers.lease import Keeper
from workers.record import Record, Recorded
from workers.worker import Worker

#: Outcomes that one transaction writes, and parcels that one query packs.
MOST = 64


class Station:
    """Where a channel's deliveries meet: outcomes are written, parcels packed and leases renewed for all together."""

    def __init__(self, worker: Worker, name: str) -> None:
        self.worker = worker
        self.name = name
        self.channel = worker.channels[name]
        self.circuit = Circuit(channel=name)  #: as the last claim found it
        self.leases = Keeper(worker.engine, worker.lease_seconds)
        self.record: Gather[Record, Recorded] = Gather(self._record, most=MOST)
        self.pack: Gather[Delivery, Parcel] = Gather(self._pack, most=MOST)

    async def _record(self, records: Sequence[Record]) -> Sequence[Recorded | Exception]:
        return await outcome.write(self.worker, self.circuit, records, patient=False)

    async def record_alone(self, record: Record) -> Recorded:
        """Write a record whose rows somebody else has locked, and wait for them; nobody else waits along."""
        (written,) = await outcome.write(self.worker, self.circuit, [record], patient=True)
        if isinstance(written, Exception):
            raise written
        return written

    async def _pack(self, deliveries: Sequence[Delivery]) -> Sequence[Parcel | Exception]:
        return await parcels.pack(self.worker, deliveries)
