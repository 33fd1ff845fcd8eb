"""An edition as it is read: its texts with the commented passages marked, what differs from another edition."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hub.core import passages
from hub.core.redline.changes import Change, changes
from schemas.comment import Comment, Thread
from schemas.edition import Edition
from schemas.release import Attachment, Document
from schemas.words import word

#: In a longer body no passage is looked for: it would hold the page up. Its comments stand in the order they came.
MAX_MARKED = 800_000


@dataclass(frozen=True)
class Card:
    """One comment with its answers, and where its passage is now."""

    thread: Thread
    where: str  #: `here`, `changed` (原文已改), `whole` where it speaks of all, `unknown` where nobody has looked
    is_marked: bool = False  #: whether the text shows its place, or what stands there now

    @property
    def key(self) -> str:
        """What its mark in the text is called."""
        return f"c{self.thread.first.id}"


@dataclass(frozen=True)
class Leaf:
    """One document: its text, and the comments beside it in the order of the text."""

    document: Document
    heading: str
    body: str
    cards: tuple[Card, ...]


async def leaves(edition: Edition, threads: Collection[Thread]) -> tuple[Leaf, ...]:
    """The edition's documents with their comments; those of a document that is gone stand beside the policy."""
    return await asyncio.to_thread(_leaves, edition.documents, edition.number, threads)


def _leaves(documents: Collection[Document], number: int, threads: Collection[Thread]) -> tuple[Leaf, ...]:
    names = {document.name for document in documents}
    gone = [one for one in threads if one.first.document not in names]
    found = []
    for document in documents:
        mine = [one for one in threads if one.first.document == document.name]
        mine += gone if document.name == "policy" else []
        found.append(_leaf(document, number, mine))
    return tuple(found)


def _leaf(document: Document, number: int, threads: Collection[Thread]) -> Leaf:
    is_short = len(document.body) <= MAX_MARKED
    placed = sorted((_placed(document, number, one, is_short=is_short) for one in threads), key=lambda one: one[0])
    shown = tuple(card for _, card in placed)
    marks = {card.key: card.thread.first.passage for card in shown if card.is_marked and card.thread.first.passage}
    body = passages.mark(document.body, marks) if marks else document.body
    return Leaf(document=document, heading=heading(document), body=body, cards=shown)


def _placed(document: Document, number: int, thread: Thread, *, is_short: bool) -> tuple[tuple[int, int, int], Card]:
    """The comment with what it is sorted by: first what is of the whole, then by the text, last what is gone."""
    first: Comment = thread.first
    if first.passage is None:
        return (0, 0, first.id), Card(thread, "whole")
    if first.document != document.name:
        return (2, 0, first.id), Card(thread, "changed")
    if not is_short:
        return (1, 0, first.id), Card(thread, "unknown")
    place = passages.find(document.body, first.passage)
    if place is None:
        return (2, 0, first.id), Card(thread, "changed")
    where = "here" if place.exact or first.edition == number else "changed"
    return (1, place.start, first.id), Card(thread, where, is_marked=True)


def heading(document: Document) -> str:
    """What the document is called on the page: 政策文件, 政策解读（1）, …."""
    return word(document.role) if document.name == "policy" else f"{word(document.role)}（{document.number}）"


async def differences(before: Edition, after: Edition) -> tuple[Change, ...]:
    """What differs between two editions. Counting letters of long texts takes a while, so others go on meanwhile."""
    return await asyncio.to_thread(changes, before, after)


@dataclass(frozen=True)
class FileLine:
    """What happened to one attachment. A side without the file is None."""

    document: str
    name: str
    old: Attachment | None
    new: Attachment | None

    @property
    def told(self) -> str:
        if self.old is None or self.new is None:
            return "新增" if self.old is None else "移除"
        return "未变" if self.old.sha256 == self.new.sha256 else "更换"


def files(before: Edition | None, after: Edition) -> tuple[FileLine, ...]:
    """Every attachment of both editions, by document and name."""
    old, new = _files(before), _files(after)
    return tuple(
        FileLine(document=document, name=name, old=old.get((document, name)), new=new.get((document, name)))
        for document, name in dict.fromkeys([*new, *old])
    )


def _files(edition: Edition | None) -> Mapping[tuple[str, str], Attachment]:
    documents = edition.documents if edition else ()
    return {(heading(one), file.name): file for one in documents for file in one.attachments}
