"""The parts of a Word file that are the same in every copy: styles after GB/T 9704-2012, and fonts."""

#: Twentieths of a point. A4, 37 mm above and 28 mm to the left of the text, which has 156 × 225 mm.
PAGE = (11_906, 16_838)
MARGINS = {"top": 2_098, "right": 1_474, "bottom": 1_984, "left": 1_587, "header": 851, "footer": 1_134, "gutter": 0}
#: The same for a page that was turned.
TURNED = MARGINS | {"top": 1_587, "right": 1_984, "bottom": 1_474, "left": 2_098}
TEXT_HEIGHT = PAGE[1] - MARGINS["top"] - MARGINS["bottom"]
TEXT_WIDTH = PAGE[0] - MARGINS["left"] - MARGINS["right"]
#: English Metric Units, 914,400 to an inch: what a picture may take.
PICTURE_WIDTH, PICTURE_HEIGHT = 156 * 36_000, 215 * 36_000

TITLE, SONG, HEI, KAI, FANG = "方正小标宋简体", "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312"
#: font → what is taken where it is not installed.
INSTEAD = {TITLE: "宋体", FANG: "仿宋", KAI: "楷体", HEI: "SimHei", SONG: "SimSun"}

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
#: Endings of pictures, with their types.
PICTURES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp"}


def paragraph(style: str, inner: str, more: str = "") -> str:
    """A paragraph of this style; `more` is what it has that its style has not."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inner}</w:p>'


def _style(name: str, shown: str, paragraph: str = "", run: str = "", *, based: str = "Normal") -> str:
    """One paragraph style. Word's built-in names are English and shown in the reader's language."""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/><w:basedOn w:val="{based}"/>'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _font(name: str, size: int, extra: str = "") -> str:
    """`size` in half points: 32 is 三号, 44 二号, 28 四号, 24 小四, 18 小五."""
    face = f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{name}" w:cs="Times New Roman"/>'
    return f'{face}{extra}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _space(line: int, *, exact: bool = True, before: int = 0, after: int = 0) -> str:
    rule = "exact" if exact else "auto"
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="{rule}"/>'


_CENTER, _LEFT = '<w:jc w:val="center"/>', '<w:jc w:val="left"/>'
_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
_KEPT = "<w:keepNext/><w:keepLines/>"


def _level(number: int) -> str:
    return f'<w:outlineLvl w:val="{number}"/>'


STYLES = (
    f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{_font(FANG, 32)}'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    f"<w:pPrDefault><w:pPr>{_space(560)}</w:pPr></w:pPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
    '<w:pPr><w:jc w:val="both"/></w:pPr></w:style>'
    + _style("Body", "Body Text", _INDENT)
    + _style("Title", "Title", _KEPT + _space(700, after=560) + _CENTER, _font(TITLE, 44))
    + _style("Section", "Section Title", _KEPT + _space(640, before=560, after=280) + _CENTER, _font(TITLE, 36))
    + _style("Number", "Document Number", _space(560, after=560) + _CENTER)
    + _style("Heading1", "heading 1", _KEPT + _INDENT + _level(0), _font(HEI, 32))
    + _style("Heading2", "heading 2", _KEPT + _INDENT + _level(1), _font(KAI, 32))
    + _style("Heading3", "heading 3", _KEPT + _INDENT + _level(2), _font(FANG, 32, "<w:b/>"))
    + _style("Item", "List Item", '<w:ind w:leftChars="200" w:left="640" w:hangingChars="100" w:hanging="320"/>')
    + _style("Quote", "Quote", '<w:ind w:leftChars="200" w:left="640" w:rightChars="200" w:right="640"/>')
    + _style("Caption", "caption", _KEPT + _space(400, before=120, after=60) + _CENTER, _font(HEI, 24))
    + _style("Picture", "Picture", _space(240, exact=False, before=120, after=120) + _CENTER)
    + _style("Cell", "Table Cell", _space(264, exact=False) + _LEFT, _font(FANG, 24))
    + _style("CellSmall", "Table Cell Small", "", _font(FANG, 18), based="Cell")
    + _style("CellTiny", "Table Cell Tiny", "", _font(FANG, 15), based="Cell")
    + _style("Note", "Note", _space(400, before=200) + _LEFT, _font(FANG, 24))
    + _style("Footer", "footer", _space(240, exact=False) + _CENTER, _font(SONG, 28))
    + _style("Mark", "Footer Mark", _space(240, exact=False) + _CENTER, _font(SONG, 13, '<w:color w:val="595959"/>'))
    + '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr>'
    '<w:color w:val="1F4E79"/><w:u w:val="single"/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
    "</w:tblPr></w:style></w:styles>"
)
FONTS = (
    f'{HEAD}<w:fonts xmlns:w="{W}">'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in INSTEAD.items()
    )
    + "</w:fonts>"
)
SETTINGS = (
    f'{HEAD}<w:settings xmlns:w="{W}"><w:defaultTabStop w:val="420"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:doNotExpandShiftReturn/><w:compatSetting '
    'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)
CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(f'<Default Extension="{ending}" ContentType="{media}"/>' for ending, media in PICTURES.items())
    + f'<Override PartName="/word/document.xml" ContentType="{TYPES}document.main+xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPES}{kind}+xml"/>'
        for name, kind in (
            ("styles", "styles"),
            ("settings", "settings"),
            ("fontTable", "fontTable"),
            ("footer1", "footer"),
        )
    )
    + '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
PACKAGE = (
    f'{HEAD}<Relationships xmlns="{REL}"><Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{REL}/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
)
#: What the text refers to in every copy; its own pictures and addresses follow.
REFERRED = (
    ("styles", "styles.xml"),
    ("settings", "settings.xml"),
    ("fontTable", "fontTable.xml"),
    ("footer", "footer1.xml"),
)
FOOTER_ID = f"rId{len(REFERRED)}"
