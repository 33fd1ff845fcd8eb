"""One channel's place in this worker: what its deliveries share, and no other channel's do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.circuit import Circuit
from schemas.delivery import Delivery
from schemas.parcel import Parcel
from workers import outcome, parcels
from workers.gather import Gather
from workers.lease import Keeper, clock
from workers.record import Record, Recorded
from workers.worker import Worker

#: Outcomes that one transaction writes, and parcels that one query packs.
MOST = 64


@dataclass(frozen=True)
class Start:
    """What a claimed delivery begins with."""

    since: float  #: this process's clock before the lease was asked for
    parcel: Parcel | None = None  #: as it was packed with the claim, if it was


class Station:
    """Where a channel's deliveries meet: outcomes are written, parcels packed and leases renewed for all together."""

    def __init__(self, worker: Worker, name: str) -> None:
        self.worker = worker
        self.name = name
        self.channel = worker.channels[name]
        self.circuit = Circuit(channel=name)  #: as the last claim found it
        self.log_size = 0  #: of the log that tells of every claim so far
        self._starts: dict[tuple[int, int], Start] = {}
        self.leases = Keeper(worker.engine, worker.lease_seconds)
        self.record: Gather[Record, Recorded] = Gather(self._record, most=MOST)
        self.pack: Gather[Delivery, Parcel] = Gather(self._pack, most=MOST)

    def begin(self, claimed: Sequence[Delivery], starts: Mapping[int, Start], *, log_size: int) -> None:
        """Deliveries were claimed, and each will be begun; the log of this size tells of it."""
        self.log_size = max(self.log_size, log_size)
        self._starts |= {(one.id, one.fence): starts[one.id] for one in claimed}

    def begun(self, claimed: Delivery) -> Start:
        """What the delivery begins with; asked once."""
        return self._starts.pop((claimed.id, claimed.fence), None) or Start(clock())

    async def record_alone(self, record: Record) -> Recorded:
        """Write a record whose rows somebody else has locked, and wait for them; nobody else waits along."""
        (written,) = await outcome.write(self.worker, self.circuit, [record], patient=True)
        if isinstance(written, Exception):
            raise written
        return written

    async def _record(self, records: Sequence[Record]) -> Sequence[Recorded | Exception]:
        return await outcome.write(self.worker, self.circuit, records, patient=False)

    async def _pack(self, deliveries: Sequence[Delivery]) -> Sequence[Parcel | Exception]:
        return await parcels.pack(self.worker, deliveries)
