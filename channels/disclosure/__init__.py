"""The municipal disclosure column (政府信息公开专栏): one record, put there by three transports, seen on its pages."""

from collections.abc import Mapping
from typing import Any

from channels.contract import Tools
from channels.disclosure.by_hand import ByHand
from channels.disclosure.channel import Disclosure
from channels.disclosure.post import ByMail
from channels.disclosure.settings import DisclosureSettings

__all__ = ["ByHand", "ByMail", "Disclosure", "DisclosureSettings", "build"]

_TRANSPORTS: Mapping[str, type[Disclosure] | type[ByHand]] = {"push": Disclosure, "package": ByHand, "mail": ByMail}


def build(settings: Mapping[str, Any], tools: Tools) -> Disclosure | ByHand:
    """Return the channel for one `[[channels]]` table. Raises pydantic.ValidationError, which quotes no values."""
    read = DisclosureSettings.model_validate(settings)
    return _TRANSPORTS[read.transport](read, tools)
