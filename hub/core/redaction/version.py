"""The public version of an original: the same documents with marks where something was taken out. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import unquote

from pydantic import ValidationError

from hub.core.redaction import letters
from hub.core.redline import source
from schemas.derivation import PASSAGE_MARK, PICTURE_MARK, WORDS_MARK, Blackout, Redaction, Removal
from schemas.edition import Edition
from schemas.release import Disclosure, Document, Metadata, Secrecy

#: What of the 公文要素 goes along; the rest is of the original alone, or not known to be fit for the public.
_TEXTS = ("title", "issuer", "addressees", "doc_no")
_PLAIN = ("kind", "theme", "signed_on", "printed_on", "effective_on", "expires_on")
_NOTE = "此件主动公开"
_TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
#: What a table cannot do without says nothing.
_SHAPE = re.compile(r' (?:colspan|rowspan|span)="\d{1,3}"')


class Version(NamedTuple):
    """What may be published, and what was taken out of what."""

    metadata: Metadata
    documents: tuple[Document, ...]
    removals: tuple[Removal, ...]


def version(origin: Edition, wanted: Redaction) -> Version:
    """Return the public version. Raises ValueError for a passage that there is not."""
    removals: list[Removal] = []
    documents = tuple(_document(one, wanted, removals) for one in origin.documents)
    metadata = _metadata(origin.metadata, wanted.blackouts, removals)
    return Version(metadata, documents, tuple(removals))


def _document(origin: Document, wanted: Redaction, removals: list[Removal]) -> Document:
    body = source.clean(origin.body)
    text = source.letters(body)
    here = _merged([*_cuts(origin, wanted), *_found(origin.name, "body", text, wanted.blackouts)])
    removals += here
    return Document(
        role=origin.role,
        number=origin.number,
        title=_field(origin.name, "title", origin.title, wanted.blackouts, removals),
        summary=_field(origin.name, "summary", origin.summary, wanted.blackouts, removals),
        body=_body(body, here, wanted.blackouts),
        attachments=tuple(one for one in origin.attachments if one.sha256 in wanted.keeps),
    )


def _cuts(origin: Document, wanted: Redaction) -> Iterator[Removal]:
    named = [one for one in wanted.cuts if one.document == origin.name]
    found = {one.number: one for one in letters.blocks(origin.body)} if named else {}
    for one in named:
        if one.number not in found:
            raise ValueError(f"no passage {one.number} in {one.document}")
        block = found[one.number]
        yield Removal(
            document=origin.name,
            part="body",
            start=block.start,
            end=block.end,
            ground=one.ground,
            is_passage=True,
        )


def _found(document: str, part: str, text: str, blackouts: Iterable[Blackout]) -> Iterator[Removal]:
    folded = letters.fold(text)
    for one in blackouts:
        for start, end in letters.occurrences(folded, one.words):
            yield Removal(document=document, part=part, start=start, end=end, ground=one.ground, is_passage=False)


def _merged(found: Iterable[Removal]) -> list[Removal]:
    """Those that overlap as one, passages before words: the whole paragraph went, whatever stood in it."""
    kept: list[Removal] = []
    for one in sorted(found, key=lambda one: (one.start, not one.is_passage, -one.end)):
        last = kept[-1] if kept else None
        if last is None or one.start >= last.end:
            kept.append(one)
        elif one.end > last.end:
            wide = last.is_passage or one.is_passage
            kept[-1] = last.model_copy(update={"end": one.end, "is_passage": wide})
    return kept


class _Eraser:
    """Walks a body once, letter by letter, and knows which removal it stands in."""

    def __init__(self, removals: Sequence[Removal]) -> None:
        self._removals = removals
        self._at = self._next = 0
        self._marked = -1

    def text(self, written: str) -> str:
        """The text without what is taken out, a mark in its place, once."""
        kept: list[str] = []
        for character in written:
            if character.isspace():
                # Space inside of what was taken out would show how its words stood.
                kept += [] if self._is_within(self._next) else [character]
                continue
            one = self._removals[self._next] if self._next < len(self._removals) else None
            if one is None or self._at < one.start:
                kept.append(character)
            elif self._marked != self._next:
                kept.append(PASSAGE_MARK if one.is_passage else WORDS_MARK)
                self._marked = self._next
            self._at += 1
            if one is not None and self._at >= one.end:
                self._next += 1
        return escape("".join(kept), quote=False)

    def touches(self) -> bool:
        """Whether something that is taken out begins, ends or goes on here."""
        near = self._removals[max(self._next - 1, 0) : self._next + 1]
        return any(one.start <= self._at <= one.end for one in near)

    def _is_within(self, number: int) -> bool:
        return number < len(self._removals) and self._removals[number].start < self._at < self._removals[number].end


def _body(body: str, removals: Sequence[Removal], blackouts: Sequence[Blackout]) -> str:
    """The body with marks. Of what stood there neither words nor attributes are left, only the elements."""
    eraser = _Eraser(removals)
    made = [
        _tag(tag, blackouts, is_touched=eraser.touches()) if tag else eraser.text(unescape(text))
        for tag, text in source.TOKEN.findall(body)
    ]
    return source.clean("".join(made))


def _tag(tag: str, blackouts: Sequence[Blackout], *, is_touched: bool) -> str:
    parts = _TAG.fullmatch(tag)
    if parts is None:
        return ""
    if parts[2] == "img":
        return PICTURE_MARK
    said = letters.fold("".join(unquote(unescape(parts[3])).split())) if parts[3] else ""
    if is_touched or _speaks(said, blackouts):
        return f"<{parts[1]}{parts[2]}{''.join(_SHAPE.findall(parts[3]))}>"
    return tag


def _speaks(folded: str, blackouts: Sequence[Blackout]) -> bool:
    return any(next(letters.occurrences(folded, one.words), None) for one in blackouts)


def _field(document: str, part: str, text: str, blackouts: Sequence[Blackout], removals: list[Removal]) -> str:
    """One field's text with marks."""
    bare = "".join(text.split())
    here = _merged(_found(document, part, bare, blackouts))
    removals += here
    if not here:
        return text
    return "".join(WORDS_MARK if one.removal else one.words for one in letters.pieces(text, here))


def _metadata(origin: Metadata, blackouts: Sequence[Blackout], removals: list[Removal]) -> Metadata:
    values: dict[str, object] = {name: getattr(origin, name) for name in _PLAIN}
    for name in _TEXTS:
        text = getattr(origin, name)
        values[name] = text and _field("policy", f"metadata.{name}", text, blackouts, removals)
    values |= {"disclosure": Disclosure.OPEN, "secrecy": Secrecy.NONE, "note": _NOTE}
    values["keywords"] = tuple(
        one for one in origin.keywords if not _speaks(letters.fold("".join(one.split())), blackouts)
    )
    try:
        return Metadata.model_validate(values)
    except ValidationError:
        # A number of which a part was taken out is none any more.
        return Metadata.model_validate(values | {"doc_no": None})
