"""Mail to partners and units without systems: a message that leads to the bureau's own page, never a publication."""

from channels.mail.channel import Mail, build
from channels.mail.settings import MailSettings

__all__ = ["Mail", "MailSettings", "build"]
