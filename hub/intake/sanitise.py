"""The one gate for HTML: an allow-list for official text. Nothing reaches a document's body without passing here."""

import re

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
_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
#: NFC composes `>` or `<` with this mark to ≯ or ≮, and so would eat the end of a tag.
_SOLIDUS = re.compile("([<>])\u0338+")
_ROUNDS = 8


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in CLASSES if word in value.split()) or None
    return value if _VALUES[name].fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=DROPPED,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "blob"},
    url_relative="deny",
)


def sanitise(html: str) -> str:
    """Return the HTML with nothing in it but official text, in NFC; a second run changes nothing.

    Any input gives an answer. Time grows with the input; the caller bounds its length (`schemas.release.Document`).
    """
    clean = html
    for _ in range(_ROUNDS):
        before, clean = clean, _round(clean)
        if clean == before:
            return clean
    # No input is known to come here. Plain text is stable and safe, whatever the parser makes of nested markup.
    return text.nfc(nh3.clean(clean, tags=set()))


def _round(html: str) -> str:
    clean = _IMAGE.sub(_shown, _CLEANER.clean(_normal(html)))
    # Character references may have hidden what NFC changes, so the parsed text is normalised too.
    return _normal(clean)


def _normal(html: str) -> str:
    return text.nfc(_SOLIDUS.sub(r"\1", text.DIRECTION.sub("", text.FORBIDDEN.sub("", html))))


def _shown(image: re.Match[str]) -> str:
    return image[0] if ' src="' in image[0] else ""
