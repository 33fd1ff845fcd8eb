"""The municipal disclosure column (政府信息公开专栏): structured records put by key, seen on its public pages."""

from channels.disclosure.channel import Disclosure, build
from channels.disclosure.settings import DisclosureSettings

__all__ = ["Disclosure", "DisclosureSettings", "build"]
