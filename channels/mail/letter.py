"""What a message says, derived from the parcel alone: its subject, its words in both forms, and its attachments."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from channels import body, contract, standing
from channels.mail.plain import plain
from schemas import addresses, canonical
from schemas.delivery import Action, Reaction
from schemas.entry import BEIJING
from schemas.parcel import Parcel, Remark, RenderedFile, Rendering
from schemas.release import Document, Frozen
from schemas.words import word

KINDS = {Action.PUBLISH: "政策发布", Action.ANNOTATE: "效力变更", Action.WITHDRAW: "撤回"}
STYLE = "font:16px/1.8 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:46em;color:#1b1f27"
CALL_BACK = "请停止使用和转发此前邮件中的正文和附件，并予以删除。"


class Piece(Frozen):
    """An attachment of a document: sent with the message if it fits, and always found at its address."""

    name: str
    media: str
    size: int
    sha256: str
    address: str
    goes: bool  #: with the message


class Letter(Frozen):
    """One message as everybody gets it."""

    subject: str
    text: str
    html: str
    pieces: tuple[Piece, ...]

    @property
    def rendering(self) -> Rendering:
        """The bytes whose digest is logged. A message also has its recipient and its date, which say nothing."""
        left = sum(not one.goes for one in self.pieces)
        words = f"{left} 个附件放不进一封邮件，只给网址，不随邮件附上"
        told: dict[str, Any] = {"subject": self.subject, "attachments": [one.model_dump() for one in self.pieces]}
        return Rendering(
            files=(
                RenderedFile(name="message.html", media="text/html", body=self.html.encode()),
                RenderedFile(name="message.txt", media="text/plain", body=self.text.encode()),
                RenderedFile(name="message.json", media="application/json", body=canonical.encode(told)),
            ),
            remarks=(Remark(words=words),) if left else (),
        )


def letter(parcel: Parcel, site: contract.Site, attach_bytes: int) -> Letter:
    """Return the message. Raises ChannelError for what must not leave."""
    edition = parcel.edition
    if parcel.action is not Action.WITHDRAW:
        body.refuse_closed(edition.metadata)
    elif parcel.notice is None:
        raise contract.ChannelError(Reaction.BUG, "no_standing", "撤回缺少依据")
    is_whole = parcel.action is Action.PUBLISH
    pieces = _pieces(parcel, site, attach_bytes) if is_whole else ()
    title = standing.title(edition.policy, parcel.notice)
    paper = _Paper(parcel, site)
    paper.heading(title, 1)
    paper.lines(_opening(parcel))
    paper.facts(_facts(parcel))
    if is_whole:
        for one in edition.documents:
            paper.document(one)
        paper.attachments(pieces)
    paper.lines([f"本邮件由{site.name}自动发出，内容以网页上公开的为准。"])
    return Letter(
        subject=f"【{KINDS[parcel.action]}】{edition.policy.title}", text=paper.text, html=paper.html, pieces=pieces
    )


def _opening(parcel: Parcel) -> list[str]:
    notice, policy = parcel.notice, parcel.edition.policy
    lines = [standing.sentence(policy, notice)] if notice else []
    if parcel.action is Action.WITHDRAW:
        lines.append(CALL_BACK)
    if notice:
        lines.append(f"理由：{notice.reason}")
        lines += [f"依据：{notice.ground}"] if notice.ground else []
    if parcel.action is Action.PUBLISH and parcel.edition.number > 1:
        lines.append(f"本邮件所附为第{parcel.edition.number}版。此前收到过其他版本的，以本版为准。")
    return lines


def _facts(parcel: Parcel) -> list[tuple[str, str]]:
    metadata, notice, after = parcel.edition.metadata, parcel.notice, parcel.notice and parcel.notice.successor
    facts = [
        ("发文字号", metadata.doc_no or ""),
        ("索引号", metadata.index_no or ""),
        ("发文机关", metadata.issuer),
        ("成文日期", _day(metadata.signed_on)),
        ("施行日期", _day(metadata.effective_on)),
        ("正式发布时间", _moment(parcel.official_at)),
        ("效力状态", word(notice.kind) if notice else ""),
        ("替代文件", after.title if after else ""),
    ]
    pages = [(_called(one), parcel.addresses[one.name]) for one in parcel.edition.documents]
    return [(name, value) for name, value in [*facts, *pages] if value]


def _called(one: Document) -> str:
    return f"解读{one.number}网址" if one.number else "文件网址"


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _moment(at: datetime | None) -> str:
    there = at.astimezone(BEIJING) if at else None
    return f"{_day(there)} {there:%H:%M:%S}（北京时间）" if there else ""


def _pieces(parcel: Parcel, site: contract.Site, room: int) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for one in parcel.edition.documents:
        for number, file in enumerate(one.attachments, 1):
            goes = file.size <= room
            room -= file.size if goes else 0
            place = site.url + addresses.attachment(parcel.edition.release, one.name, number, file.name)
            found.append(
                Piece(name=file.name, media=file.media, size=file.size, sha256=file.sha256, address=place, goes=goes)
            )
    return tuple(found)


class _Paper:
    """Writes both forms side by side."""

    def __init__(self, parcel: Parcel, site: contract.Site) -> None:
        self._parcel, self._site = parcel, site
        self._text: list[str] = []
        self._html: list[str] = []

    @property
    def text(self) -> str:
        return "\n\n".join(self._text) + "\n"

    @property
    def html(self) -> str:
        head = f'<meta charset="utf-8"><title>{escape(self._parcel.edition.policy.title)}</title>'
        inside = "\n".join(self._html)
        return (
            f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head>'
            f'<body><div style="{STYLE}">\n{inside}\n</div></body></html>\n'
        )

    def heading(self, words: str, level: int) -> None:
        self._text.append(words)
        self._html.append(f"<h{level}>{escape(words)}</h{level}>")

    def lines(self, lines: Sequence[str]) -> None:
        if lines:
            self._text.append("\n".join(lines))
            self._html += [f"<p>{escape(line)}</p>" for line in lines]

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        self._text.append("\n".join(f"{name}：{value}" for name, value in facts))
        rows = (f"<li>{escape(name)}：{_shown(value)}</li>" for name, value in facts)
        self._html.append(f"<ul>{''.join(rows)}</ul>")

    def document(self, one: Document) -> None:
        """The whole text, its pictures and links at their public addresses."""
        self.heading(one.title if one.number else "全文", 2)
        self._text.append(plain(one.body, self._parcel.addresses[one.name]))
        self._html.append(body.placed(one, self._parcel.edition.release, self._site.url))

    def attachments(self, pieces: Sequence[Piece]) -> None:
        if pieces:
            self.heading("附件", 2)
            self.facts([(f"{one.name}{'（已随邮件附上）' if one.goes else ''}", one.address) for one in pieces])


def _shown(value: str) -> str:
    safe = escape(value)
    return f'<a href="{safe}">{safe}</a>' if value.startswith(("http://", "https://")) else safe
