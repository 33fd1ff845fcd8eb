"""Reads a Word document: settled or refused, cleared of what is hidden, numbered, then converted.

Runs in the child only: its libraries are given a hostile file.
"""

import io
from typing import Any

import docx
import mammoth
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from mammoth import transforms

from hub.intake import assemble, errors, images, manuscript, numbering, revisions, styles
from hub.intake.notices import Notice
from schemas import hypertext

_STYLE_MAP = """
p[style-name='Title'] => p.doc-title:fresh
p[style-name='gongbu-center'] => p.align-center:fresh
p[style-name='gongbu-right'] => p.align-right:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='heading 3'] => h4:fresh
p[style-name='heading 4'] => h5:fresh
p[style-name='heading 5'] => h6:fresh
p[style-name='heading 6'] => h6:fresh
u => u
r[style-name='Strong'] => strong
p:unordered-list(1) => ul > li:fresh
p:unordered-list(2) => ul|ol > li > ul > li:fresh
p:unordered-list(3) => ul|ol > li > ul|ol > li > ul > li:fresh
p:unordered-list(4) => ul|ol > li > ul|ol > li > ul|ol > li > ul > li:fresh
p:ordered-list(1) => ol > li:fresh
p:ordered-list(2) => ul|ol > li > ol > li:fresh
p:ordered-list(3) => ul|ol > li > ul|ol > li > ol > li:fresh
p:ordered-list(4) => ul|ol > li > ul|ol > li > ul|ol > li > ol > li:fresh
"""
_SIDES = {"center": "gongbu-center", "right": "gongbu-right", "end": "gongbu-right"}
_NOTES = ("/word/footnotes.xml", "/word/endnotes.xml")
_COMMENTS = ("/word/comments.xml",)
_STYLED = ("heading", "title")


def read(data: bytes, *, settle: bool = False) -> manuscript.Manuscript:
    """Read the document, which `archive.check` has passed.

    Raises IntakeError; anything else that a library raises means the file is broken.
    While its text is under discussion it is refused (`tracked_changes`, `comments`), with notices of what there is;
    with `settle` it is read as it would be after accepting every change and deleting every comment.
    """
    document = docx.Document(io.BytesIO(data))
    notices = _prepare(document, settle=settle)
    prepared = io.BytesIO()
    document.save(prepared)
    gallery = images.Gallery()
    soup = hypertext.parse(_convert(prepared, gallery))
    return assemble.assemble(soup, gallery, notices=notices)


def _prepare(document: Any, *, settle: bool) -> list[Notice]:
    body = document.element.body
    notes = [(part, parse_xml(part.blob)) for part in styles.parts(document, _NOTES)]
    remarks = [parse_xml(part.blob) for part in styles.parts(document, _COMMENTS)]
    roots = [body, *(root for _, root in notes)]
    told = _settled(roots, remarks, settle=settle)
    for root in roots:
        revisions.unwrap(root)
    book = styles.read(document.styles.element)
    told += revisions.hidden([text for root in roots for text in revisions.drop_hidden(root, book)])
    for part, root in notes:
        # python-docx keeps these parts as bytes and offers no setter.
        part._blob = _serialised(root)  # noqa: SLF001
    _number(document, body, book)
    _align(body, book)
    _drop_linked_pictures(body)
    styles.slim(document.styles.element)
    return told + revisions.lost(body)


def _settled(roots: list[Any], remarks: list[Any], *, settle: bool) -> list[Notice]:
    changes = revisions.changes(roots)
    comments = revisions.comments(remarks, roots[0])
    if not settle and (changes or comments):
        code = errors.Code.TRACKED_CHANGES if changes else errors.Code.COMMENTS
        raise errors.IntakeError(code, notices=(*changes, *comments))
    for root in roots if changes or comments else ():
        revisions.settle(root)
    return changes + comments


def _serialised(root: Any) -> bytes:
    return str(root.xml).encode()


def _number(document: Any, body: Any, book: dict[str, styles.Style]) -> None:
    """Write automatic numbers into the text, and take the paragraphs out of their lists."""
    try:
        root = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    except KeyError:
        return
    counters = numbering.Numbering(root, book)
    for paragraph in body.iter(qn("w:p")):
        properties = paragraph.find(qn("w:pPr"))
        name = styles.value(properties, "w:pStyle") or ""
        style = book.get(name, styles.Style())
        num_id = styles.value(properties, "w:numPr", "w:numId") or style.num_id
        own = styles.number(styles.value(properties, "w:numPr", "w:ilvl"), most=8)
        label = counters.label(num_id, style.level if own is None else own, name) if num_id else None
        if label is not None:
            _write(paragraph, label)


def _write(paragraph: Any, label: str) -> None:
    properties = paragraph.get_or_add_pPr()
    for old in properties.findall(qn("w:numPr")):
        properties.remove(old)
    # Number 0 switches off what the style would number.
    properties.get_or_add_numPr().get_or_add_numId().val = 0
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = label + " " * bool(label and label[-1].isalnum() and label[-1].isascii())
    text.set(qn("xml:space"), "preserve")
    run.append(text)
    properties.addnext(run)


def _align(body: Any, book: dict[str, styles.Style]) -> None:
    """Set on each paragraph the alignment that its style gives: the converter sees only the paragraph's own."""
    for paragraph in body.iter(qn("w:p")):
        properties = paragraph.find(qn("w:pPr"))
        style = book.get(styles.value(properties, "w:pStyle") or "")
        if style and style.alignment in _SIDES and styles.value(properties, "w:jc") is None:
            side = OxmlElement("w:jc")
            side.set(qn("w:val"), style.alignment)
            paragraph.get_or_add_pPr().append(side)


def _drop_linked_pictures(body: Any) -> None:
    """Take out pictures that are only linked: their files are elsewhere, and nothing here fetches."""
    for picture in [blip for blip in body.iter(qn("a:blip")) if blip.get(qn("r:embed")) is None]:
        drawing = next(picture.iterancestors(qn("w:drawing")), None)
        if drawing is not None and drawing.getparent() is not None:
            drawing.getparent().remove(drawing)


def _convert(prepared: io.BytesIO, gallery: images.Gallery) -> str:
    def picture(image: Any) -> dict[str, str]:
        with image.open() as source:
            return {"src": gallery.add(source.read()) or ""}

    try:
        result = mammoth.convert_to_html(
            prepared,
            style_map=_STYLE_MAP,
            # Its sixty rules would be tried on every paragraph and every run.
            include_default_style_map=False,
            # A style map inside the file could make any element of any paragraph.
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=mammoth.images.img_element(picture),
            transform_document=transforms.paragraph(_side),
        )
    except RecursionError as error:
        raise errors.IntakeError(errors.Code.TOO_SLOW) from error
    return str(result.value)


def _side(paragraph: Any) -> Any:
    styled = (paragraph.style_name or "").lower().startswith(_STYLED)
    if paragraph.numbering or styled or paragraph.alignment not in _SIDES:
        return paragraph
    return paragraph.copy(style_id=None, style_name=_SIDES[paragraph.alignment])
