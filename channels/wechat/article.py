"""An edition as the articles of one draft: the policy first, then its interpretations. Pure.

Limits: developers.weixin.qq.com, 新增草稿 (changelog 2025-12-19); where sources differ, the smaller number.
"""

import re
from datetime import date
from typing import Any

from channels import contract
from channels.body import refuse_closed
from channels.wechat import body, excerpt, remarks
from channels.wechat.cover import CROPS
from schemas import canonical, hypertext
from schemas.delivery import Reaction
from schemas.parcel import Parcel, Remark, RenderedFile, Rendering
from schemas.release import Document, Frozen, Role

MAX_ARTICLES = 8
MAX_TITLE = 32
MAX_DIGEST = 120
#: The whole string counts, tags and attributes too.
MAX_CONTENT_CHARACTERS = 20_000
MAX_SOURCE_BYTES = 1_024
#: A title is cut after one of these when one stands in the last ten characters that fit.
PAUSES = "》〉”’）〕、，；：。—·　 的"
LOOK_BACK = 10

HEAD = "margin:0 0 .3em;font-size:15px;color:#7a828a"
FULL_TITLE = "margin:0 0 1em;font-size:19px;font-weight:700;line-height:1.5;text-align:center"
BREAK = "margin:1.6em 0 0;font-weight:700"
RULE = '<section style="margin:16px 0;border-top:1px solid #b9c2cc;font-size:1px;line-height:1px"><br></section>'


class Article(Frozen):
    """One article as it will be sent, except its cover and its images' addresses, which the platform gives."""

    name: str  #: of the document
    title: str
    digest: str
    content: str
    source: str  #: `content_source_url`: the official page, with the parcel's key as the marker to look up by
    remarks: tuple[Remark, ...] = ()  #: what is not as it was written; not sent


def articles(parcel: Parcel, author: str) -> tuple[Article, ...]:
    """Return the articles, in the order of their indexes.

    Raises ChannelError: CONTENT for what would be refused, BUG for what is not open, CONFIGURATION for wrong settings.
    """
    refuse_closed(parcel.edition.metadata)
    documents = parcel.edition.documents
    if len(documents) > MAX_ARTICLES:
        raise _refused("45008", f"一次最多发布 {MAX_ARTICLES} 篇，本次有 {len(documents)} 篇")
    if len(author) > MAX_TITLE:
        raise contract.ChannelError(Reaction.CONFIGURATION, "45110", "作者名过长")
    return tuple(_article(parcel, document, alone=len(documents) == 1) for document in documents)


def rendering(parcel: Parcel, author: str) -> Rendering:
    """Return the bytes meant for the platform: each article's body, and the draft's other fields.

    A cover that was chosen is named by its digest. One that is drawn is left out: it is decoration whose pixels depend
    on the fonts of the machine, and it is drawn from the edition's digest and title.
    """
    ready = articles(parcel, author)
    fields = [{"author": author, **one.model_dump(exclude={"content", "remarks"})} for one in ready]
    told: dict[str, Any] = {"articles": fields} | ({"cover": parcel.cover} if parcel.cover else {})
    draft = RenderedFile(name="draft.json", media="application/json", body=canonical.encode(told))
    bodies = (RenderedFile(name=f"{one.name}.html", media="text/html", body=one.content.encode()) for one in ready)
    return Rendering(files=(draft, *bodies), remarks=tuple(said for one in ready for said in one.remarks))


def fields(article: Article, author: str, *, cover: str, images: dict[str, str]) -> dict[str, Any]:
    """Return the article as draft/add takes it. Comments stay off: they need a privilege (88000) and a moderator."""
    return {
        "article_type": "news",
        "title": article.title,
        "author": author,
        "digest": article.digest,
        "content": body.with_images(article.content, images.__getitem__),
        "content_source_url": article.source,
        "thumb_media_id": cover,
        **CROPS,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
    }


def short_title(title: str) -> str:
    """Return the title, cut at a natural pause and ended by … when it is too long.

    A cut title is never the only one: the article's first line then is the full title. Which words could go, such as
    the bureau's name, is not a program's to decide.
    """
    if len(title) <= MAX_TITLE:
        return title
    room = title[: MAX_TITLE - 1]
    for end in range(len(room), len(room) - LOOK_BACK, -1):
        if room[end - 1] in PAUSES:
            return room[:end].rstrip("、，；：—·　 ") + "…"
    return room + "…"


def short_digest(document: Document) -> str:
    """Return the summary, or the beginning of the text, within the limit."""
    text = document.summary or hypertext.parse(document.body).get_text("")
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= MAX_DIGEST else text[: MAX_DIGEST - 1] + "…"


def marked(address: str, key: str) -> str:
    """Return the official address with the parcel's key, which the platform keeps unchanged and gives back."""
    return f"{address}{'&' if '?' in address else '?'}wx={key}"


def _article(parcel: Parcel, document: Document, *, alone: bool) -> Article:
    address = parcel.addresses[document.name]
    source = marked(address, parcel.key)
    if len(source.encode()) > MAX_SOURCE_BYTES:
        raise contract.ChannelError(Reaction.CONFIGURATION, "41039", "网站地址过长，微信不接受")
    styled, cut = _fitted(parcel, document, address)
    return Article(
        name=document.name,
        title=short_title(document.title),
        # Only a draft of one article shows a summary.
        digest=short_digest(document) if alone else "",
        content=_content(parcel, document, address, styled, cut),
        source=source,
        remarks=tuple(remarks.of(document, styled, cut, is_titled=len(document.title) <= MAX_TITLE)),
    )


def _fitted(parcel: Parcel, document: Document, address: str) -> tuple[body.Styled, excerpt.Excerpt | None]:
    """The text as far as the platform takes it. Raises ChannelError(CONTENT) when that would be nothing."""
    whole = body.made(document.body)
    size = excerpt.cost(_content(parcel, document, address, whole, None))
    if size < MAX_CONTENT_CHARACTERS:
        return whole, None
    # What is quoted may be written with as many entities.
    around = excerpt.Excerpt("", "&" * excerpt.NEXT, is_annex=False)
    room = MAX_CONTENT_CHARACTERS - 1 - len(_content(parcel, document, address, body.Styled(""), around))
    cut = excerpt.begin(document.body, room)
    if cut is None:
        raise _refused("45002", remarks.TOO_LONG.format(title=document.title[:60], size=size))
    return body.made(cut.html), cut


def _content(parcel: Parcel, document: Document, address: str, styled: body.Styled, cut: excerpt.Excerpt | None) -> str:
    full = body.paragraph(document.title, FULL_TITLE) if len(document.title) > MAX_TITLE else ""
    lines = [*_particulars(parcel, document), *([remarks.AT_HEAD] if cut else [])]
    head = "".join(body.paragraph(line, HEAD) for line in lines)
    files = [f"{n}. {one.name}" for n, one in enumerate(document.attachments, 1)]
    foot = [
        *(["附件（请到下列网址下载）："] if files else []),
        *files,
        f"正式文本以本单位网站公布的为准，网址：{address}",
    ]
    tail = "".join(body.paragraph(line, body.QUIET) for line in foot)
    end = body.paragraph(remarks.at_end(cut), BREAK) if cut else ""
    inside = f"{full}<section>{head}</section>{RULE}{styled.html}{end}{RULE}<section>{tail}</section>"
    return f'<section style="{body.WRAP}">{inside}</section>'


def _particulars(parcel: Parcel, document: Document) -> list[str]:
    about = parcel.edition.metadata
    lines = [f"发文机关：{about.issuer}"]
    if document.role is Role.INTERPRETATION:
        lines.append(f"解读文件：《{about.title.strip('《》')}》")
    if about.doc_no:
        lines.append(f"发文字号：{about.doc_no}")
    return [*lines, f"成文日期：{_written(about.signed_on)}"]


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _refused(code: str, detail: str) -> contract.ChannelError:
    return contract.ChannelError(Reaction.CONTENT, code, detail)
