"""How one sandbox behaves. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Options:
    """One official account and the platform round it. Times are seconds."""

    app_id: str = "wx0000000000sandbox"
    secret: str = "sandbox-secret"  # noqa: S105 - it protects nothing
    token: str = "sandbox-token"  # noqa: S105 - likewise
    aes_key: str = ""  #: EncodingAESKey, 43 characters: callbacks are then encrypted
    callback_url: str = ""  #: where PUBLISHJOBFINISH and MASSSENDJOBFINISH go; nowhere when empty
    callback_format: Literal["xml", "json"] = "xml"
    publish_delay_seconds: float = 0.5  #: from the submission to the article
    event_retry_seconds: float = 5.0
    event_tries: int = 3
    token_seconds: int = 7200
    verified: bool = True  #: an account that is not gets 48001 from everything that publishes
    allowed_addresses: frozenset[str] | None = None  #: the IP list of the token calls; None: everybody
    escapes: Literal["accept", "count", "refuse"] = "accept"  #: what `\\uXXXX` in a request does
    digest_limit: int = 120
    quotas: Mapping[str, int] = field(default_factory=dict)  #: path → calls a day, over the table of `quota`
    mass_per_day: int = 1  #: mass sends that succeed; 45028 above it
    mass_protected: bool = False  #: API 群发保护: every mass send waits for the administrator (POST /sandbox/confirm)
    confirm_seconds: float = 1_800.0  #: how long it waits
    same_seconds: float = 60.0  #: a clientmsgid that comes again sooner gets 45066, later 45065
    calls_per_minute: int = 0  #: per path, 45011 above it; 0: no limit
    base_url: str = ""  #: of public pages and images; empty: the host that the request named
    book: Path | None = None  #: where the state survives a restart; None: nowhere
