"""What becomes of a message that a mail server did not take, and what to do about it."""

import re
from enum import StrEnum

from aiosmtplib import SMTPResponseException

#: RFC 5321, 4.2.1: answers from here on are for good; with this one the server goes away, whatever was asked.
PERMANENT, CLOSING = 500, 421
#: RFC 3463, at the beginning of what a server answers.
_STATUS = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")


class Fate(StrEnum):
    """What to do about a message that did not get through."""

    UNREACHABLE = "unreachable"  #: nothing can be sent now, this or any other: connection, sign-in, sender
    LATER = "later"  #: the server puts this one off (4xx)
    NO_MAILBOX = "no_mailbox"  #: the server refuses the recipient for good (5xx)
    REFUSED = "refused"  #: the server refuses the message for good (5xx)
    UNKNOWN = "unknown"  #: the whole message was on its way and no answer came: it may have been taken


class PostError(Exception):
    """One message did not get through. `code` is in numbers only: servers put addresses into their words."""

    def __init__(self, fate: Fate, code: str, status: str = "") -> None:
        super().__init__(f"{fate} {code}")
        self.fate = fate
        self.code = code
        self.status = status  #: RFC 3463, if the server gave one


def answered(error: SMTPResponseException, refused: Fate) -> PostError:
    """What an answer means that is not a yes; `refused` is what a refusal for good is called here."""
    status = _STATUS.match(error.message)
    fate = refused if error.code >= PERMANENT else Fate.LATER
    if error.code == CLOSING:
        fate = Fate.UNREACHABLE
    return PostError(fate, code_of(error), status[1] if status else "")


def code_of(answer: SMTPResponseException) -> str:
    """The server's answer in numbers only."""
    status = _STATUS.match(answer.message)
    return f"{answer.code} {status[1]}" if status else str(answer.code)
