"""The package by e-mail to the column's office. Whatever the mail server says, the column is seen by our own look."""

from datetime import datetime

from channels import contract, message
from channels.disclosure import words
from channels.disclosure.by_hand import ByHand
from channels.disclosure.settings import DisclosureSettings
from channels.fate import Fate, PostError
from channels.message import SignatureError
from channels.post import Account, Post
from schemas.delivery import Action, Reaction
from schemas.entry import BEIJING
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Receipt

NO_MAIL = "没有设置邮件服务器，请在 gongbu.toml 中填写 [mail] 后重启"
#: What a ZIP in base64 needs more than its bytes, with the words around it.
GROWTH = 1.4
#: RFC 3834: nobody's holiday notice should answer.
AUTOMATIC = {"Auto-Submitted": "auto-generated"}
SENDING, SENT = "sending", "sent"
SUBJECTS = {Action.PUBLISH: "请公开", Action.ANNOTATE: "请标注", Action.WITHDRAW: "请撤下"}
_FATES = {
    Fate.UNREACHABLE: (Reaction.RETRY, "邮件服务器现在不能发信"),
    Fate.LATER: (Reaction.RETRY, "邮件服务器要求稍后再试"),
    Fate.NO_MAILBOX: (Reaction.CONFIGURATION, "邮件服务器不接受收件地址，请核对 mail_to"),
    Fate.REFUSED: (Reaction.CONFIGURATION, "邮件服务器拒收这封邮件，可能太大或被拦截，请与邮件管理员核对"),
    Fate.UNKNOWN: (Reaction.ASK, "邮件已经发送，但邮件服务器没有答复，不能确定是否寄出"),
}


class ByMail(ByHand):
    """政府信息公开专栏, whose office takes packages by mail."""

    def __init__(self, settings: DisclosureSettings, tools: contract.Tools) -> None:
        super().__init__(settings, tools)
        self._post = tools.post

    def render(self, parcel: Parcel) -> Rendering:
        """As without mail; what no mail can carry is refused before anybody reviews it."""
        made = super().render(parcel)
        files = [file.size for one in parcel.edition.documents for file in (*one.attachments, *one.images)]
        size = sum(len(one.body) for one in made.files) + (0 if parcel.action is Action.WITHDRAW else sum(files))
        self._fit(size)
        return made

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        """Make the package and see that the mail server lets us in. Nothing leaves."""
        await super().prepare(parcel, notes)
        await self._knock()

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:
        """Send the message once: ends with HAND when the server has it, with ASK when nobody can know."""
        if notes.get(SENT):
            raise self._waits(parcel, notes)
        package = await self.bundle(parcel)
        self._fit(len(package.body))
        account, written = self._account(), self._message(parcel, package)
        await notes.keep(SENDING, value=True)
        # Dies here, or before the answer is noted: nobody can know whether it left, and `look_up` says so.
        await self._send(account, written, notes)
        await notes.keep(SENT, (await notes.now()).isoformat())
        raise self._waits(parcel, notes)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        """Read the notes: no mail server can be asked."""
        if notes.get(SENT):
            raise self._waits(parcel, notes)
        if notes.get(SENDING):
            detail = "不能确定资料包是否寄出，请查看发件箱或询问专栏的办理人员"
            raise contract.ChannelError(Reaction.ASK, "unknown", detail, is_own=True)
        return None

    async def knock(self) -> None:
        """Fetch the column's first page, and sign in at the mail server. Sends nothing."""
        await super().knock()
        await self._knock()

    def lacks(self) -> list[str]:
        return [] if self._post else [f"渠道 {self.settings.name}：{NO_MAIL}；在此之前资料包寄不出去"]

    def _waits(self, parcel: Parcel, notes: contract.Notes) -> contract.ChannelError:
        at = datetime.fromisoformat(notes.get(SENT)).astimezone(BEIJING)
        said = words.MAILED[parcel.action].format(
            at=f"{at.month}月{at.day}日 {at:%H:%M}", to=self.settings.mail_to, where=self._where(parcel)
        )
        return contract.ChannelError(Reaction.HAND, "mailed", said)

    async def _knock(self) -> None:
        try:
            await Post(self._account().relay).knock()
        except PostError as error:
            raise _sorted(error) from None

    async def _send(self, account: Account, written: bytes, notes: contract.Notes) -> None:
        client = Post(account.relay)
        try:
            await client.send(written, sender=account.sender.addr_spec, to=self.settings.mail_to)
        except PostError as error:
            if error.fate is not Fate.UNKNOWN:
                await notes.keep(SENDING, value=False)
            raise _sorted(error) from None
        except SignatureError:
            await notes.keep(SENDING, value=False)
            detail = "DKIM 私钥不能用，请核对 [mail.dkim]"
            raise contract.ChannelError(Reaction.CONFIGURATION, "dkim", detail) from None
        finally:
            await client.close()

    def _message(self, parcel: Parcel, package: RenderedFile) -> bytes:
        """The words are the package's README. One Message-ID for one parcel: who gets it twice can tell."""
        account = self._account()
        readme = self.render(parcel).files[0].body.decode()
        edition = parcel.edition
        named = f"政府信息公开资料包 {edition.release}-{edition.number}"
        head = message.Head(
            sender=account.sender,
            to=self.settings.mail_to,
            subject=f"{SUBJECTS[parcel.action]}：{edition.policy.title}（{named}）",
            message_id=f"<{parcel.key}@{account.sender.domain}>",
            at=contract.now_utc(),
            more=AUTOMATIC,
        )
        made = message.compose(head, readme.replace("\r\n", "\n"), message_page(readme))
        made.add_attachment(package.body, maintype="application", subtype="zip", filename=package.name)
        return made.as_bytes()

    def _fit(self, size: int) -> None:
        if size * GROWTH > self.settings.mail_bytes:
            detail = (
                f"资料包约 {size / 1e6:.0f} MB，超过邮件上限（{self.settings.mail_bytes / 1e6:.0f} MB）。请压缩附件。"
            )
            raise contract.ChannelError(Reaction.CONTENT, "too_large", detail)

    def _account(self) -> Account:
        if self._post is None:
            raise contract.ChannelError(Reaction.CONFIGURATION, "no_mail", NO_MAIL)
        return self._post


def message_page(readme: str) -> str:
    """The README as the HTML half of the message."""
    escaped = readme.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<!DOCTYPE html><html lang="zh-CN"><body><pre style="white-space:pre-wrap">{escaped}</pre></body></html>'


def _sorted(error: PostError) -> contract.ChannelError:
    reaction, said = _FATES[error.fate]
    return contract.ChannelError(reaction, f"smtp_{error.code}".replace(" ", "_"), f"{said}（{error.code}）")
