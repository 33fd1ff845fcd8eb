"""What a document's body may hold: the allow-list of official text, and how deep it may be nested. Pure data.

`hub.intake.sanitise` lets nothing else in, `hub.core.redline` lets nothing else out but `ins` and `del`.
"""

import re
from collections import Counter

TAGS = frozenset(
    (
        *("p", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "ol", "ul", "li", "hr", "br"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *("figure", "figcaption", "img", "a", "span", "strong", "em", "b", "i", "u", "sub", "sup"),
    )
)
#: The tags that stand on lines of their own; the others run along in a line.
BLOCKS = TAGS - {"br", "img", "a", "span", "strong", "em", "b", "i", "u", "sub", "sup"}
CLASSES = ("align-center", "align-right", "signature", "doc-title", "no-indent")
#: Their text is code or another document, never the author's words.
DROPPED = frozenset(
    (
        *("script", "style", "template", "noscript", "iframe", "object", "embed"),
        *("svg", "math", "title", "textarea", "select"),
    )
)
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"},
    "td": {"colspan", "rowspan", "scope", "class"},
    "th": {"colspan", "rowspan", "scope", "class"},
    "col": {"span"},
    "ol": {"start", "type"},
    "img": {"src", "alt"},
    **{tag: {"class"} for tag in ("p", "div", "h2", "h3", "h4", "span", "figure", "table")},
}
VALUES = {
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
SCHEMES = frozenset(("http", "https", "mailto", "blob"))
REL = "noopener noreferrer"

#: A parser looks through all open elements at each tag, so depth costs time squared; official text needs a dozen.
MAX_DEPTH = 200
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/><]{0,30})")
#: These close themselves when the next one opens, or hold nothing.
_FLAT = frozenset(
    (
        *("p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "col", "br", "hr", "img", "input"),
        *("meta", "link", "dd", "dt", "option"),
    )
)


def attribute(_tag: str, name: str, value: str) -> str | None:
    """Return the attribute's value as it may stay, None when it goes: the filter that an HTML cleaner asks."""
    if name == "class":
        return " ".join(word for word in CLASSES if word in value.split()) or None
    if name == "rel":  # the cleaner's own, shown to the filter after it was set
        return REL
    # Attributes of elements about to be dropped come by here too.
    pattern = VALUES.get(name)
    return value if pattern and pattern.fullmatch(value) else None


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
