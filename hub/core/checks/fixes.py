"""What mends a finding without a thought: an edition in, the mended edition out, for the command layer to save."""

import re
from collections.abc import Callable
from html import escape, unescape

from hub.chinese import numerals, punctuation
from hub.core import passages
from hub.core.checks import bodies, links, personal, publicity
from hub.core.checks.finding import Finding, Fix
from hub.core.redline import source
from schemas import markup
from schemas.edition import Edition
from schemas.release import Document, Metadata

#: What the button says.
FIXES = {
    Fix.SET_DISCLOSURE_FROM_NOTE: "按附注改公开属性",
    Fix.SWAP_DATES: "对调两个日期",
    Fix.SET_DOC_NO_FROM_TEXT: "按正文改发文字号",
    Fix.SET_SIGNED_ON_FROM_TEXT: "按落款改成文日期",
    Fix.SET_DOCUMENT_TITLE: "按要素改文件标题",
    Fix.STRIP_LEADING_DOC_NO: "删去正文开头的发文字号",
    Fix.STRIP_LEADING_TITLE: "删去正文开头的标题",
    Fix.ADD_ALT_TEXT: "用图题作替代文字",
    Fix.FULL_WIDTH_MARKS: "全部改为全角标点",
    Fix.USE_HTTPS: "改为https",
    Fix.MASK_NUMBER: "遮盖中间数字",
    Fix.CLEAN_FILE: "清理后替换",
    Fix.GIVE_INDEX_NO: "生成索引号",
}
#: What the edition alone cannot mend: the command layer does, with the store's numbers and the files' bytes.
BEYOND = frozenset({Fix.CLEAN_FILE, Fix.GIVE_INDEX_NO})


def apply(edition: Edition, finding: Finding) -> Edition:
    """Return the edition with this finding mended and nothing else changed.

    Raises ValueError when the finding has no fix, or no longer fits: it is of another state of the text.
    """
    if finding.fix is None or finding.fix in BEYOND:
        raise ValueError(f"{finding.code} has no fix")
    if finding.fix in _METADATA:
        values = edition.metadata.model_dump() | _METADATA[finding.fix](edition.metadata, finding)
        mended = edition.model_copy(update={"metadata": Metadata.model_validate(values)})
    else:
        documents = tuple(
            _mended(edition, document, finding) if document.name == finding.place else document
            for document in edition.documents
        )
        mended = edition.model_copy(update={"documents": documents})
    if (mended.metadata, mended.documents) == (edition.metadata, edition.documents):
        raise ValueError(f"{finding.code} does not fit this text any more")
    return Edition(release=edition.release, number=edition.number, metadata=mended.metadata, documents=mended.documents)


def _mended(edition: Edition, document: Document, finding: Finding) -> Document:
    if finding.fix is Fix.SET_DOCUMENT_TITLE:
        return Document.model_validate(document.model_dump() | {"title": edition.metadata.title})
    assert finding.fix is not None  # noqa: S101 - `apply` looked
    body = _BODY[finding.fix](document.body, finding)
    return Document.model_validate(document.model_dump() | {"body": body})


def _disclosure(metadata: Metadata, _finding: Finding) -> dict[str, object]:
    means = publicity.said(metadata.note)
    return {"disclosure": means} if means else {}


def _swap(metadata: Metadata, finding: Finding) -> dict[str, object]:
    earlier = "effective_on" if finding.place == "expires_on" and metadata.effective_on else "signed_on"
    return {finding.place: getattr(metadata, earlier), earlier: getattr(metadata, finding.place)}


def _doc_no(_metadata: Metadata, finding: Finding) -> dict[str, object]:
    return {"doc_no": finding.passage.quote} if finding.passage else {}


def _signed_on(_metadata: Metadata, finding: Finding) -> dict[str, object]:
    day = numerals.written_date(finding.passage.quote) if finding.passage else None
    return {"signed_on": day} if day else {}


def _strip(body: str, finding: Finding) -> str:
    """Take the first blocks away that say what was found and nothing else."""
    gone, left = "", body
    for block in source.read(body).children:
        if not finding.passage or len(gone) >= len(finding.passage.quote):
            break
        html = block if isinstance(block, str) else block.html
        if not left.startswith(html):  # a body that nobody cleaned
            return body
        gone, left = gone + source.letters(html), left[len(html) :]
    return left.lstrip("\n") if finding.passage and gone == finding.passage.quote else body


def _alt(body: str, _finding: Finding) -> str:
    def with_caption(picture: re.Match[str]) -> str:
        caption = bodies.caption(body, picture.end()) if bodies.is_silent(picture[0]) else ""
        if not caption:
            return picture[0]
        return picture[0].replace(' alt=""', "").removesuffix(">") + f' alt="{caption}">'

    return bodies.PICTURE.sub(with_caption, body)


def _full_width(body: str, _finding: Finding) -> str:
    """Restore line by line, as they were found, over the tags inside a line; no character is added or lost."""
    tokens = source.TOKEN.findall(body)
    parts: list[str] = []
    run: list[str] = []
    for tag, text in [*tokens, ("<p>", "")]:
        if text or not _breaks(tag):
            run.append(text or tag)
            continue
        parts += _restored(run)
        parts.append(tag)
        run = []
    return "".join(parts[:-1])


def _breaks(tag: str) -> bool:
    name = tag.strip("</>").split(" ")[0]
    return name in markup.BLOCKS or name == "br"


def _restored(run: list[str]) -> list[str]:
    texts = [unescape(part) for part in run if not part.startswith("<")]
    line = iter(punctuation.restore("".join(texts)))
    lengths = iter([len(text) for text in texts])
    return [
        part if part.startswith("<") else escape("".join(next(line) for _ in range(next(lengths))), quote=False)
        for part in run
    ]


def _https(body: str, finding: Finding) -> str:
    place = passages.find(body, finding.passage) if finding.passage else None
    for link in links.LINK.finditer(body):
        if place and links.place(body, link) == place[:2] and link[1].lower().startswith("http://"):
            return body.replace(f'href="{link[1]}"', f'href="https{link[1][4:]}"')
    return body


def _mask(body: str, finding: Finding) -> str:
    if not finding.passage:
        return body
    place = passages.find(body, finding.passage)
    return passages.replace(body, place, personal.masked(finding.passage.quote)) if place and place.exact else body


_METADATA: dict[Fix, Callable[[Metadata, Finding], dict[str, object]]] = {
    Fix.SET_DISCLOSURE_FROM_NOTE: _disclosure,
    Fix.SWAP_DATES: _swap,
    Fix.SET_DOC_NO_FROM_TEXT: _doc_no,
    Fix.SET_SIGNED_ON_FROM_TEXT: _signed_on,
}
_BODY: dict[Fix, Callable[[str, Finding], str]] = {
    Fix.STRIP_LEADING_DOC_NO: _strip,
    Fix.STRIP_LEADING_TITLE: _strip,
    Fix.ADD_ALT_TEXT: _alt,
    Fix.FULL_WIDTH_MARKS: _full_width,
    Fix.USE_HTTPS: _https,
    Fix.MASK_NUMBER: _mask,
}
