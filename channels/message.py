"""A message as mailboxes want it: written so that nothing on its way breaks it, and signed (DKIM)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

#: The headers that a signature covers, those to unsubscribe included (RFC 8058 wants it).
_SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-id",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"auto-submitted",
)


@dataclass(frozen=True)
class Signature:
    """DKIM: the domain that answers for the mail, and the key whose public half its DNS has under the selector."""

    domain: str
    selector: str
    key: bytes = field(repr=False)  #: RSA, PEM


class _Policy(EmailPolicy):
    """As usual, but an address of the web is never folded: the library would write it as encoded words.

    RFC 2047 allows those nowhere near an address, and no mailbox would find the one to unsubscribe at.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Raises ValueError for what must not stand in such a header."""
        if name.casefold() not in _WHOLE:
            return super().fold_binary(name, value)
        if not (value.isascii() and value.isprintable()):
            raise ValueError(name)
        return f"{name}: {value}\r\n".encode()


_WHOLE = frozenset({"list-unsubscribe", "list-unsubscribe-post"})
_POLICY = _Policy(linesep="\r\n")


class SignatureError(Exception):
    """The key is no RSA key in PEM."""


@dataclass(frozen=True)
class Head:
    """What stands at the head of a message."""

    sender: Address
    to: str
    subject: str
    message_id: str
    at: datetime
    more: Mapping[str, str] = field(default_factory=dict)


def compose(head: Head, text: str, html: str) -> EmailMessage:
    """Return the message; attachments may still be added. Raises ValueError for what cannot be in a header."""
    made = EmailMessage(policy=_POLICY)
    made["From"] = head.sender
    made["To"] = Address(addr_spec=head.to)
    made["Subject"] = head.subject
    made["Date"] = format_datetime(head.at)
    made["Message-ID"] = head.message_id
    for name, value in head.more.items():
        made[name] = value
    # In seven bits and short lines: whatever lies between cannot break a signature by wrapping or converting it.
    made.set_content(text, cte="base64")
    made.add_alternative(html, subtype="html", cte="base64")
    return made


def signed(message: bytes, signature: Signature | None) -> bytes:
    """Return the message with a DKIM signature before it. Raises SignatureError."""
    if signature is None:
        return message
    import dkim  # noqa: PLC0415 - with its resolver 50 ms of every start, and few bureaus sign. Theirs try it at the start

    # Named once more than they are there: nobody can add a second one to a signed message.
    names = [*_SIGNED, b"from", b"subject", b"to", b"date"]
    try:
        header: bytes = dkim.sign(
            message, signature.selector.encode(), signature.domain.encode(), signature.key, include_headers=names
        )
    except (dkim.DKIMException, ValueError) as error:
        raise SignatureError from error
    return header + message
