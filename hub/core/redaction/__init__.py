"""区分处理: an original's passages, its public version without some of them, and what of them is left where."""

from hub.core.redaction.leaks import leaks, words
from hub.core.redaction.letters import Piece, blocks, pieces
from hub.core.redaction.version import Version, version

__all__ = ["Piece", "Version", "blocks", "leaks", "pieces", "version", "words"]
