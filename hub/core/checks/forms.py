"""Whether an interpretation is what its form says, and can be followed by whoever does not see or hear it.

Asked when an edition is frozen, as `hub.core.checks.particulars`.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from urllib.parse import urlsplit

from hub.core.checks import bodies, links
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.particulars import Form
from schemas.words import word

#: What is shown or heard elsewhere: here stand the way to it and its words.
PLAYED = frozenset({Form.VIDEO, Form.AUDIO, Form.ANIMATION})
ASKED = frozenset({Form.QUESTIONS, Form.BRIEF_QUESTIONS})
#: Letters, beside those of links, with which a played interpretation can be told in words.
ENOUGH = 50
_QUESTION = re.compile(r"[?？]|[问Q][：:]")


def forms(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """Look at every interpretation whose form is not 文字."""
    for reading in readings[1:]:
        form = reading.document.form
        if form is Form.GRAPHIC:
            yield from _drawn(reading)
        elif form in PLAYED:
            yield from _played(reading, word(form))
        elif form in ASKED and not _QUESTION.search(reading.letters):
            message = f"解读形式是“{word(form)}”，正文中没有看到问句。请核对形式，或补充问题。"
            yield found("form_doubtful", reading.name, message)


def _drawn(reading: Reading) -> Iterator[Finding]:
    pictures = bodies.PICTURE.findall(reading.document.body)
    if not pictures:
        yield found("form_lacks", reading.name, "解读形式是“图解”，正文中没有图片。请插入图片，或改选形式。")
    elif all(map(bodies.is_silent, pictures)) and len(reading.letters) < ENOUGH:
        message = "图解只有图片，没有替代文字，也没有文字说明，视障读者无法获知内容。请填写图片的替代文字。"
        yield found("form_without_text", reading.name, message)


def _played(reading: Reading, name: str) -> Iterator[Finding]:
    document = reading.document
    found_links = list(links.LINK.finditer(document.body))
    if not document.attachments and not any(_is_government(unescape(one[1])) for one in found_links):
        message = f"解读形式是“{name}”，正文中没有指向政府网站的链接，也没有附件。请补充{name}的链接，或改选形式。"
        yield found("form_lacks", reading.name, message)
    linked = sum(len("".join(re.sub(r"<[^<>]*>", "", one[2]).split())) for one in found_links)
    if len(reading.letters) - linked < ENOUGH:
        message = f"{name}没有文字稿，听障、视障读者和不便播放的读者无法获知内容。请在正文中写明主要内容。"
        yield found("form_without_text", reading.name, message)


def _is_government(address: str) -> bool:
    try:
        host = (urlsplit(address).hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    return host == "gov.cn" or host.endswith(".gov.cn")
