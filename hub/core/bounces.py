"""Reads what mail servers send back (RFC 3464). It comes from anywhere and may say anything: nothing here raises."""

import email
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

#: More is not read: a report says what it has to say at its beginning.
MAX_BYTES = 1_000_000
#: Parts and fields of a report that are looked at.
MAX_PARTS = 50
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
#: Where a mail server notes whom it delivers to.
_RECIPIENTS = ("X-Original-To", "Delivered-To", "Envelope-To", "To")
_ADDRESS = re.compile(r"[^\s<>,;:\"]{1,200}@[^\s<>,;:\"]{1,200}")


@dataclass(frozen=True)
class Report:
    """What came back."""

    recipients: tuple[str, ...]  #: to whom it came: one of them is the address that was made for a subscriber
    status: str  #: RFC 3463; empty for what is no report of a failure for good


def read(data: bytes, recipients: Sequence[str] = ()) -> Report:
    """Look for a failure for good, and for the recipients beside those that the mail server has named.

    A delay, an answer by a person, or rubbish has no status.
    """
    try:
        message = email.message_from_bytes(data[:MAX_BYTES])
        return Report((*recipients, *_recipients(message)), _failure(message))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The library is lenient, and has raised all of these for made-up messages.
        return Report(tuple(recipients), "")


def _recipients(message: Message) -> Iterator[str]:
    for name in _RECIPIENTS:
        for value in message.get_all(name, [])[:MAX_PARTS]:
            yield from _ADDRESS.findall(str(value)[:2000])


def _failure(message: Message) -> str:
    for number, part in enumerate(message.walk()):
        if number > MAX_PARTS:
            break
        if part.get_content_type() == "message/delivery-status":
            for group in _groups(part):
                if status := _status(group):
                    return status
    return ""


def _groups(part: Message) -> list[Message]:
    """The report's groups of fields: of the message, then of each recipient."""
    found = part.get_payload()
    return [one for one in found[:MAX_PARTS] if isinstance(one, Message)] if isinstance(found, list) else []


def _status(group: Message) -> str:
    """The status of a recipient whom the message failed to reach for good."""
    action = str(group.get("Action", "")).split(";")[0].strip().casefold()
    status = _STATUS.match(str(group.get("Status", "")))
    return status[1] if action == "failed" and status and status[1].startswith("5") else ""
