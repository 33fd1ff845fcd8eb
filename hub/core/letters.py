"""What mails to subscribers say: subject, plain text and the same as simple HTML. Pure; nothing in them is fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import urlsplit

from schemas.entry import BEIJING
from schemas.subscription import News
from schemas.words import word

#: More in one mail nobody reads: the rest is counted and looked up on the site.
MOST = 50
SUMMARY = 300
NO_REPLY = "本邮件由系统自动发出，请勿回复。"
_BREAK = "<br>\n"
_STYLE = "max-width:40em;margin:0 auto;padding:1em;font-family:sans-serif;line-height:1.7;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Letter:
    """One mail's words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Desk:
    """Who writes, and where the reader goes from here."""

    site: str  #: how the site calls itself
    url: str
    manage: str  #: the reader's own page: what they have subscribed to, and how it ends


def confirming(desk: Desk, link: str) -> Letter:
    """Asks whoever reads the mailbox whether they want it. Repeats nothing that a stranger may have typed."""
    blocks = [
        _Block(["您好！"]),
        _Block([f"有人在“{desk.site}”（{_host(desk.url)}）用这个邮箱申请订阅政策文件更新。"]),
        _Block(
            ["如果是您本人申请的，请在 48 小时内打开下面的链接，核对订阅内容后按“确认订阅”。", "核对并确认订阅："],
            link=link,
        ),
        _Block(["如果不是您本人申请的，请不必理会：不确认就不会生效；没有其他订阅的邮箱地址，48 小时后删除。"]),
        _Block(["查看或取消您已有的订阅："], link=desk.manage),
    ]
    return _letter(f"请确认订阅：{desk.site}", blocks, [_Block([f"{desk.site}。{NO_REPLY}"])])


def news(desk: Desk, told: Sequence[News], *, gathered: str = "") -> Letter | None:
    """Tells one thing, or what was gathered of a day or a week. None when nothing is left to tell."""
    told = _left(told)
    if not told:
        return None
    blocks = [] if len(told) == 1 else [_Block([f"{gathered}共有 {len(told)} 项更新。"])]
    for number, one in enumerate(told[:MOST], 1):
        blocks += _item(one, "" if len(told) == 1 else f"{number}. ")
    if len(told) > MOST:
        blocks.append(_Block([f"另有 {len(told) - MOST} 项，请到网站查看："], link=desk.url + "/"))
    why = f"您收到本邮件，是因为您在“{desk.site}”订阅了政策文件更新，不需要登录就可以修改或取消。"
    foot = [_Block([why, "修改或取消订阅："], link=desk.manage), _Block([NO_REPLY])]
    subject = _subject(told[0]) if len(told) == 1 else f"{gathered}更新 {len(told)} 项：{told[0].title} 等"
    return _letter(subject, blocks, foot)


@dataclass(frozen=True)
class _Block:
    """Some lines that belong together, and where they lead.

    In HTML the link is on words, because a screen reader spells an address out: on the title, or else the last line.
    """

    lines: Sequence[str]
    link: str = ""
    title: str = ""  #: stands above the lines

    @property
    def plain(self) -> str:
        return "\n".join(filter(None, [self.title, *self.lines, self.link]))

    @property
    def html(self) -> str:
        *above, last = map(escape, self.lines)
        if not self.title:
            last = _linked(self.link, last.removesuffix("："))
        head = f'<h2 style="font-size:1.15em">{_linked(self.link, escape(self.title))}</h2>\n' if self.title else ""
        return f"{head}<p>{_BREAK.join([*above, last])}</p>"


def _left(told: Sequence[News]) -> list[News]:
    """A text that was withdrawn is told no longer, only its withdrawal; of one release, newest last."""
    return [one for one in told if not one.is_gone]


def _item(one: News, number: str) -> list[_Block]:
    facts = [
        *([f"发文字号：{one.doc_no}"] if one.doc_no else []),
        f"发文机关：{one.issuer}",
        *(_standing(one) if one.notice else [f"正式发布时间：{_time(one)}（北京时间）"]),
    ]
    is_withdrawal = one.notice is not None and one.notice.is_withdrawal
    if one.summary and not one.notice:
        facts.append(f"摘要：{one.summary[:SUMMARY]}{'……' if len(one.summary) > SUMMARY else ''}")
    blocks = [_Block(facts, link=one.address, title=f"{number}{_head(one)}")]
    if not is_withdrawal and not one.notice:
        blocks += [_Block([f"解读：{reading.title}"], link=reading.address) for reading in one.interpretations]
        blocks.append(_Block(["发布证明（任何人可以独立核验）："], link=one.certificate))
    return blocks


def _standing(one: News) -> Iterable[str]:
    notice = one.notice
    assert notice is not None  # noqa: S101 - asked by the caller
    yield f"自{_day(notice.effective_on)}起：{word(notice.kind)}"
    if notice.expires_on:
        yield f"有效期延长至：{_day(notice.expires_on)}"
    yield f"理由：{notice.reason}"
    if notice.ground:
        yield f"依据：{notice.ground}"
    if notice.successor and notice.successor.title:
        yield f"替代文件：{notice.successor.title}"


def _head(one: News) -> str:
    return f"〔{word(one.notice.kind)}〕{one.title}" if one.notice else one.title


def _subject(one: News) -> str:
    """The column and the title; of what holds of it now, that word first."""
    return _head(one) if one.notice else f"〔{one.column}〕{one.title}"


def _time(one: News) -> str:
    at = (one.official_at or one.happened_at).astimezone(BEIJING)
    return f"{_day(at)} {at:%H:%M:%S}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _letter(subject: str, blocks: Sequence[_Block], foot: Sequence[_Block]) -> Letter:
    """Language and style stand inside the body as well: what shows a mail in a page of its own drops the outer tags."""
    plain = "\n\n".join(one.plain for one in blocks)
    html = "\n".join(one.html for one in blocks)
    page = (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(subject)}</title></head>\n'
        f'<body><div lang="zh-CN" style="{_STYLE}">\n{html}\n<hr>\n<div style="font-size:0.9em">\n'
        + "\n".join(one.html for one in foot)
        + "\n</div>\n</div></body></html>\n"
    )
    return Letter(subject, f"{plain}\n\n-- \n" + "\n".join(one.plain for one in foot) + "\n", page)


def _linked(link: str, words: str) -> str:
    """The words, which are escaped, as a link where there is one."""
    return f'<a href="{escape(link)}">{words}</a>' if link else words
