"""What the API gives of channels: what each can do, whether it is well, and what it still allows."""

from datetime import datetime
from typing import Self

from hub.core.circuit import opens_at
from schemas.budget import Spent
from schemas.circuit import Circuit
from schemas.delivery import Trouble
from schemas.option import Option
from schemas.release import Frozen
from schemas.standing import Can


class ChannelHealth(Frozen):
    """Whether anything is sent to the channel now, and if not, why and until when."""

    paused_at: datetime | None
    paused_by: str
    paused_why: str
    failures: int  #: in a row
    opens_at: datetime | None  #: when something is sent again; None is now, or a person's to say
    trouble: Trouble | None

    @classmethod
    def of(cls, circuit: Circuit, now: datetime) -> Self:
        """What is shown of a circuit now; a rest that is over is no trouble any more."""
        values = circuit.model_dump(include=set(cls.model_fields)) | {"opens_at": opens_at(circuit, now)}
        is_well = not (circuit.failures or values["opens_at"])
        return cls.model_validate(values | ({"trouble": None} if is_well else {}))


class ChannelLine(Frozen):
    """A configured channel, without its settings: they may name secrets."""

    name: str
    kind: str
    authoritative: bool
    editable: bool
    annotate: Can  #: whether a mark (已废止 …) can be set on what is published there
    withdraw: Can  #: whether what is published there can be taken down
    health: ChannelHealth
    budgets: tuple[Spent, ...]  #: what the platform still allows now, and when it starts again
    choices: tuple[Option, ...]  #: how an edition can go there, the usual way first; empty: there is only one
    covered: bool = False  #: it shows a picture for the whole, and takes one of the edition's (`covers`)
    handed: bool = False  #: a person carries each package there (`GET /api/v1/deliveries/{delivery}/package`)


class ChannelLines(Frozen):
    """Every configured channel, by name."""

    channels: tuple[ChannelLine, ...]
