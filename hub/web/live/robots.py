"""`/robots.txt`: what search engines are asked to leave out, and where they find the list of pages."""

from aiohttp import web

from hub.web.keys import URL

#: Answers to one person's question, and what only a program reads, belong in no index. Where it is a page that says
#: noindex (a filtered register), it may be read: whoever must not read it cannot hear that.
_TEXT = """User-agent: *
Disallow: /search?
Disallow: /subscribe/
Disallow: /verify?
Disallow: /compare/
Disallow: /callbacks/
Disallow: /log/tile/
Allow: /

Sitemap: {url}/sitemap.xml
"""
_KEPT = "public, max-age=3600"


async def show(request: web.Request) -> web.Response:
    """The file, made from the site's own address."""
    return web.Response(text=_TEXT.format(url=request.app[URL]), headers={"Cache-Control": _KEPT})
