"""Word files that nobody should send and somebody will: hostile, broken, odd, and made by other programs.

Each is made here, from one sound file; none is kept in the repository.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import docx
from PIL import Image

from hub.intake.errors import Code

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT = "word/document.xml"
RELS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
REFUSED = frozenset((Code.BROKEN, Code.TOO_LARGE, Code.TOO_LONG, Code.TOO_SLOW))


class Case(NamedTuple):
    """One file: what it may be refused for (nothing: it must be read), and what its text must hold or must not."""

    name: str
    data: bytes
    codes: frozenset[Code] = frozenset()
    holds: str = ""
    lacks: str = ""
    filename: str = "来文.docx"
    heavy: bool = False  #: takes seconds even alone


@cache
def sound() -> bytes:
    """A sound notice of three lines."""
    document = docx.Document()
    for line in ("关于某事的通知", "各单位：", "请遵照执行。"):
        document.add_paragraph(line)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(sound())) as archive:
        return archive.read(name)


def archived(parts: dict[str, bytes | None], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The sound file with these parts put in, or taken out where None stands."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound())) as old, zipfile.ZipFile(written, "w", method) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            if data is not None:
                new.writestr(name, data)
    return written.getvalue()


def bodied(xml: str, parts: dict[str, bytes | None] | None = None, space: str = "") -> bytes:
    """The sound file with this as its body."""
    document = f'<w:document xmlns:w="{W}" xmlns:r="{R}" {space}><w:body>{xml}</w:body></w:document>'
    return archived({DOCUMENT: document.encode(), **(parts or {})})


def line(words: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def related(name: str, kind: str, target: str, mode: str = "") -> dict[str, bytes | None]:
    relation = f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}"{mode}/></Relationships>'
    return {RELS: part(RELS).replace(b"</Relationships>", relation.encode())}


HEAD = line("关于某事的通知") + line("各单位：")
RUN = "<w:r><w:t>见表</w:t></w:r>"
EXTERNAL = ' TargetMode="External"'


def archives() -> Iterator[Case]:
    """What is wrong with the container."""
    data = sound()
    for tenth in range(1, 10):
        yield Case(f"cut at {tenth}0 %", data[: len(data) * tenth // 10], frozenset((Code.BROKEN,)))
    yield Case("nothing", b"", frozenset((Code.EMPTY,)))
    yield Case("only the head of an archive", b"PK\x03\x04", frozenset((Code.BROKEN,)))
    yield Case("noise", b"PK\x03\x04" + random.Random(1).randbytes(19_000_000), frozenset((Code.BROKEN,)))  # noqa: S311
    yield Case("too large", b"PK\x03\x04" + bytes(20_000_001), frozenset((Code.TOO_LARGE,)))
    yield Case("wrong checksum", _flipped(data), frozenset((Code.BROKEN,)))
    yield Case("a bomb of letters", bodied(line("a" * 40_000_000)), frozenset((Code.TOO_LARGE,)))
    yield Case("a bomb that lies", _lying(), frozenset((Code.BROKEN,)))
    yield Case("a bomb in a bomb", archived({"word/media/a.zip": _nested(5)}), holds="遵照执行")
    yield Case("too many parts", archived({f"x/{n}": b"" for n in range(2_500)}), frozenset((Code.TOO_LARGE,)))
    yield Case("a part twice", _doubled(), frozenset((Code.BROKEN,)))
    yield Case("paths that climb", archived({"../../../tmp/gongbu-was-here": b"x", "/etc/x": b"x"}), holds="遵照执行")
    yield Case("locked entries", _locked(), frozenset((Code.LOCKED, Code.BROKEN)))
    yield Case("unknown packing", data.replace(b"\x08\x00", b"\x63\x00"), frozenset((Code.BROKEN,)))
    yield Case("other packing", archived({}, zipfile.ZIP_LZMA), holds="遵照执行")
    yield Case("stored unpacked", archived({}, zipfile.ZIP_STORED), holds="遵照执行")
    yield Case("junk before", b"MZ" * 99 + data, frozenset((Code.MISMATCH,)))
    yield Case("junk behind", data + b"junk" * 10, REFUSED, holds="")
    for name in (DOCUMENT, TYPES, "_rels/.rels"):
        yield Case(f"without {name}", archived({name: None}), frozenset((Code.BROKEN,)))
    for name in ("word/styles.xml", "word/settings.xml", "word/numbering.xml", RELS, "docProps/core.xml"):
        yield Case(f"without {name}", archived({name: None}), REFUSED)


def impostors() -> Iterator[Case]:
    """What is no .docx."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000)
    yield Case("an old .doc renamed", ole, frozenset((Code.LOCKED,)))
    yield Case("a locked .docx", ole + "EncryptedPackage".encode("utf-16-le"), frozenset((Code.LOCKED,)))
    yield Case("an old .doc", ole, frozenset((Code.UNSUPPORTED,)), filename="来文.doc")
    yield Case("RTF renamed", b"{\\rtf1\\ansi x}", frozenset((Code.MISMATCH,)))
    yield Case("PDF renamed", b"%PDF-1.7\n", frozenset((Code.MISMATCH,)))
    yield Case("a page renamed", "<html><body>正文</body></html>".encode(), frozenset((Code.MISMATCH,)))
    yield Case("a .docm", archived({"word/vbaProject.bin": ole}), frozenset((Code.UNSUPPORTED,)), filename="来文.docm")
    yield Case("a .docm renamed", archived({"word/vbaProject.bin": ole}), holds="遵照执行")
    yield Case("a table of Excel renamed", _excel(), frozenset((Code.BROKEN,)))


def markup() -> Iterator[Case]:
    """What is wrong with the XML."""
    entity = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    yield Case("an outer entity", archived({DOCUMENT: entity.encode()}), frozenset((Code.BROKEN,)))
    yield Case(
        "an outer entity in a setting", archived({"word/settings.xml": entity.encode()}), frozenset((Code.BROKEN,))
    )
    yield Case("an outer type", archived({DOCUMENT: b'<!DOCTYPE d SYSTEM "http://x/d">' + part(DOCUMENT)}), REFUSED)
    yield Case("UTF-16", archived({DOCUMENT: part(DOCUMENT).decode().encode("utf-16")}), frozenset((Code.BROKEN,)))
    yield Case("no XML", archived({DOCUMENT: b"<w:document"}), frozenset((Code.BROKEN,)))
    yield Case("an empty part", archived({DOCUMENT: b""}), frozenset((Code.BROKEN,)))
    yield Case("another root", archived({DOCUMENT: b"<x/>"}), REFUSED)
    yield Case("no body", archived({DOCUMENT: f'<w:document xmlns:w="{W}"/>'.encode()}), REFUSED)
    yield Case("forbidden characters", bodied(line("甲&#1;乙")), frozenset((Code.BROKEN,)))
    yield Case("turning marks", bodied(HEAD + line("金额\u202e123\u202c元\u200b")), holds="金额123", lacks="\u202e")
    yield Case("deep", bodied(_deep(100_000)), REFUSED)
    yield Case("deep tables", bodied(HEAD + _tables(60)), REFUSED, holds="")
    yield Case("a broad table", bodied(HEAD + _table(500, 3)), holds="第499行")
    yield Case("a table of 5,000 rows", bodied(HEAD + _table(5_000, 3)), holds="第4999行", heavy=True)
    yield Case("a great span", bodied(HEAD + _spanned(2_000_000_000)), REFUSED)
    yield Case("empty paragraphs", bodied(HEAD + "<w:p/>" * 5_000 + line("末段。")), holds="末段")
    hollow = bodied(HEAD + "<w:p/>" * 100_000 + line("末段。"))
    yield Case("100,000 empty paragraphs", hollow, REFUSED, holds="末段", heavy=True)
    yield Case("many runs", bodied(HEAD + f"<w:p>{'<w:r><w:t>字</w:t></w:r>' * 5_000}</w:p>"), holds="字字字")
    yield Case("one long line", bodied(HEAD + line(_letters(500_000))), REFUSED)
    yield Case("too long a text", bodied(HEAD + line(_letters(2_500_000))), frozenset((Code.TOO_LONG, Code.TOO_LARGE)))
    yield Case(
        "fields that never end",
        bodied(HEAD + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 500),
        holds="",
    )


def contents() -> Iterator[Case]:
    """What Word would do with it."""
    dde = f'<w:fldSimple w:instr="DDEAUTO cmd.exe &quot;/k calc&quot;">{RUN}</w:fldSimple>'
    yield Case("a DDE field", bodied(f"{HEAD}<w:p>{dde}</w:p>"), holds="见表", lacks="cmd.exe")
    begin, end = ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    fetch = f'<w:p>{begin}<w:r><w:instrText>INCLUDETEXT "http://x/a"</w:instrText></w:r>{end}</w:p>'
    yield Case("a field that fetches", bodied(HEAD + fetch + line("正文。")), holds="正文", lacks="http")
    yield Case(
        "a template elsewhere", archived(related("rIdX", "attachedTemplate", "http://x/t.dotm", EXTERNAL)), holds="遵照"
    )
    link = '<w:p><w:hyperlink r:id="rIdX"><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>'
    yield Case(
        "a script as a link",
        bodied(HEAD + link, related("rIdX", "hyperlink", "javascript:alert(1)", EXTERNAL)),
        holds="链接",
        lacks="javascript",
    )
    chunk = {**related("rIdX", "aFChunk", "a.html"), "word/a.html": b"<script>alert(1)</script>"}
    yield Case(
        "a page inside", bodied(HEAD + '<w:altChunk r:id="rIdX"/>' + line("正文。"), chunk), REFUSED, lacks="script"
    )
    yield Case(
        "an object inside",
        bodied(
            HEAD + "<w:p><w:r><w:object><o:OLEObject/></w:object></w:r></w:p>" + line("正文。"),
            space='xmlns:o="urn:schemas-microsoft-com:office:office"',
        ),
        holds="正文",
    )
    yield Case(
        "a picture elsewhere",
        bodied(HEAD + _drawing(linked=True), related("rIdX", "image", "http://x/a.png", EXTERNAL), SPACE),
        holds="各单位",
        lacks="http",
    )
    yield Case(
        "a picture that is missing",
        bodied(HEAD + _drawing(), related("rIdX", "image", "media/none.png"), SPACE),
        REFUSED,
    )
    for name, picture in (
        ("a great picture", _claimed()),
        ("a picture bomb", _flat()),
        ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"),
        ("a broken picture", b"\x89PNG\r\n\x1a\n" + bytes(99)),
        ("a metafile", b"\x01\x00\x00\x00" + bytes(99)),
    ):
        parts = {**related("rIdX", "image", "media/a.png"), "word/media/a.png": picture}
        yield Case(
            name,
            bodied(HEAD + _drawing() + line("正文。"), {**parts, TYPES: _png_type()}, SPACE),
            holds="正文",
            lacks="<svg",
        )
    yield Case("a circle of styles", archived({"word/styles.xml": _circle()}), holds="遵照执行")
    yield Case("a circle of lists", bodied(HEAD + _listed(), _numbered()), holds="甲")
    yield Case(
        "lists beyond number",
        bodied(
            HEAD
            + line("甲。", '<w:pPr><w:numPr><w:ilvl w:val="999999999"/><w:numId w:val="999999999"/></w:numPr></w:pPr>')
        ),
        holds="甲",
    )
    yield Case("WPS", bodied(HEAD + _wps(), space=WPS_SPACE), holds="各单位")
    yield Case(
        "content controls",
        bodied(HEAD + "<w:sdt><w:sdtContent>" * 20 + line("内层。") + "</w:sdtContent></w:sdt>" * 20),
        holds="内层",
    )
    yield Case(
        "changes in discussion",
        bodied(HEAD + '<w:p><w:ins w:id="1"><w:r><w:t>新</w:t></w:r></w:ins></w:p>'),
        frozenset((Code.TRACKED_CHANGES,)),
    )
    yield Case(
        "all hidden",
        bodied("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r></w:p>"),
        frozenset((Code.EMPTY,)),
    )
    yield Case("a style map", archived({"mammoth/style-map": b"p => script:fresh"}), holds="遵照执行", lacks="<script")


SPACE = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
WPS_SPACE = (
    'xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
Maker = Callable[[], Iterator[Case]]
MAKERS: tuple[Maker, ...] = (archives, impostors, markup, contents)


def _letters(count: int) -> str:
    """So many letters that pack no tighter than a text does."""
    return "".join(map(chr, random.Random(2).choices(range(0x4E00, 0x9FA0), k=count)))  # noqa: S311


def _flipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(DOCUMENT)
    at = entry.header_offset + 30 + len(DOCUMENT) + entry.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _lying() -> bytes:
    swollen = part(DOCUMENT).replace("各单位".encode(), b"a" * 5_000_000)
    return archived({DOCUMENT: swollen}).replace(struct.pack("<I", len(swollen)), struct.pack("<I", 2_000))


def _nested(depth: int) -> bytes:
    data = bytes(900_000)
    for _ in range(depth):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(str(number), data)
        data = written.getvalue()
    return data


def _doubled() -> bytes:
    data = archived({"word/documenT.xml": b"<x/>"})
    return data.replace(b"word/documenT.xml", DOCUMENT.encode())


def _locked() -> bytes:
    """The flag of an encrypted entry in both heads of every entry."""
    data = bytearray(sound())
    for head, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(head)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(head, at + 4)
    return bytes(data)


def _excel() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(TYPES, "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return written.getvalue()


def _deep(depth: int) -> str:
    # The identifiers keep it from packing as tight as a bomb: it must be refused for its depth.
    opened = "".join(f'<w:p w:rsidR="{number * 2654435761 % 2**32:08X}">' for number in range(depth))
    return opened + "</w:p>" * depth


def _tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + line("最内。") + "<w:p/></w:tc></w:tr></w:tbl>" * depth


def _table(rows: int, columns: int) -> str:
    cells = "".join(f"<w:tc>{line('第{0}行')}</w:tc>" for _ in range(columns))
    return f"<w:tbl>{''.join(f'<w:tr>{cells.format(number)}</w:tr>' for number in range(rows))}</w:tbl>"


def _spanned(count: int) -> str:
    span = f'<w:tcPr><w:gridSpan w:val="{count}"/><w:vMerge/></w:tcPr>'
    return f"<w:tbl><w:tr><w:tc>{span}{line('甲。')}</w:tc></w:tr></w:tbl>"


def _drawing(*, linked: bool = False) -> str:
    picture = f'<pic:pic><pic:blipFill><a:blip r:{"link" if linked else "embed"}="rIdX"/></pic:blipFill></pic:pic>'
    graphic = f"<a:graphic><a:graphicData>{picture}</a:graphicData></a:graphic>"
    drawing = f'<w:drawing><wp:inline><wp:docPr id="1" name="a"/>{graphic}</wp:inline></w:drawing>'
    return f"<w:p><w:r>{drawing}</w:r></w:p>"


def _png_type() -> bytes:
    return part(TYPES).replace(b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1)


def _claimed() -> bytes:
    """A PNG whose head claims 60,000 by 60,000 pixels."""
    written = io.BytesIO()
    Image.new("RGB", (3, 3)).save(written, "PNG")
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = written.getvalue()
    return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]


def _flat() -> bytes:
    """Thirty million true pixels of one colour in some kilobytes."""
    written = io.BytesIO()
    Image.new("1", (6_000, 5_000)).save(written, "PNG")
    return written.getvalue()


def _circle() -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:name w:val="S{n}"/><w:basedOn w:val="S{(n + 1) % 3}"/>'
        "</w:style>"
        for n in range(3)
    )
    return f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode()


def _listed() -> str:
    return line("甲。", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>')


def _numbered() -> dict[str, bytes | None]:
    linked = '<w:abstractNum w:abstractNumId="{0}"><w:numStyleLink w:val="S{0}"/></w:abstractNum>'
    lists = "".join(linked.format(n) for n in (0, 1))
    uses = "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (0, 1))
    styles = "".join(
        f'<w:style w:type="numbering" w:styleId="S{n}"><w:name w:val="S{n}"/><w:pPr><w:numPr><w:numId w:val="{2 - n}"/>'
        "</w:numPr></w:pPr></w:style>"
        for n in (0, 1)
    )
    return {
        "word/numbering.xml": f'<w:numbering xmlns:w="{W}">{lists}{uses}</w:numbering>'.encode(),
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode(),
    }


def _wps() -> str:
    """A text box as WPS writes it: the new form with the old one as its fallback."""
    box = f"<w:txbxContent>{line('文本框内文字。')}</w:txbxContent>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:wsp><wps:txbx>'
        f"{box}</wps:txbx></wps:wsp></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>" + line("正文。")
    )
