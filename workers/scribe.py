"""Writes the mail for one subscriber: the words, and all that a mailbox needs to treat it fairly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from urllib.parse import urlsplit

from channels import message
from hub.core import letters
from hub.core.letters import Desk, Letter
from hub.core.subscribing import gathered
from hub.slips import Slips
from schemas.subscription import Due, News

#: Besides RFC 8058: what keeps holiday notices from being answered (RFC 3834), and lists from being taken for letters.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "Precedence": "bulk"}


@dataclass(frozen=True)
class Scribe:
    """Who writes, in whose name."""

    slips: Slips
    sender: Address
    site: str  #: how the site calls itself
    url: str  #: the public address, without a slash at its end
    bounces: str  #: where bounces go; empty where they go to the sender

    def write(self, mail: Due, news: Sequence[News], to: str, at: datetime) -> bytes | None:
        """The whole message; None when nothing is left to tell. Sent twice, it has the same Message-ID."""
        slip = self.slips.managing(mail.subscriber)
        letter = self._letter(mail, news, slip)
        if letter is None:
            return None
        head = message.Head(
            sender=self.sender,
            to=to,
            subject=letter.subject,
            message_id=f"<{mail.id}.{mail.made_at.timestamp() * 1000:.0f}@{self.sender.domain}>",
            at=at,
            more=AUTOMATIC if mail.subscription else AUTOMATIC | self._leaving(slip),
        )
        return message.compose(head, letter.text, letter.html).as_bytes()

    def envelope(self, mail: Due) -> str:
        """The address that bounces come back to: one for each subscriber, so that no bounce must be guessed at."""
        return self.slips.bouncing(mail.subscriber, self.bounces) if self.bounces else self.sender.addr_spec

    def _letter(self, mail: Due, news: Sequence[News], slip: str) -> Letter | None:
        desk = Desk(self.site, self.url, f"{self.url}/subscribe/manage?t={slip}")
        if mail.subscription:
            link = f"{self.url}/subscribe/confirm?t={self.slips.confirming(mail.subscription)}"
            return letters.confirming(desk, link)
        return letters.news(desk, news, gathered=gathered(mail.occasion))

    def _leaving(self, slip: str) -> dict[str, str]:
        link = f"{self.url}/subscribe/leave?t={slip}"
        return {
            "List-Id": f"<policy.{urlsplit(self.url).hostname or self.sender.domain}>",
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
