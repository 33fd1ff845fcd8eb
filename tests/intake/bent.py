"""How a Word file is made wrong: from one sound file, parts are put in, left out and bent."""

import io
import random
import struct
import zipfile
import zlib
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


def letters(count: int) -> str:
    """So many letters that pack no tighter than a text does."""
    return "".join(map(chr, random.Random(2).choices(range(0x4E00, 0x9FA0), k=count)))  # noqa: S311


def flipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(DOCUMENT)
    at = entry.header_offset + 30 + len(DOCUMENT) + entry.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def lying() -> bytes:
    swollen = part(DOCUMENT).replace("各单位".encode(), b"a" * 5_000_000)
    return archived({DOCUMENT: swollen}).replace(struct.pack("<I", len(swollen)), struct.pack("<I", 2_000))


def nested(depth: int) -> bytes:
    data = bytes(900_000)
    for _ in range(depth):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(str(number), data)
        data = written.getvalue()
    return data


def doubled() -> bytes:
    data = archived({"word/documenT.xml": b"<x/>"})
    return data.replace(b"word/documenT.xml", DOCUMENT.encode())


def locked() -> bytes:
    """The flag of an encrypted entry in both heads of every entry."""
    data = bytearray(sound())
    for head, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(head)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(head, at + 4)
    return bytes(data)


def excel() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(TYPES, "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return written.getvalue()


def deep(depth: int) -> str:
    # The identifiers keep it from packing as tight as a bomb: it must be refused for its depth.
    opened = "".join(f'<w:p w:rsidR="{number * 2654435761 % 2**32:08X}">' for number in range(depth))
    return opened + "</w:p>" * depth


def tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + line("最内。") + "<w:p/></w:tc></w:tr></w:tbl>" * depth


def table(rows: int, columns: int) -> str:
    cells = "".join(f"<w:tc>{line('第{0}行')}</w:tc>" for _ in range(columns))
    return f"<w:tbl>{''.join(f'<w:tr>{cells.format(number)}</w:tr>' for number in range(rows))}</w:tbl>"


def spanned(count: int) -> str:
    span = f'<w:tcPr><w:gridSpan w:val="{count}"/><w:vMerge/></w:tcPr>'
    return f"<w:tbl><w:tr><w:tc>{span}{line('甲。')}</w:tc></w:tr></w:tbl>"


def drawing(*, linked: bool = False) -> str:
    picture = f'<pic:pic><pic:blipFill><a:blip r:{"link" if linked else "embed"}="rIdX"/></pic:blipFill></pic:pic>'
    graphic = f"<a:graphic><a:graphicData>{picture}</a:graphicData></a:graphic>"
    drawing = f'<w:drawing><wp:inline><wp:docPr id="1" name="a"/>{graphic}</wp:inline></w:drawing>'
    return f"<w:p><w:r>{drawing}</w:r></w:p>"


def png_type() -> bytes:
    return part(TYPES).replace(b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1)


def claimed() -> bytes:
    """A PNG whose head claims 60,000 by 60,000 pixels."""
    written = io.BytesIO()
    Image.new("RGB", (3, 3)).save(written, "PNG")
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = written.getvalue()
    return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]


def flat() -> bytes:
    """Thirty million true pixels of one colour in some kilobytes."""
    written = io.BytesIO()
    Image.new("1", (6_000, 5_000)).save(written, "PNG")
    return written.getvalue()


def circle() -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:name w:val="S{n}"/><w:basedOn w:val="S{(n + 1) % 3}"/>'
        "</w:style>"
        for n in range(3)
    )
    return f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode()


def listed() -> str:
    return line("甲。", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>')


def numbered() -> dict[str, bytes | None]:
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


def wps() -> str:
    """A text box as WPS writes it: the new form with the old one as its fallback."""
    box = f"<w:txbxContent>{line('文本框内文字。')}</w:txbxContent>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:wsp><wps:txbx>'
        f"{box}</wps:txbx></wps:wsp></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>" + line("正文。")
    )
