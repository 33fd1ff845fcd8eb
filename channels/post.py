"""A mail server, spoken to by SMTP: one connection used again, every answer sorted by what to do about it.

What SMTP can promise: an answer to the message's end means that the server has it. If the connection or the process
dies between the two, nobody can ask what happened. Whoever sends again must do so under the same Message-ID.
"""

import asyncio
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from enum import StrEnum

import aiosmtplib
from aiosmtplib import SMTPResponseException

from channels.fate import Fate, PostError, answered, code_of
from channels.message import Signature, signed

#: Everything about one message together.
SEND_SECONDS = 60.0
#: Each answer of the server.
ANSWER_SECONDS = 30.0
#: Messages over one connection: servers end long ones by themselves, in the middle of something.
PER_CONNECTION = 100
#: A connection that rests longer is not trusted to be there.
IDLE_SECONDS = 20.0


class Tls(StrEnum):
    """How the connection is protected."""

    TLS = "tls"  #: from the first byte (port 465)
    STARTTLS = "starttls"  #: asked for before anything is said (port 587 or 25); refused if the server has none
    NONE = "none"  #: not at all: a relay on this machine


@dataclass(frozen=True)
class Relay:
    """The mail server, and how it is spoken to."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = ""  #: how we call ourselves (EHLO); the machine's own name must be asked for and may be nobody's
    signature: Signature | None = None


@dataclass(frozen=True)
class Account:
    """Whose mail it is: the server that takes it, and what readers see as the sender."""

    relay: Relay
    sender: Address


class Post:
    """Sends messages one after another. Not for two tasks at once."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._client: aiosmtplib.SMTP | None = None
        self._sent = 0
        self._used_at = 0.0

    async def send(self, message: bytes, *, sender: str, to: str) -> str:
        """Hand the message over and return the server's code. Raises PostError, SignatureError.

        Signing takes the processor for some ten milliseconds, and far longer with attachments: others need not wait.
        """
        whole = await asyncio.to_thread(signed, message, self._relay.signature)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._send(whole, sender, to)
        except TimeoutError:
            await self.close()
            raise PostError(Fate.UNKNOWN, "timeout") from None

    async def knock(self) -> None:
        """Connect and sign in, without sending. Raises PostError."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._connected()
        except TimeoutError:
            raise PostError(Fate.UNREACHABLE, "timeout") from None
        finally:
            await self.close()

    async def rest(self) -> None:
        """Nothing is to be sent for now: let go of a connection that has been idle for long."""
        if self._client and asyncio.get_running_loop().time() - self._used_at > IDLE_SECONDS:
            await self.close()

    async def close(self) -> None:
        """Let go of the connection. May run twice."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(1):
                await client.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            client.close()

    async def _send(self, message: bytes, sender: str, to: str) -> str:
        client = await self._opened(sender)
        try:
            await client.rcpt(to)
        except SMTPResponseException as error:
            await self._reset(client)
            raise answered(error, Fate.NO_MAILBOX) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            raise PostError(Fate.UNREACHABLE, type(error).__name__) from None
        try:
            taken = await client.data(message)
        except SMTPResponseException as error:
            await self._reset(client)
            raise answered(error, Fate.REFUSED) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            raise PostError(Fate.UNKNOWN, type(error).__name__) from None
        self._sent += 1
        self._used_at = asyncio.get_running_loop().time()
        return str(taken.code)

    async def _opened(self, sender: str) -> aiosmtplib.SMTP:
        """A connection on which the sender was accepted. One that the server has ended meanwhile is made again."""
        is_old = self._client is not None
        try:
            client = await self._connected()
            await client.mail(sender)
        except SMTPResponseException as error:
            await self.close()
            raise PostError(Fate.UNREACHABLE, code_of(error)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            if is_old:
                return await self._opened(sender)
            raise PostError(Fate.UNREACHABLE, type(error).__name__) from None
        return client

    async def _connected(self) -> aiosmtplib.SMTP:
        await self.rest()
        if self._client and self._sent >= PER_CONNECTION:
            await self.close()
        if self._client is None:
            self._client = await _connect(self._relay)
            self._sent = 0
            self._used_at = asyncio.get_running_loop().time()
        return self._client

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError):
            await self.close()


async def _connect(relay: Relay) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.tls is Tls.TLS,
        start_tls=relay.tls is Tls.STARTTLS,
        tls_context=ssl.create_default_context() if relay.tls is not Tls.NONE else None,
        username=relay.user or None,
        password=relay.password or None,
        local_hostname=relay.name or "localhost",
        timeout=ANSWER_SECONDS,
    )
    try:
        await client.connect()
    except SMTPResponseException as error:
        client.close()
        raise PostError(Fate.UNREACHABLE, code_of(error)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        client.close()
        raise PostError(Fate.UNREACHABLE, type(error).__name__) from None
    return client
