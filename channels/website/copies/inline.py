"""What stands within a paragraph, in WordprocessingML: a run of words, a picture."""

from xml.sax.saxutils import escape, quoteattr

from channels.website.copies.blocks import Run

MARKS = {"bold": "<w:b/>", "italic": "<w:i/>", "underline": '<w:u w:val="single"/>'}
RAISED = {"sub": "subscript", "sup": "superscript"}


def said(run: Run) -> str:
    """The run's element; a line's end in it is a break."""
    marks = '<w:rStyle w:val="Hyperlink"/>' if run.href else ""
    marks += "".join(MARKS[mark] for mark in ("bold", "italic", "underline") if mark in run.marks)
    marks += "".join(f'<w:vertAlign w:val="{RAISED[mark]}"/>' for mark in ("sub", "sup") if mark in run.marks)
    lines = run.text.split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in lines)
    return f"<w:r><w:rPr>{marks}</w:rPr>{said}</w:r>" if marks else f"<w:r>{said}</w:r>"


def drawing(reference: str, number: int, alt: str, across: int, down: int) -> str:
    """A picture in the line, its size in English Metric Units."""
    named = f'id="{number}" name="图{number}" descr={quoteattr(alt)}'
    return (
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{across}" cy="{down}"/>'
        f'<wp:docPr {named}/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f"<pic:pic><pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="{reference}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
