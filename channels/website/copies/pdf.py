"""A sheet as a PDF, by WeasyPrint: needs Pango and a Chinese font on the machine. Heavy; for a child process only."""

import ctypes
import html
import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml.html import fragment_fromstring, tostring  # type: ignore[import-untyped]

from channels.website.copies import tables, text
from channels.website.copies.sheet import FACTS, SAID, Sheet
from channels.website.words import WORDS

#: After GB/T 9704-2012; where its fonts are not installed, others of the same cut.
STYLE = (Path(__file__).parent / "sheet.css").read_text("utf-8")
#: As in the Word file: columns from which a table is set smaller, and from which its page is turned.
SIZES = ((tables.TINY, "tiny"), (tables.SMALL, "small"))


#: Libraries that WeasyPrint loads, as Linux and macOS name them.
LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.dylib"),
    ("libfontconfig.so.1", "libfontconfig.dylib"),
)


@cache
def missing() -> tuple[str, ...]:
    """The system's libraries without which no PDF can be made; cheap, and loads nothing else."""
    return tuple(names[0] for names in LIBRARIES if not any(map(_loads, names)))


def load() -> Any:
    """Load WeasyPrint, which looks for its libraries by starting programs: before the child is bounded."""
    importlib.import_module("weasyprint.text.fonts")
    return importlib.import_module("weasyprint")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def make(sheet: Sheet, given: Mapping[str, bytes]) -> bytes:
    """Return the file: nothing in it but the sheet, no clock, nothing fetched from anywhere."""
    weasyprint = load()
    fonts = weasyprint.text.fonts.FontConfiguration()
    page = weasyprint.HTML(string=page_of(sheet), url_fetcher=_fetcher(weasyprint.urls, given), base_url=None)
    made: bytes = page.write_pdf(font_config=fonts, pdf_identifier=bytes.fromhex(sheet.digest)[:16], pdf_tags=True)
    return made


def page_of(sheet: Sheet) -> str:
    """The sheet as the page that is printed."""
    at = f"{sheet.day.isoformat()}T00:00:00+08:00"
    mark = f"{sheet.edition} {WORDS['edition']} sha256:{sheet.digest}"
    number = f'<p class="number">{html.escape(sheet.number)}</p>' if sheet.number else ""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{html.escape(sheet.title)}</title>'
        f'<meta name="author" content="{html.escape(sheet.issuer)}">'
        f'<meta name="keywords" content="{html.escape(",".join(sheet.keywords))}">'
        f'<meta name="dcterms.created" content="{at}"><meta name="dcterms.modified" content="{at}">'
        f"<style>{STYLE}</style></head><body>"
        f'<div id="foot"><span>{html.escape(mark)}</span></div><h1>{html.escape(sheet.title)}</h1>{number}'
        f'<div class="text{" addressed" if sheet.addressed else ""}">{_sized(sheet.body)}</div>{_about(sheet)}'
        "</body></html>"
    )


def _about(sheet: Sheet) -> str:
    facts = [(label, html.escape(said)) for label, said in sheet.facts if said]
    facts += [(WORDS["attachments"], _link(name, address)) for name, address in sheet.attachments]
    facts.append((WORDS["address"], _link(sheet.address, sheet.address)))
    rows = "".join(f'<tr><th scope="row">{html.escape(label)}</th><td>{said}</td></tr>' for label, said in facts)
    said = f'<p class="doc-title">{FACTS}</p><table>{rows}</table><p class="said">{SAID}</p>'
    return f'<section class="about">{said}</section>'


def _link(name: str, address: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(name)}</a>'


def _sized(body: str) -> str:
    """Every table as small as it must be to fit its page."""
    root = fragment_fromstring(body, create_parent="div")
    for table in root.iter("table"):
        columns = text.laid(table).columns
        named = [next((name for least, name in SIZES if columns >= least), "")]
        named += ["broad"] if columns >= tables.BROAD and not any(True for _ in table.iterancestors("table")) else []
        table.set("class", " ".join([*table.get("class", "").split(), *named]).strip())
    made: str = tostring(root, encoding="unicode")
    return made


def _fetcher(urls: Any, given: Mapping[str, bytes]) -> Any:
    """Gives the text its own pictures, and nobody anything else: no file, no address."""

    class Shelf(urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            data = given.get(url.removeprefix("blob:"))
            if data is None:
                raise ValueError("not of this text")
            return urls.URLFetcherResponse(url, data, {})

    return Shelf(allowed_protocols=("blob",))
