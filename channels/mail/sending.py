"""One recipient's message: written, sent, and what came of it kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from channels import message
from channels.contract import ChannelError
from channels.fate import Fate, PostError
from channels.mail import told
from channels.mail.book import Book, Line, Mark
from channels.mail.letter import Letter
from channels.message import SignatureError
from channels.post import Account, Post
from schemas.delivery import Reaction
from schemas.entry import BEIJING

#: RFC 3834: nobody's holiday notice should answer.
AUTOMATIC = {"Auto-Submitted": "auto-generated"}
#: How long the message in hand may take to end when the worker is asked to stop.
GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Round:
    """One letter on its way to everybody who has not got it."""

    account: Account
    key: str  #: the parcel's
    letter: Letter
    files: Mapping[str, bytes]  #: of the attachments that go with it, by digest
    book: Book
    client: Post

    async def send(self, line: Line) -> ChannelError | None:
        """Send it to one of them; return what kept it from getting through, which is written down by then.

        A cancellation lets the message in hand end first, so that stopping a worker leaves none of unknown fate.
        """
        task = asyncio.ensure_future(self._send(line))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task}, timeout=GRACE_SECONDS)
            task.cancel()
            raise

    async def _send(self, line: Line) -> ChannelError | None:
        whole = await asyncio.to_thread(self._message, line)  # attachments of megabytes are coded in it
        begun = await self.book.keep(line, Mark.BEGUN)
        # Dies here: nobody can know whether it left, and a person is asked.
        try:
            code = await self.client.send(whole, sender=self.account.sender.addr_spec, to=line.to)
        except PostError as error:
            return await self._failed(begun, error)
        except SignatureError:
            await self.book.keep(begun, Mark.LATER, "dkim")
            return ChannelError(Reaction.CONFIGURATION, "dkim", "DKIM 私钥不能用，请核对 [mail.dkim]")
        await self.book.keep(begun, Mark.SENT, code)
        return None

    async def _failed(self, begun: Line, error: PostError) -> ChannelError | None:
        if error.fate is Fate.UNKNOWN:
            # It stays as begun.
            return None
        is_final = error.fate in {Fate.NO_MAILBOX, Fate.REFUSED}
        await self.book.keep(begun, Mark.REFUSED if is_final else Mark.LATER, error.code)
        return told.of(error, begun)

    def _message(self, line: Line) -> bytes:
        """The same Message-ID on every try, another for every recipient."""
        head = message.Head(
            sender=self.account.sender,
            to=line.to,
            subject=self.letter.subject,
            message_id=f"<{self.key}.{line.digest}@{self.account.sender.domain}>",
            at=datetime.now(BEIJING),
            more=AUTOMATIC,
        )
        made = message.compose(head, self.letter.text, self.letter.html)
        for one in self.letter.pieces:
            if one.goes:
                kind, _, subtype = one.media.partition("/")
                made.add_attachment(self.files[one.sha256], maintype=kind, subtype=subtype, filename=one.name)
        return made.as_bytes()
