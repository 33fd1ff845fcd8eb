"""Addresses of pictures that the account has on the platform already: a correction does not upload them again.

One small file for each, beside the worker's other files. A lost or torn one costs an upload and nothing else.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from channels.stamp import Stamp
from channels.wechat.settings import WeChatSettings

#: The platform promises of no address how long it lives.
KEPT = timedelta(days=90)
LONGEST = 1_000


class Uploaded:
    """What one account, at one platform, has been given."""

    def __init__(self, account: WeChatSettings, folder: Path, clock: Callable[[], datetime]) -> None:
        # A sandbox knows no picture of the platform's, nor one account those of another.
        whose = hashlib.sha256(f"{account.api_base}\n{account.app_id}".encode()).hexdigest()
        self._folder = folder / "wechat-pictures" / whose[:16]
        self._clock = clock

    def address(self, data: bytes) -> str | None:
        """Where the platform has these bytes; None where that is not known, or was long ago."""
        try:
            kept = json.loads(self._stamp(data).read())
            address, at = kept["address"], datetime.fromisoformat(kept["at"])
            is_good = address.startswith(("https://", "http://")) and len(address) <= LONGEST
            return str(address) if is_good and timedelta(0) <= self._clock() - at < KEPT else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def keep(self, data: bytes, address: str) -> None:
        """Remember it. Whoever cannot write goes on without."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._stamp(data).put(json.dumps({"address": address, "at": self._clock().isoformat()}))

    def _stamp(self, data: bytes) -> Stamp:
        return Stamp(self._folder / hashlib.sha256(data).hexdigest())
