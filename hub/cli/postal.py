"""What `gongbu check` sees of mail: whether the server takes us, and how much there is. Never to whom."""

from typing import Any
from urllib.parse import urlsplit

from channels.fate import PostError
from channels.post import Post
from hub import relay
from hub.app import House
from hub.cli.health import Finding, Grade
from hub.provider import LOOPBACK
from hub.store import mails, subscriptions
from schemas.subscription import MailState


async def look(house: House) -> tuple[dict[str, Any] | None, list[Finding]]:
    """Connect and sign in without sending; None where mail is not set up. Raises HubError(SETTINGS)."""
    mail = house.settings.mail
    if mail is None:
        return None, []
    findings = []
    try:
        await Post(relay.relay(mail)).knock()
        answers = True
    except PostError as error:
        answers = False
        words = f"邮件服务器 {mail.host} 不能使用（{error.code}），邮件会一直等待。请核对 [mail] 的各项设置。"
        findings.append(Finding(Grade.WRONG, "mail", words))
    parts = urlsplit(house.public_url)
    if house.hub.mail and (parts.hostname in LOOPBACK or parts.scheme != "https"):
        words = "邮件里的网址由 public_url 而来，现在不是公众可以安全访问的 https 网址。请设置 public_url。"
        findings.append(Finding(Grade.CAUTION, "mail_links", words))
    async with house.engine.connect() as connection:
        counts, totals = await subscriptions.counts(connection), await mails.totals(connection)
    told = {
        "answers": answers,
        "subscribers": counts.subscribers,
        "subscriptions": counts.confirmed,
        "unconfirmed": counts.unconfirmed,
        "silenced": counts.silenced,
        "waiting": totals.states.get(MailState.DUE, 0),
    }
    return told, findings


def line(told: dict[str, Any]) -> str:
    """The same for people."""
    return (
        f"邮件：服务器{'正常' if told['answers'] else '不能使用'}；订阅 {told['subscriptions']} 项"
        f"（{told['subscribers']} 个邮箱），待确认 {told['unconfirmed']} 项，退信停发 {told['silenced']} 个；"
        f"待发 {told['waiting']} 封"
    )
