"""The one gate for HTML: an allow-list for official text. Nothing reaches a document's body without passing here."""

import html as entities
import re

import nh3

from schemas import markup, text

_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
#: NFC composes `>` or `<` with this mark to ≯ or ≮, and so would eat the end of a tag.
_SOLIDUS = re.compile("([<>])\u0338+")
_ROUNDS = 8
#: A quarter of a second of comparing; no text has so many different words with spaces around them.
MAX_NAMES = 30_000
_WIDE_FROM = 150_000
_NAME = re.compile(r"[\s/\"']([^\s/>=]+)")
_MARKUP = re.compile(r"<[^<>]*>")

_CLEANER = nh3.Cleaner(
    tags=markup.TAGS,
    clean_content_tags=markup.DROPPED,
    attributes=markup.ATTRIBUTES,
    attribute_filter=markup.attribute,
    url_schemes=set(markup.SCHEMES),
    url_relative="deny",
    link_rel=markup.REL,
)


def sanitise(html: str) -> str:
    """Return the HTML with nothing in it but official text, in NFC; a second run changes nothing.

    Any input gives an answer. Time grows with the input; the caller bounds its length (`schemas.release.Document`).
    """
    clean = _words(html) if markup.is_too_deep(html) or _is_too_wide(html) else html
    for _ in range(_ROUNDS):
        before, clean = clean, _round(clean)
        if clean == before:
            return clean
    # No input is known to come here. Plain text is stable and safe, whatever the parser makes of nested markup.
    return text.nfc(nh3.clean(clean, tags=set()))


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
