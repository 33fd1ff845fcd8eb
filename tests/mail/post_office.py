"""A mail server that nobody here wrote (aiosmtpd), which refuses, delays and hangs up where it is told to."""

import asyncio
import email
import email.policy
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class PostOffice:
    """What came, and what is answered instead: by recipient, to `RCPT` or to the message's end; to every sender."""

    port: int = 0
    got: list[Envelope] = field(default_factory=list)
    came_at: list[float] = field(default_factory=list)  #: when, by `time.perf_counter`
    recipients: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    sender: str = ""
    connections: int = 0
    hang_up: bool = False  #: once, after a message was taken, instead of saying so

    @property
    def messages(self) -> list[EmailMessage]:
        return [read(one) for one in self.got]

    def counts(self) -> Counter[str]:
        """Message-ID → how often it came. Heads alone are read: thousands of whole messages take minutes."""
        heads = BytesHeaderParser()
        return Counter(str(heads.parsebytes(_content(one))["Message-ID"]) for one in self.got)

    def to(self, address: str) -> list[EmailMessage]:
        return [one for one, envelope in zip(self.messages, self.got, strict=True) if address in envelope.rcpt_tos]


@dataclass
class _Clerk:
    """Answers the senders. Apart from the post office, because aiosmtpd reads every attribute of its handler (the
    properties too) for each connection: all that had come was parsed again, every hundred mails.
    """

    office: PostOffice

    async def handle_EHLO(  # noqa: N802 - the server's own name for it
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.office.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not self.office.sender:
            envelope.mail_from = address
        return self.office.sender or "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self.office.recipients.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := self.office.contents.get(envelope.rcpt_tos[0]):
            return answer
        self.office.got.append(envelope)
        self.office.came_at.append(time.perf_counter())
        if self.office.hang_up:
            self.office.hang_up = False
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 2.0.0 taken"


def read(envelope: Envelope) -> EmailMessage:
    return email.message_from_bytes(_content(envelope), policy=email.policy.default)


def _content(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


def text(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@asynccontextmanager
async def opened(users: Mapping[str, str] | None = None, **more: Any) -> AsyncIterator[PostOffice]:
    """The post office, listening on a free port of this machine; with `users`, it takes nothing before a sign-in."""
    office = PostOffice()

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        is_right = (users or {}).get(data.login.decode()) == data.password.decode()
        return AuthResult(success=is_right, handled=False)

    signing_in: dict[str, Any] = {}
    if users:
        signing_in = {"auth_required": True, "auth_require_tls": False, "authenticator": knows}

    served: list[SMTP] = []

    def connection() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a password in the clear, on this machine
            return _served()

    def _served() -> SMTP:
        served.append(SMTP(_Clerk(office), hostname="post.test", loop=asyncio.get_running_loop(), **signing_in, **more))
        return served[-1]

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        for one in served:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        await asyncio.sleep(0)
