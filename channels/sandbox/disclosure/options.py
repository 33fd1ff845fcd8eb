"""What can be set on the sandbox."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """The defaults suit a demo; the secret is one everybody knows, for there is nothing to protect."""

    key_id: str = "sandbox"
    secret: str = field(default="sandbox-secret", repr=False)
    delay_seconds: float = 0.3  #: from acceptance to the public page
    window_seconds: float = 300.0  #: how far a request's clock may be from ours
    book: Path | None = None  #: where the state survives a restart; files lie beside it in `<name>.files/`
    callback_url: str = ""  #: who is called when a record is public, returned or taken down; empty: nobody
    callback_retry_seconds: float = 1.0  #: before a call that was not taken is made again
    public_base: str = ""  #: the base of the public addresses; empty: as the request was addressed
