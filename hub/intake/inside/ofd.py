"""An .ofd (GB/T 33190-2016): who made it, its text, and what is in it besides."""

import re

from lxml import etree  # type: ignore[import-untyped]

from hub.intake import archive
from hub.intake.inside.gather import Gathering
from hub.intake.inside.office import Package
from schemas.inspection import Trace

_PAGE = re.compile(r"Page_(\d+)/Content\.xml$", re.IGNORECASE)


def look(_ending: str, data: bytes, found: Gathering) -> None:
    archive.check(data, needed=frozenset({"OFD.xml"}))
    package = Package(data)
    for element in package.tree("OFD.xml").iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "Author":
            found.author("作者", element.text)
    for name in package.names:
        if page := _PAGE.search(name):
            _page(package, name, f"第{int(page[1]) + 1}页", found)
        elif "attach" in name.lower() and not name.lower().endswith(".xml"):
            found.add(Trace.EMBEDDED, words=name.rpartition("/")[2])
    if not found.has_text:
        found.add(Trace.UNREAD, words="是图片版式，没有文字")


def _page(package: Package, name: str, where: str, found: Gathering) -> None:
    for element in package.tree(name).iter():
        if isinstance(element.tag, str) and etree.QName(element).localname == "TextObject":
            found.line("".join(element.itertext()), where)
