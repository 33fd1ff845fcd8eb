"""A document's text as its page sets it, and what its opening tells. Pure: no letter of it becomes another."""

import html
import re
from functools import lru_cache

from channels.website.words import WORDS
from schemas.release import Document, Metadata

#: A first paragraph that ends in a colon names the 主送机关 and stands flush left (GB/T 9704-2012, 7.3.2).
ADDRESSED = re.compile(r"\s*<p\b[^<>]*>[^<>]{1,300}[：:]\s*</p>")
#: What ends a block of the text: words on its two sides are not one word.
BLOCK = re.compile(r"</(?:p|h[1-6]|li|t[dh]|caption|figcaption|blockquote)>|<br>")
#: Characters of a description that nobody wrote.
DESCRIBED = 120
#: The first paragraph, whatever it says.
OPENING = re.compile(r"\s*<p\b[^<>]*>.{0,300}?</p>", re.DOTALL)
MARKUP = re.compile(r"<[^<>]*>")
#: One whole tag: what looks like a tag inside a quoted attribute is no tag.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^<>"]|"[^"]*")*>')
#: A tag, or letters without a break, such as an address: too long to stand on one line beside Chinese. What is written
#: as `&lt;` is one letter and is never cut.
LONG = re.compile(rf"{TAG.pattern}|(?P<long>(?:[!-%'-;=?-~]|&[A-Za-z0-9#]{{1,10}};){{24,}})|&[A-Za-z0-9#]{{1,10}};")
#: Around every table of the text. The second class tells extractors, who shun what scrolls, that it is text.
FRAME = f'<div class="scroll text-table" role="group" aria-label="{WORDS["table"]}" tabindex="0">'


def head(metadata: Metadata, one: Document) -> str:
    """Return the document number unless the approved text, which stands as it is, already opens with it."""
    number = metadata.doc_no or ""
    opening = OPENING.match(one.body)
    return "" if opening and MARKUP.sub("", opening[0]).strip() == number else number


@lru_cache(maxsize=16)  # as `code`: a publication renders each page three times
def fitted(text: str) -> str:
    """Set the text for screens, every character as it was: no table or address makes a phone's page move sideways.

    A table scrolls by itself and takes the keyboard; a long address may break anywhere, and stretches no line.
    """
    return LONG.sub(_framed, text)


def description(one: Document) -> str:
    """The summary that somebody wrote, or how the text begins."""
    words = " ".join((one.summary or html.unescape(MARKUP.sub("", BLOCK.sub(" ", one.body)))).split())
    return words if one.summary or len(words) <= DESCRIBED else f"{words[: DESCRIBED - 1]}…"


def _framed(found: re.Match[str]) -> str:
    if found["long"]:
        return f'<span class="loose">{found["long"]}</span>'
    if found[2] != "table":
        return found[0]
    return f"{found[0]}</div>" if found[1] else FRAME + found[0]
