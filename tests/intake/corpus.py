"""Word files that nobody should send and somebody will: hostile, broken, odd, and made by other programs.

Each is made here, from one sound file; none is kept in the repository.
"""

import random
import zipfile
from collections.abc import Callable, Iterator

from hub.intake.errors import Code
from tests.intake.bent import (
    DOCUMENT,
    EXTERNAL,
    HEAD,
    REFUSED,
    RELS,
    RUN,
    SPACE,
    TYPES,
    WPS_SPACE,
    Case,
    W,
    archived,
    bodied,
    circle,
    claimed,
    deep,
    doubled,
    drawing,
    excel,
    flat,
    flipped,
    letters,
    line,
    listed,
    locked,
    lying,
    nested,
    numbered,
    part,
    png_type,
    related,
    sound,
    spanned,
    table,
    tables,
    wps,
)


def archives() -> Iterator[Case]:
    """What is wrong with the container."""
    data = sound()
    for tenth in range(1, 10):
        yield Case(f"cut at {tenth}0 %", data[: len(data) * tenth // 10], frozenset((Code.BROKEN,)))
    yield Case("nothing", b"", frozenset((Code.EMPTY,)))
    yield Case("only the head of an archive", b"PK\x03\x04", frozenset((Code.BROKEN,)))
    yield Case("noise", b"PK\x03\x04" + random.Random(1).randbytes(19_000_000), frozenset((Code.BROKEN,)))  # noqa: S311
    yield Case("too large", b"PK\x03\x04" + bytes(20_000_001), frozenset((Code.TOO_LARGE,)))
    yield Case("wrong checksum", flipped(data), frozenset((Code.BROKEN,)))
    yield Case("a bomb of letters", bodied(line("a" * 40_000_000)), frozenset((Code.TOO_LARGE,)))
    yield Case("a bomb that lies", lying(), frozenset((Code.BROKEN,)))
    yield Case("a bomb in a bomb", archived({"word/media/a.zip": nested(5)}), holds="遵照执行")
    yield Case("too many parts", archived({f"x/{n}": b"" for n in range(2_500)}), frozenset((Code.TOO_LARGE,)))
    yield Case("a part twice", doubled(), frozenset((Code.BROKEN,)))
    yield Case("paths that climb", archived({"../../../tmp/gongbu-was-here": b"x", "/etc/x": b"x"}), holds="遵照执行")
    yield Case("locked entries", locked(), frozenset((Code.LOCKED, Code.BROKEN)))
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
    yield Case("a table of Excel renamed", excel(), frozenset((Code.BROKEN,)))


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
    yield Case("deep", bodied(deep(100_000)), REFUSED)
    yield Case("deep tables", bodied(HEAD + tables(60)), REFUSED, holds="")
    yield Case("a broad table", bodied(HEAD + table(500, 3)), holds="第499行")
    yield Case("a table of 5,000 rows", bodied(HEAD + table(5_000, 3)), holds="第4999行", heavy=True)
    yield Case("a great span", bodied(HEAD + spanned(2_000_000_000)), REFUSED)
    yield Case("empty paragraphs", bodied(HEAD + "<w:p/>" * 5_000 + line("末段。")), holds="末段")
    hollow = bodied(HEAD + "<w:p/>" * 100_000 + line("末段。"))
    yield Case("100,000 empty paragraphs", hollow, REFUSED, holds="末段", heavy=True)
    yield Case("many runs", bodied(HEAD + f"<w:p>{'<w:r><w:t>字</w:t></w:r>' * 5_000}</w:p>"), holds="字字字")
    yield Case("one long line", bodied(HEAD + line(letters(500_000))), REFUSED)
    yield Case("too long a text", bodied(HEAD + line(letters(2_500_000))), frozenset((Code.TOO_LONG, Code.TOO_LARGE)))
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


def pictures() -> Iterator[Case]:
    """Pictures that are elsewhere, nowhere, or no pictures."""
    yield Case(
        "a picture elsewhere",
        bodied(HEAD + drawing(linked=True), related("rIdX", "image", "http://x/a.png", EXTERNAL), SPACE),
        holds="各单位",
        lacks="http",
    )
    yield Case(
        "a picture that is missing",
        bodied(HEAD + drawing(), related("rIdX", "image", "media/none.png"), SPACE),
        REFUSED,
    )
    for name, picture in (
        ("a great picture", claimed()),
        ("a picture bomb", flat()),
        ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"),
        ("a broken picture", b"\x89PNG\r\n\x1a\n" + bytes(99)),
        ("a metafile", b"\x01\x00\x00\x00" + bytes(99)),
    ):
        parts = {**related("rIdX", "image", "media/a.png"), "word/media/a.png": picture}
        yield Case(
            name,
            bodied(HEAD + drawing() + line("正文。"), {**parts, TYPES: png_type()}, SPACE),
            holds="正文",
            lacks="<svg",
        )


def structures() -> Iterator[Case]:
    """What refers to itself, and what other programs write."""
    yield Case("a circle of styles", archived({"word/styles.xml": circle()}), holds="遵照执行")
    yield Case("a circle of lists", bodied(HEAD + listed(), numbered()), holds="甲")
    yield Case(
        "lists beyond number",
        bodied(
            HEAD
            + line("甲。", '<w:pPr><w:numPr><w:ilvl w:val="999999999"/><w:numId w:val="999999999"/></w:numPr></w:pPr>')
        ),
        holds="甲",
    )
    yield Case("WPS", bodied(HEAD + wps(), space=WPS_SPACE), holds="各单位")
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


Maker = Callable[[], Iterator[Case]]
MAKERS: tuple[Maker, ...] = (archives, impostors, markup, contents, pictures, structures)
