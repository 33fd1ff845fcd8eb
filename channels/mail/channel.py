"""Mail behind the channel contract: a message for each recipient, and a look at the page that it leads to.

A mail is never a publication. It leaves only when the bureau's own page shows the edition, and what is seen is that
page. What SMTP can promise: an answer to a message's end means that the server has it. If none comes, nobody can ask
what happened. So each recipient's message is noted before it leaves and after the answer; of one that lies between the
two a person decides, unless `repeat` lets it be sent again under the same Message-ID, by which mailboxes drop doubles.
"""

from collections.abc import Mapping
from typing import Any

from channels import contract, look, official
from channels.fate import Fate, PostError
from channels.mail import page, told
from channels.mail.book import Book, Mark
from channels.mail.letter import Letter, letter
from channels.mail.sending import Round
from channels.mail.settings import MailSettings
from channels.post import Account, Post
from schemas import canonical
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel, Rendering
from schemas.publication import Receipt, Sighting
from schemas.release import Document
from schemas.standing import Can

TRAITS = contract.Traits(
    editable=False,
    after_official=True,
    concurrency=1,
    prepare_seconds=120,
    commit_seconds=3300,
    sight_seconds=60,
    annotate=contract.Ability(Can.YES, "另发一封邮件，说明效力变更、理由和替代文件。原邮件无法改动。"),
    withdraw=contract.Ability(Can.YES, "另发一封撤回邮件，请收件单位停用并删除。已收到的邮件和附件无法收回。"),
)
LOOK_SECONDS = 1.0
NO_MAIL = "没有设置邮件服务器，请在 gongbu.toml 中填写 [mail] 后重启"


def build(settings: Mapping[str, Any], tools: contract.Tools) -> "Mail":
    """Return the channel for one `[[channels]]` table. Raises pydantic.ValidationError."""
    return Mail(MailSettings.model_validate(settings), tools)


class Mail:
    """A fixed list of mailboxes."""

    traits = TRAITS

    def __init__(self, settings: MailSettings, tools: contract.Tools) -> None:
        self.settings = settings
        self._tools = tools

    def render(self, parcel: Parcel) -> Rendering:
        """Return the words of the message, and which files go with it."""
        return self._letter(parcel).rendering

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        """Try the mail server once, then wait until the release is official and the bureau's pages show it."""
        await self._files(self._letter(parcel))
        if not notes.get("welcome"):
            await self.knock()
            await notes.keep("welcome", value=True)
        await official.come(parcel, notes)
        if parcel.action is Action.PUBLISH:
            for one in parcel.edition.documents:
                await self._page(parcel, one)

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:
        """Send every recipient's message that has certainly not left. Raises ASK once any of them may have."""
        account, written = self._account(), self._letter(parcel)
        files = await self._files(written)
        book, client = self._book(notes), Post(account.relay)
        sending = Round(account, parcel.key, written, files, book, client)
        met: list[contract.ChannelError] = []
        try:
            for line in book.lines():
                if line.mark is Mark.SENT or (line.mark is Mark.BEGUN and not self.settings.repeat):
                    continue
                if error := await sending.send(line):
                    met.append(error)
                    if error.trouble.code == Fate.UNREACHABLE:
                        break
        finally:
            await client.close()
        if book.is_done:
            return self._receipt(parcel, book)
        if met and not book.has_left:
            raise met[0]
        raise contract.ChannelError(Reaction.ASK, "partly", "部分收件地址还没有结果", is_own=True)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        """Read the notes: nobody else knows. None when something is left that certainly was not taken.

        Then `commit` sends to those alone. What a server refused is told once; whoever sends on after that wants it
        tried again.
        """
        book = self._book(notes)
        if book.is_done or (parcel.is_void and book.has_left):
            # Of what was withdrawn meanwhile nothing more is sent: the withdrawal follows, to everybody.
            return self._receipt(parcel, book)
        if refused := book.marked(Mark.REFUSED):
            for line in refused:
                await book.keep(line, Mark.TOLD, line.code)
            raise told.refused(refused)
        open_ones = [one for one in book.lines() if one.mark is not Mark.SENT]
        unknown = [one for one in open_ones if one.mark is Mark.BEGUN]
        if not self.settings.repeat and unknown == open_ones:
            raise told.unknown(unknown)
        now = await notes.now()
        if wait := max(one.wait(now, self.settings.retry_seconds) for one in open_ones):
            raise contract.NotYetError(wait)
        try:
            await self.knock()
        except contract.ChannelError as error:
            if error.trouble.reaction is Reaction.RETRY:
                raise contract.NotYetError(LOOK_SECONDS) from error
            raise
        return None

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        """Look at the bureau's own pages, once a message has left. What is seen is the page, not the mail."""
        if not self._book(notes).has_left:
            raise contract.NotYetError(LOOK_SECONDS)
        return tuple([await self._page(parcel, one) for one in parcel.edition.documents])

    async def hear(self, call: contract.Call) -> None:  # noqa: ARG002
        """Take no callbacks: mail has none."""
        return

    async def knock(self) -> None:
        """Connect to the mail server and sign in. Sends nothing."""
        try:
            await Post(self._account().relay).knock()
        except PostError as error:
            raise told.unreachable(error) from None

    async def close(self) -> None:
        """Nothing is held open here."""

    def lacks(self) -> list[str]:
        """Mail needs a mail server."""
        return [] if self._tools.post else [f"渠道 {self.settings.name}：{NO_MAIL}；在此之前一封也发不出"]

    def _letter(self, parcel: Parcel) -> Letter:
        return letter(parcel, self._tools.site, self.settings.attach_bytes)

    def _book(self, notes: contract.Notes) -> Book:
        return Book(notes, self.settings.recipients)

    def _account(self) -> Account:
        if self._tools.post is None:
            raise contract.ChannelError(Reaction.CONFIGURATION, "no_mail", NO_MAIL)
        return self._tools.post

    async def _files(self, written: Letter) -> dict[str, bytes]:
        """Digest → bytes, of every attachment that goes with the message. Raises ChannelError(BUG)."""
        found: dict[str, bytes] = {}
        for one in written.pieces:
            if not one.goes or one.sha256 in found:
                continue
            try:
                data = await self._tools.blobs.read(one.sha256)
            except KeyError as error:
                raise contract.ChannelError(Reaction.BUG, "blob_missing", f"存储中缺少附件“{one.name}”") from error
            if canonical.digest(data) != one.sha256:
                raise contract.ChannelError(Reaction.BUG, "blob_damaged", f"存储中的附件“{one.name}”已损坏")
            found[one.sha256] = data
        return found

    async def _page(self, parcel: Parcel, one: Document) -> Sighting:
        """Raises NotYetError until the bureau's own page is as the message says."""
        address = parcel.addresses[one.name]
        found = await look.find(self._tools.http, address, timeout_seconds=self.settings.timeout_seconds)
        if not page.is_done(found, parcel, one):
            raise contract.NotYetError(LOOK_SECONDS)
        sha256 = canonical.digest(found or b"")
        return Sighting(document=one.name, address=address, sha256=sha256, fetched_at=contract.now_utc())

    def _receipt(self, parcel: Parcel, book: Book) -> Receipt:
        """The key is in every Message-ID. The server's answers are in the digest."""
        answers = canonical.encode([[one.digest, one.code] for one in book.lines()])
        return Receipt(id=parcel.key, addresses=parcel.addresses, reply_sha256=canonical.digest(answers))
