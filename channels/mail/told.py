"""What a person is told of mail that did not get through. Recipients are told by their place, never by address."""

from channels.contract import ChannelError
from channels.fate import Fate, PostError
from channels.mail.book import Line
from schemas.delivery import Reaction


def of(error: PostError, line: Line) -> ChannelError:
    """What one message met. Not for one without an answer: that is no error yet."""
    if error.fate is Fate.UNREACHABLE:
        return unreachable(error)
    if error.fate is Fate.LATER:
        words = f"邮件服务器暂不接收第 {line.number} 个收件地址的邮件（{error.code}）"
        return ChannelError(Reaction.RETRY, "later", words, is_own=True)
    return refused([line], error.code)


def unreachable(error: PostError) -> ChannelError:
    """Nothing can be sent now, this or any other."""
    if error.code.startswith(("530", "534", "535", "538")):
        return ChannelError(
            Reaction.CREDENTIALS, Fate.UNREACHABLE, f"邮件服务器不认可登录名或口令（{error.code}），请核对 [mail]"
        )
    return ChannelError(Reaction.RETRY, Fate.UNREACHABLE, f"邮件服务器没有接受连接或发件地址（{error.code}）")


def refused(lines: list[Line], code: str = "") -> ChannelError:
    """The server refuses these recipients for good."""
    which = "、".join(f"第 {one.number} 个（{code or one.code}）" for one in lines)
    words = f"邮件服务器拒收：名单（recipients）中{which}收件地址。请核对后重启并重试；其余地址不会重复发送"
    return ChannelError(Reaction.CONFIGURATION, "refused", words, is_own=True)


def unknown(lines: list[Line]) -> ChannelError:
    """These may have left, and nobody can be asked."""
    which = "、".join(f"第 {one.number} 个" for one in lines)
    words = (
        f"名单（recipients）中{which}收件地址的邮件发出后没有得到答复，不知是否送达。请向收件单位核实："
        "收到的，填“已经发出”，网址填本局网页；没有收到的，请先人工补发，再填“已经发出”，以免其他单位重复收到"
    )
    return ChannelError(Reaction.ASK, "unknown", words, is_own=True)
