"""A .docx, .xlsx or .pptx: who made it, what was left in it, and what it says."""

import ipaddress
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]

from hub.intake import archive
from hub.intake.inside import picture, sheets, slides, words
from hub.intake.inside.gather import Gathering
from schemas.inspection import Trace

_NEEDED = {
    ".docx": archive.DOCUMENT,
    ".xlsx": archive.WORKBOOK,
    ".pptx": frozenset({"[Content_Types].xml", "ppt/presentation.xml"}),
}
_READERS = {".docx": words.look, ".xlsx": sheets.look, ".pptx": slides.look}
_OWNERS = {"creator": "作者", "lastModifiedBy": "最后修改", "Company": "单位", "Manager": "经理"}
_PICTURES = 40


class Package:
    """The archive's parts, read as trees."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(BytesIO(data))
        self.names = self._archive.namelist()

    def read(self, name: str) -> bytes:
        return self._archive.read(name)

    def tree(self, name: str) -> Any:
        """Return the part's root, or None when there is none. Entities and addresses are never followed."""
        if name not in self.names:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        return etree.fromstring(self.read(name), parser)

    def under(self, start: str, ending: str = ".xml") -> list[str]:
        return sorted(name for name in self.names if name.startswith(start) and name.endswith(ending))


def look(ending: str, data: bytes, found: Gathering) -> None:
    archive.check(data, needed=_NEEDED[ending])
    package = Package(data)
    found.can_be_cleaned = True
    _owners(package, found)
    _parts(package, found)
    for kind, target in _outside(package):
        found.add(Trace.OUTSIDE, words=f"{kind} {target}")
    _READERS[ending](package, found)


def _owners(package: Package, found: Gathering) -> None:
    for part in ("docProps/core.xml", "docProps/app.xml"):
        root = package.tree(part)
        for element in root.iter() if root is not None else ():
            called = _OWNERS.get(etree.QName(element).localname) if isinstance(element.tag, str) else None
            if called:
                found.author(called, element.text)
    root = package.tree("docProps/custom.xml")
    for element in root if root is not None else ():
        value = "".join(element.itertext()).strip()
        if value and not element.get("name", "").startswith(("KSOProductBuildVer", "ICV", "KSOTemplate")):
            found.author(f"自定义属性 {element.get('name', '')}", value)


def _parts(package: Package, found: Gathering) -> None:
    for name in package.names:
        below = name.rpartition("/")[2]
        if below.lower() == "vbaproject.bin" or "/activeX/" in name or "/macrosheets/" in name:
            found.add(Trace.MACROS, words=below)
        elif "/embeddings/" in name:
            found.add(Trace.EMBEDDED, words=below)
    pictures = [
        name for name in package.names if "/media/" in name and name.lower().endswith((".jpg", ".jpeg", ".png"))
    ]
    for name in pictures[:_PICTURES]:
        # Cleaning rewrites the owners alone, so what a picture inside says of its place must be told apart.
        picture.traces(package.read(name), found, where=f"图片 {name.rpartition('/')[2]}")


def _outside(package: Package) -> Iterator[tuple[str, str]]:
    """Links to other files, and addresses that only an internal network knows."""
    for name in package.under("", ".rels"):
        for link in package.tree(name):
            if link.get("TargetMode") != "External":
                continue
            kind, target = link.get("Type", "").rpartition("/")[2], link.get("Target", "")
            if kind != "hyperlink":
                yield {"attachedTemplate": "模板", "image": "图片", "oleObject": "对象"}.get(kind, kind), target
            elif _is_internal(target):
                yield "链接", target


def _is_internal(target: str) -> bool:
    if target.lower().startswith(("file:", "\\\\")) or target[1:3] == ":\\":
        return True
    try:
        host = urlsplit(target).hostname or ""
        return bool(host) and ipaddress.ip_address(host).is_private
    except ValueError:
        return False
