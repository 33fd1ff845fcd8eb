"""A sheet as a Word file. Written part by part: nothing in it but the sheet, no clock, the same bytes every time."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from channels.website.copies import inline, parts, pictures
from channels.website.copies.blocks import Run
from channels.website.copies.sheet import Sheet
from channels.website.copies.writing import Writer
from channels.website.words import WORDS

EARLIEST = 1980  #: that a zip can say


def make(sheet: Sheet, given: Mapping[str, bytes]) -> bytes:
    """Return the file. `given` are the pictures by digest; one that is missing or unreadable is told in words."""
    writer = Writer(pictures.read(given))
    body = writer.body(sheet)
    files = {
        "[Content_Types].xml": parts.CONTENT_TYPES,
        "_rels/.rels": parts.PACKAGE,
        "word/document.xml": body,
        "word/styles.xml": parts.STYLES,
        "word/settings.xml": parts.SETTINGS,
        "word/fontTable.xml": parts.FONTS,
        "word/footer1.xml": _footer(sheet),
        "word/_rels/document.xml.rels": writer.relations(),
        "docProps/core.xml": _core(sheet),
    }
    packed = {name: text.encode() for name, text in files.items()} | writer.media()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in packed.items():
            about = zipfile.ZipInfo(name, (max(sheet.day.year, EARLIEST), sheet.day.month, sheet.day.day, 0, 0, 0))
            about.compress_type, about.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(about, data, compresslevel=6)
    return made.getvalue()


def _footer(sheet: Sheet) -> str:
    page = (
        '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r>'
    )
    mark = inline.said(Run(f"{sheet.edition} {WORDS['edition']} sha256:{sheet.digest}"))
    return f"{parts.HEAD}<w:ftr {parts.SPACES}>{parts.paragraph('Footer', page)}{parts.paragraph('Mark', mark)}</w:ftr>"


def _core(sheet: Sheet) -> str:
    at = f"{sheet.day.isoformat()}T00:00:00Z"
    spaces = (
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    return (
        f"{parts.HEAD}<cp:coreProperties {spaces}><dc:title>{escape(sheet.title)}</dc:title>"
        f"<dc:creator>{escape(sheet.issuer)}</dc:creator><cp:keywords>{escape('，'.join(sheet.keywords))}</cp:keywords>"
        f"<dc:identifier>{escape(sheet.address)}</dc:identifier><dc:language>zh-CN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified></cp:coreProperties>'
    )
