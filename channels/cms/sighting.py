"""Whether a public page of the site shows a document. Pure: sites dress texts, and mend quotes and dashes in them."""

from lxml import etree  # type: ignore[import-untyped]

from channels import fingerprint

_UNSEEN = ("script", "style", "template", "noscript", "head")
#: What typographers of sites write for what was written.
_MENDED = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "′": "'", "″": '"', "–": "-", "—": "-", "×": "x", "…": "..."}
)


def shows(page: bytes, *, mark: str, body: str, told: str) -> bool:
    """Tell whether the one element with our mark holds the text, and the page says what is to be told."""
    root = _parse(page)
    found = [] if root is None else root.xpath("//*[@id=$wanted]", wanted=mark)
    if len(found) != 1 or root is None:
        return False
    text = _parse(f"<!doctype html><html><body><div>{body}</div></body></html>".encode())
    return _folded(found[0]) == _folded(text) and fingerprint.normal(told).translate(_MENDED) in _folded(root)


def holds(page: bytes | None, body: str) -> bool:
    """Tell whether the text is anywhere on the page, whoever put it there."""
    text = _folded(_parse(f"<!doctype html><html><body><div>{body}</div></body></html>".encode()))
    return page is not None and text in _folded(_parse(page))


def _parse(page: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(page, parser)
    except etree.XMLSyntaxError:
        return None
    if root is not None:
        etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return root


def _folded(root: etree._Element | None) -> str:
    words = "" if root is None else "".join(root.itertext())
    folded = fingerprint.normal(words).translate(_MENDED)
    while "--" in folded:
        folded = folded.replace("--", "-")
    return folded
