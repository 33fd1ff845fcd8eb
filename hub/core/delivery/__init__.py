"""How a delivery moves: `next_move` says what a worker does next, `decide` what an event makes of it. Pure, total."""

from hub.core.delivery.moves import Move, has_come, has_left, next_move
from hub.core.delivery.rules import decide
from hub.core.delivery.table import ACCEPTS, ImpossibleEventError

__all__ = ["ACCEPTS", "ImpossibleEventError", "Move", "decide", "has_come", "has_left", "next_move"]
