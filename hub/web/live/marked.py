"""A redline for everybody: each mark says in words what it is, and pictures come from the site alone."""

import asyncio
import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from hub.core.redline.page import redline
from hub.core.redline.sides import Row, changed, rows
from schemas import addresses
from schemas.edition import Edition

#: Longer texts (both together, characters of HTML) are not compared here: the answer would take seconds.
MAX_LETTERS = 600_000
#: Two at once: a redline keeps the interpreter to itself, and prepared pages are to be answered meanwhile.
_TURNS = asyncio.Semaphore(2)
_MARK = re.compile(r"<(/?)(ins|del)>")
_WORDS = {"ins": ("〔增：", "〕"), "del": ("〔删：", "〕")}
#: Around every table: it scrolls by itself and takes the keyboard, so that no page of a phone moves sideways.
_FRAME = '<div class="scroll" role="group" aria-label="表格，可左右移动查看" tabindex="0">'
_TABLE = re.compile(r"<(/?)table\b[^<>]*>")
_LEFT_OUT = '<p class="detail no-indent">此处省略没有变化的段落</p>'
_IMAGE = re.compile(r'<img src="blob:([0-9a-f]{64})"( alt="[^"]*")?>')


async def compared(old: str, new: str) -> str | None:
    """Return the two bodies as one marked body; None where they are too long. Cached: editions never change."""
    if len(old) + len(new) > MAX_LETTERS:
        return None
    async with _TURNS:
        return await asyncio.to_thread(_compared, old, new)


@lru_cache(maxsize=32)
def _compared(old: str, new: str) -> str:
    return redline(old, new)


def in_line(marked: str, images: dict[str, str]) -> str:
    """The redline in one text, as HTML."""
    return _framed(_spoken(_placed(marked, images)))


def abridged(marked: str) -> str:
    """What changed, with what stands around it, as HTML: nobody looks for five words in sixty paragraphs."""
    return in_line("".join(one or _LEFT_OUT for one in changed(marked)), {})


def side_by_side(marked: str, images: dict[str, str]) -> tuple[Row, ...]:
    """The redline paragraph by paragraph, as HTML: at most `sides.MAX_ROWS` of them."""
    # Pictures are placed last: what cuts the rows reads bodies, in which nothing comes from an address.
    return tuple(
        Row(in_line(row.old, images), in_line(row.new, images), row.is_changed, row.is_gap) for row in rows(marked)
    )


def images(editions: Sequence[Edition]) -> dict[str, str]:
    """Digest → where the site shows the picture."""
    return {
        one.sha256: addresses.image(edition.release, one.sha256, one.media)
        for edition in editions
        for document in edition.documents
        for one in document.images
    }


def paragraphs(said: Sequence[str]) -> str:
    """Lines of text as the simplest body, so that two texts are compared by their words alone."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in said)


def _spoken(html: str) -> str:
    """Colour and strokes are no words: whoever hears the page, or prints it in grey, is told too."""

    def told(mark: re.Match[str]) -> str:
        opening, closing = _WORDS[mark[2]]
        return (
            f'<span class="unseen">{closing}</span>{mark[0]}'
            if mark[1]
            else f'{mark[0]}<span class="unseen">{opening}</span>'
        )

    return _MARK.sub(told, html)


def _framed(html: str) -> str:
    """Each table in a frame of its own, as the document's page has it."""
    return _TABLE.sub(lambda tag: f"{tag[0]}</div>" if tag[1] else _FRAME + tag[0], html)


def _placed(html: str, known: dict[str, str]) -> str:
    def found(tag: re.Match[str]) -> str:
        path = known.get(tag[1])
        return f'<img src="{path}"{tag[2] or ""}>' if path else "〔图片〕"

    return _IMAGE.sub(found, html)
