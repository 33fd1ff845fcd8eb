"""Whether anything that was taken out of an original stands in a text that is to be public. Pure.

Asked when the public version is made and again of every edition of it: whoever edits it may write in again what was
taken out.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from urllib.parse import unquote

from hub.core.redaction import letters
from hub.core.redline import source
from schemas.derivation import Derivation, Removal
from schemas.edition import Edition
from schemas.release import Document

#: A run of so many letters that stands in what was taken out and nowhere in what stayed is no chance.
RUN = 12
#: A passage shorter than this ("无", "特此通知") says nothing by itself.
SHORT = 6
#: Of an archive no more is unpacked than this; beyond it nobody can say that it is clean.
MOST_BYTES = 50_000_000
_MARKUP = re.compile(rb"<[^<>]{0,10000}>")
_ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
_TEXTUAL = (".xml", ".rels", ".txt", ".csv", ".html", ".htm")
#: A text longer than this is searched by its bytes alone: letter by letter would take minutes.
MOST_TEXT = 5_000_000


def leaks(origin: Edition, derived: Edition, made: Derivation, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return where something is that must not be there, in Chinese; empty where nothing is.

    `files` are the bytes of the version's attachments by their digest. Text inside compressed streams of a PDF, or in
    a picture, is not read.
    """
    taken = {word: is_passage for word, is_passage in _taken(origin, made.removals) if word}
    runs = _runs(taken) - _runs(_stayed(origin, made.removals))
    found = [where for where, text in _texts(derived) if _speaks(text, taken, runs)]
    found += _files(origin, derived, made, files, taken, runs)
    return tuple(dict.fromkeys(found))


def words(origin: Edition, removals: Iterable[Removal]) -> list[str]:
    """What stood in each of these places: for those who may see the original."""
    return [_whole(origin, one.document, one.part)[one.start : one.end] for one in removals]


def _taken(origin: Edition, removals: Iterable[Removal]) -> Iterator[tuple[str, bool]]:
    for one in removals:
        yield letters.bare(_whole(origin, one.document, one.part)[one.start : one.end]), one.is_passage


def _stayed(origin: Edition, removals: Iterable[Removal]) -> Iterator[str]:
    """Every text of the original without what was taken out of it."""
    cut: dict[tuple[str, str], list[Removal]] = {}
    for one in removals:
        cut.setdefault((one.document, one.part), []).append(one)
    for document in origin.documents:
        for part in ("body", "title", "summary"):
            text, at = _whole(origin, document.name, part), 0
            for one in sorted(cut.get((document.name, part), ()), key=lambda one: one.start):
                yield letters.bare(text[at : one.start])
                at = one.end
            yield letters.bare(text[at:])
    meta = origin.metadata
    yield from (letters.bare(one) for one in (meta.title, meta.issuer, meta.addressees, meta.theme))


def _whole(origin: Edition, document: str, part: str) -> str:
    """The letters of one text of the original."""
    if part.startswith("metadata."):
        return "".join(str(getattr(origin.metadata, part.removeprefix("metadata."), "") or "").split())
    found = next((one for one in origin.documents if one.name == document), None)
    if found is None:
        return ""
    return source.letters(source.clean(found.body)) if part == "body" else "".join(getattr(found, part).split())


def _runs(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text[at : at + RUN] for text in texts for at in range(len(text) - RUN + 1))


def _speaks(text: str, taken: Mapping[str, bool], runs: frozenset[str]) -> bool:
    folded = letters.bare(text)
    if any(word in folded for word, is_passage in taken.items() if not is_passage or len(word) >= SHORT):
        return True
    return any(folded[at : at + RUN] in runs for at in range(len(folded) - RUN + 1)) if runs else False


def _texts(derived: Edition) -> Iterator[tuple[str, str]]:
    """Every text of the version with what its place is called."""
    for document in derived.documents:
        name = _called(document)
        yield f"{name}标题", document.title
        yield f"{name}摘要", document.summary
        yield f"{name}正文", source.letters(document.body)
        # Addresses and descriptions of pictures are read by machines and by the blind.
        yield f"{name}正文中的链接或图片说明", unquote(unescape(" ".join(re.findall(r'"([^"]*)"', document.body))))
        for one in (*document.attachments, *document.images):
            yield f"{name}附件或图片的名称", one.name
    yield "公文要素", "\n".join(_strings(derived.metadata.model_dump(mode="json")))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _called(document: Document) -> str:
    return "政策文件" if document.number == 0 else f"第 {document.number} 份解读"


def _files(
    origin: Edition,
    derived: Edition,
    made: Derivation,
    files: Mapping[str, bytes],
    taken: Mapping[str, bool],
    runs: frozenset[str],
) -> Iterator[str]:
    closed = {one.sha256 for document in origin.documents for one in (*document.attachments, *document.images)}
    for document in derived.documents:
        for one in (*document.attachments, *document.images):
            where = f"{_called(document)}的附件或图片“{one.name}”"
            if one.sha256 in closed - {*made.keeps}:
                yield f"{where}（与原件的相同，制作时没有选定带出）"
                continue
            try:
                parts = [*_parts(one.name, files.get(one.sha256, b""))]
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
                yield f"{where}（打不开或过大，无法检查）"
                continue
            if any(_holds(part, is_text, taken, runs) for part, is_text in parts):
                yield where


def _parts(name: str, data: bytes) -> Iterator[tuple[bytes, bool]]:
    """What a file is made of, and whether it is text. Raises the errors of a bad archive, ValueError for a huge one."""
    yield data, name.lower().endswith(_TEXTUAL)
    if not data.startswith(b"PK"):
        return
    left = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            with archive.open(member) as opened:
                part = opened.read(left + 1)
            left -= len(part)
            if left < 0:
                raise ValueError("more than can be looked through")
            yield part, member.filename.lower().endswith(_TEXTUAL)


def _holds(part: bytes, is_text: bool, taken: Mapping[str, bool], runs: frozenset[str]) -> bool:  # noqa: FBT001
    """Whether the bytes hold something that was taken out, whatever encoding they are in."""
    if is_text and len(part) <= MOST_TEXT:
        bare = _MARKUP.sub(b"", part)
        return any(_speaks(bare.decode(encoding, "ignore"), taken, runs) for encoding in _ENCODINGS)
    words = [word for word, is_passage in taken.items() if not is_passage or len(word) >= SHORT]
    return any(word.encode(encoding, "ignore") in part for word in words for encoding in _ENCODINGS)
