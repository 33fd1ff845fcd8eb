"""The API's side of 公开属性重新审定: what the person may look at of it. Deciding is done in the console."""

from typing import TYPE_CHECKING, cast

from hub.core.backfiles import rules
from hub.store import backfiles, engine
from hub.store.backfiles import Wanted
from hub.web.route import Ask
from hub.web.shapes.bureau import Backfiles
from schemas.entry import BEIJING

if TYPE_CHECKING:
    from hub.web.forms import Page


async def list_backfiles(ask: Ask) -> Backfiles:
    """Those of one's own unit for an editor, all for who oversees them; oldest first."""
    page = cast("Page", ask.page)
    wanted = Wanted(unit=rules.scope(ask.person))
    async with ask.hub.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
        after = page.cursor or 0
        found = await backfiles.some(connection, wanted, today, after=after, limit=page.limit + 1)
    lines = tuple(found[: page.limit])
    return Backfiles(backfiles=lines, next=lines[-1].id if len(found) > page.limit else None)
