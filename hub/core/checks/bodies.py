"""Is everything there: an interpretation, a text, words for every picture."""

import re
from collections.abc import Iterator, Sequence

from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition

#: A picture, and whatever text its caption may be in.
PICTURE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_CAPTION = re.compile(r"图(?:\s?[\d一二三四五六七八九十]+|[:：])?.{0,60}")
_TAG = re.compile(r"<[^<>]*>")
_FAR = 400
#: Letters below which nothing was explained.
THIN = 30


def interpretations(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    if edition.metadata.kind.is_interpreted and not edition.interpretations:
        message = "政策文件应与解读同步发布，目前没有解读。请添加解读材料。"
        yield found("no_interpretation", "interpretation-1", message)


def texts(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        document = reading.document
        if not reading.letters and "<img" not in document.body:
            yield found("empty_body", document.name, f"“{document.title}”没有正文。请导入或录入正文。")
    if edition.metadata.kind.is_interpreted:
        yield from _thin(readings[1:])


def _thin(readings: Sequence[Reading]) -> Iterator[Finding]:
    """An interpretation of a sentence explains nothing; one that is a picture or a file may be short."""
    for reading in readings:
        document = reading.document
        if 0 < len(reading.letters) < THIN and "<img" not in document.body and not document.attachments:
            message = f"“{document.title}”只有{len(reading.letters)}个字，说明不了政策。请补充内容，或附上图解、问答。"
            yield found("interpretation_thin", document.name, message)


def pictures(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    for document in edition.documents:
        silent = [picture for picture in PICTURE.finditer(document.body) if is_silent(picture[0])]
        if silent:
            captioned = any(caption(document.body, picture.end()) for picture in silent)
            message = f"“{document.title}”中有{len(silent)}幅图片没有替代文字，视障读者无法获知内容。请补充。"
            yield found("image_without_text", document.name, message, fixable=captioned)


def is_silent(picture: str) -> bool:
    """Tell whether the picture's tag says nothing of what is to be seen."""
    return ' alt="' not in picture or ' alt=""' in picture


def caption(body: str, end: int) -> str:
    """Return the caption (图1 …) that stands below the picture ending here, "" when the next words are none."""
    below = body[end : end + _FAR].partition("<img")[0]
    line = next((" ".join(part.split()) for part in _TAG.split(below) if part.strip()), "")
    return line if _CAPTION.fullmatch(line) else ""
