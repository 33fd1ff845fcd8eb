"""Puts the hub's own messages into the site's frame, so that an error looks like the bureau and not like a server."""

import re
from html import escape
from pathlib import Path

#: What the website channel prepares for the public tree; a web server in front shows it as it stands.
FRAME = "404.html"
#: What stands before the site's name. No comment can mark it: a browser would show that in its tab.
TITLE = re.compile(rb"(?<=<title>)[^<]*?(?= - |</title>)")
#: Each of the hub's own pages is found by searchers only if it says where it stands.
UNFOUND = b'<meta name="robots" content="noindex">'
MAIN = re.compile(rb"<!--main-->.*?<!--/main-->", re.DOTALL)
#: Shown before the site's first page was written: it must stand without the site's style.
BARE = (
    b'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title></title>'
    b'<meta name="viewport" content="width=device-width, initial-scale=1">'
    b'<meta name="color-scheme" content="light dark"></head><body><main><!--main--><!--/main--></main></body></html>\n'
)


def page(site: Path, title: str, main: str, *, canonical: str = "") -> bytes:
    """Return a whole page. `title` is text, `main` is markup whose values the caller has escaped.

    `canonical` is the address at which searchers may name it; without one they are asked not to.
    """
    frame = prepared(site) or BARE
    named = TITLE.sub(lambda _: escape(title).encode(), frame, count=1)
    if canonical:
        named = named.replace(UNFOUND, f'<link rel="canonical" href="{escape(canonical)}">'.encode(), 1)
    return MAIN.sub(lambda _: main.encode(), named)


def prepared(site: Path) -> bytes | None:
    """Return the frame as the site's channel wrote it, which is the page for what is not there; None before that."""
    try:
        return (site / FRAME).read_bytes()
    except OSError:
        return None


def message(site: Path, title: str, advice: str) -> bytes:
    """Return a page that says one thing and shows the way home."""
    return page(
        site,
        title,
        f'<h1>{escape(title)}</h1>\n<p>{escape(advice)}</p>\n<p class="ways"><a href="/">返回首页</a></p>',
    )
