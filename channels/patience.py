"""How long an answer asks us to wait: `Retry-After` (RFC 9110, 10.2.3). Pure; the header is a stranger's."""

import email.utils
from datetime import datetime

#: What asks for more is heard as this.
MAX_RETRY_AFTER_SECONDS = 86_400.0


def retry_after(value: str, now: datetime) -> float | None:
    """Read seconds or a date; None for anything else."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        try:
            at = email.utils.parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        if at.tzinfo is None:
            return None
        seconds = (at - now).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)
