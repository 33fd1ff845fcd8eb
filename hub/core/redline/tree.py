"""Two trees of blocks as one marked tree: paragraphs, rows and list entries find their counterparts, then their words.

What comes out keeps the order of both texts: without `ins` it reads as the old one, without `del` as the new one.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hub.core.redline import align, words
from hub.core.redline.source import Element

#: Blocks deeper than this are compared as wholes; official text needs a dozen levels.
_MAX_DEPTH = 30
#: So many on either side of a gap are compared with each other; a longer gap goes piece by piece.
_WINDOW = 12
_CELLS = frozenset(("td", "th"))
#: How much two blocks must share to be two states of one; what only holds others needs nothing.
_ALIKE = {"": 0.0, "tbody": 0.0, "thead": 0.0, "tfoot": 0.0, "caption": 0.0, "table": 0.1, "ul": 0.1, "ol": 0.1}
_HOLDERS = frozenset(("table", "tbody", "ul", "ol", "div"))
_ALIKE_TEXT = 0.25


class Item(NamedTuple):
    """One block, or a run of what stands directly in its parent (`block` is None)."""

    block: Element | None
    nodes: list[Element | str]
    html: str

    @property
    def kind(self) -> str:
        return self.block.name if self.block else ""

    def words(self) -> frozenset[str]:
        """What its likeness is judged by."""
        text = "".join(node if isinstance(node, str) else "".join(node.text()) for node in self.nodes)
        return frozenset(words.split("".join(text.split())))


def items(parent: Element) -> list[Item]:
    """Return what the element holds, block by block. White space between blocks is nothing."""
    found: list[Item] = []
    run: list[Element | str] = []
    for node in parent.children:
        if isinstance(node, Element) and node.is_block:
            found += _run(run)
            found.append(Item(node, [node], node.html))
            run = []
        else:
            run.append(node)
    return found + _run(run, alone=not found)


def merged(old: Sequence[Item], new: Sequence[Item], *, fine: bool = True, depth: int = 0) -> Iterator[str]:
    """Yield the HTML of both, one marked text; with `fine` off a changed paragraph or row is marked as a whole."""
    for (a, b, c, d), same in align.gaps([item.html for item in old], [item.html for item in new]):
        yield from _replaced(old[a:b], new[c:d], fine=fine, depth=depth)
        yield from (item.html for item in new[same[2] : same[3]])


def _run(nodes: list[Element | str], *, alone: bool = False) -> list[Item]:
    html = "".join(node if isinstance(node, str) else node.html for node in nodes)
    return [Item(None, nodes, html)] if html.strip() or (html and alone) else []


def _replaced(old: Sequence[Item], new: Sequence[Item], *, fine: bool, depth: int) -> Iterator[str]:
    at, to = 0, 0
    for i, j in [*_pairs(old, new, fine=fine), (len(old), len(new))]:
        yield from (_marked(item, "del") for item in old[at:i])
        yield from (_marked(item, "ins") for item in new[to:j])
        if i < len(old):
            yield _one(old[i], new[j], fine=fine, depth=depth)
        at, to = i + 1, j + 1


def _one(old: Item, new: Item, *, fine: bool, depth: int) -> str:
    if old.block is None or new.block is None:
        return words.merged(list(words.read(old.nodes)), list(words.read(new.nodes)))
    if depth == _MAX_DEPTH or new.block.is_void:
        return _marked(old, "del") + _marked(new, "ins")
    inner = "".join(merged(items(old.block), items(new.block), fine=fine, depth=depth + 1))
    return f"{new.block.opening}{inner}{new.block.closing}"


def _marked(item: Item, mark: str) -> str:
    """Return the whole block as deleted or inserted: its structure stays, its text is marked."""
    if item.block is None:
        return words.written(words.Marked(mark, word) for word in words.read(item.nodes, cut=False))
    inner = "".join(_marked(inside, mark) for inside in items(item.block))
    return f"{item.block.opening}{inner}{item.block.closing}"


def _pairs(old: Sequence[Item], new: Sequence[Item], *, fine: bool) -> Iterator[tuple[int, int]]:
    """Yield which old block became which new one, in the order of both."""
    if len(old) == len(new) and all(item.kind in _CELLS for item in (*old, *new)):
        # A row keeps its columns, however much a cell changed.
        yield from ((i, i) for i in range(len(old)))
        return
    if not fine and not (len(old) == len(new) == 1 and old[0].kind in _HOLDERS):
        return
    for start in range(0, min(len(old), len(new)), _WINDOW):
        window = slice(start, start + _WINDOW)
        yield from ((start + i, start + j) for i, j in _likest(old[window], new[window]))


def _likest(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[int, int]]:
    """Choose the pairs in order whose likenesses add up to most."""
    mine, theirs = [item.words() for item in old], [item.words() for item in new]
    like = [[_likeness(a, b, mine[i], theirs[j]) for j, b in enumerate(new)] for i, a in enumerate(old)]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + like[i][j])
    chosen, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if like[i][j] and best[i][j] == best[i + 1][j + 1] + like[i][j]:
            chosen.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return chosen


def _likeness(old: Item, new: Item, mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Return 0 for two different blocks, else more the more words they share (Dice), never 0."""
    if old.kind != new.kind:
        return 0.0
    share = 2 * len(mine & theirs) / ((len(mine) + len(theirs)) or 1)
    return share + 0.001 if share >= _ALIKE.get(old.kind, _ALIKE_TEXT) else 0.0
