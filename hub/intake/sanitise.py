"""The one gate for HTML: an allow-list for official text. Nothing reaches a document's body without passing here."""

import html as entities
import re
from collections import Counter

import nh3

from schemas import text

TAGS = frozenset(
    (
        *("p", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "ol", "ul", "li", "hr", "br"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *("figure", "figcaption", "img", "a", "span", "strong", "em", "b", "i", "u", "sub", "sup"),
    )
)
CLASSES = ("align-center", "align-right", "signature", "doc-title", "no-indent")
#: Their text is code or another document, never the author's words.
DROPPED = frozenset(
    (
        *("script", "style", "template", "noscript", "iframe", "object", "embed"),
        *("svg", "math", "title", "textarea", "select"),
    )
)
ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan", "scope"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "ol": {"start", "type"},
    "img": {"src", "alt"},
    **{tag: {"class"} for tag in ("p", "div", "h2", "h3", "h4", "span", "figure", "table")},
}
for _cell in ("td", "th"):
    ATTRIBUTES[_cell].add("class")

_VALUES = {
    "href": re.compile(r"(?:https?://[^\s/]|mailto:[^\s]).{0,2000}", re.IGNORECASE | re.DOTALL),
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "rowspan": re.compile(r"[1-9]\d{0,2}"),
    "span": re.compile(r"[1-9]\d{0,2}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "start": re.compile(r"\d{1,5}"),
    "type": re.compile(r"[1aAiI]"),
    "src": re.compile(r"blob:[0-9a-f]{64}"),
    "alt": re.compile(r".{0,500}", re.DOTALL),
}
_REL = "noopener noreferrer"
_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
#: NFC composes `>` or `<` with this mark to ≯ or ≮, and so would eat the end of a tag.
_SOLIDUS = re.compile("([<>])\u0338+")
_ROUNDS = 8
#: The parser looks through all open elements at each tag, so depth costs time squared; official text needs a dozen.
MAX_DEPTH = 200
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/><]{0,30})")
#: A quarter of a second of comparing; no text has so many different words with spaces around them.
MAX_NAMES = 30_000
_WIDE_FROM = 150_000
_NAME = re.compile(r"[\s/\"']([^\s/>=]+)")
_MARKUP = re.compile(r"<[^<>]*>")
#: These close themselves when the next one opens, or hold nothing.
_FLAT = frozenset(
    ("p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "col", "br", "hr", "img", "input")
)
_FLAT |= frozenset(("meta", "link", "dd", "dt", "option"))


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in CLASSES if word in value.split()) or None
    if name == "rel":  # the cleaner's own, shown to the filter after it was set
        return _REL
    # Attributes of elements about to be dropped come by here too.
    pattern = _VALUES.get(name)
    return value if pattern and pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=DROPPED,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "blob"},
    url_relative="deny",
    link_rel=_REL,
)


def sanitise(html: str) -> str:
    """Return the HTML with nothing in it but official text, in NFC; a second run changes nothing.

    Any input gives an answer. Time grows with the input; the caller bounds its length (`schemas.release.Document`).
    """
    clean = _words(html) if is_too_deep(html) or _is_too_wide(html) else html
    for _ in range(_ROUNDS):
        before, clean = clean, _round(clean)
        if clean == before:
            return clean
    # No input is known to come here. Plain text is stable and safe, whatever the parser makes of nested markup.
    return text.nfc(nh3.clean(clean, tags=set()))


def is_too_deep(html: str, *, most: int = MAX_DEPTH) -> bool:
    """Bound the elements open at once from above, name by name: an end without a beginning closes nothing."""
    opened: Counter[str] = Counter()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _FLAT:
            continue
        opened[name] = max(opened[name] - 1, 0) if tag[1] else opened[name] + 1
        if opened[name] > most or len(opened) > most:
            return True
    return sum(opened.values()) > most


def _is_too_wide(html: str) -> bool:
    """Bound the distinct attribute names that one tag could have: the parser compares each with all before it."""
    return len(html) > _WIDE_FROM and len(set(_NAME.findall(html))) > MAX_NAMES


def _words(html: str) -> str:
    return entities.escape(entities.unescape(_MARKUP.sub("", html)), quote=False)


def _round(html: str) -> str:
    clean = _IMAGE.sub(_shown, _CLEANER.clean(_normal(html)))
    # Character references may have hidden what NFC changes, so the parsed text is normalised too.
    return _normal(clean)


def _normal(html: str) -> str:
    return text.nfc(_SOLIDUS.sub(r"\1", text.DIRECTION.sub("", text.FORBIDDEN.sub("", html))))


def _shown(image: re.Match[str]) -> str:
    return image[0] if ' src="' in image[0] else ""
