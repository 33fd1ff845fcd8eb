"""A look at an address that a text links to: does anything answer there?"""

from datetime import datetime
from typing import Literal

from schemas.release import Frozen

#: `gone`: the server says so. `no_host`: the name leads nowhere. `unsure`: whatever else came, which says nothing.
Seen = Literal["ok", "gone", "no_host", "unsure"]


class Look(Frozen):
    """One row: what was seen last at the address, as it is written in the text."""

    address: str
    host: str
    seen: Seen | None = None  #: None: nobody has looked yet
    status: int | None = None  #: of the last answer
    times: int = 0  #: one after another that it was gone, or without a host, each a minute and more after the last
    looked_at: datetime | None = None
