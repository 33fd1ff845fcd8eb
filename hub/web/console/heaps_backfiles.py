"""The piles of older documents (存量文件): to be decided on, to be confirmed, to be made releases."""

from hub.store import backfiles
from hub.store.backfiles import Wanted
from hub.web.console.heap import Heap, Sight
from hub.web.console.room import Visit
from schemas.backfile import Stage
from schemas.entry import BEIJING


async def to_rereview(sight: Sight, _visit: Visit) -> Heap:
    """存量文件 of the person's unit whose 公开属性 nobody has proposed yet."""
    return await _older(sight, Wanted(unit=sight.person.unit, stage=Stage.WAITING), "存量文件待审定", "to_decide")


async def to_convert(sight: Sight, _visit: Visit) -> Heap:
    """存量文件 of the person's unit that are to be opened and are no release yet."""
    return await _older(sight, Wanted(unit=sight.person.unit, stage="to_convert"), "存量文件待转为发布", "to_convert")


async def to_agree(sight: Sight, _visit: Visit) -> Heap:
    """存量文件 on which somebody has proposed a decision that another person must confirm."""
    return await _older(sight, Wanted(stage=Stage.PROPOSED), "存量文件待确认", "to_confirm")


async def _older(sight: Sight, wanted: Wanted, name: str, stage: str) -> Heap:
    today = sight.now.astimezone(BEIJING).date()
    return Heap(
        name, await backfiles.count(sight.connection, wanted, today), (), "", "", more=f"/backfiles?stage={stage}"
    )
