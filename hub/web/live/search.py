"""`/search`: the site's own search, on a page that needs no script."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import searching
from hub.commands.searching import Found, TooLongError
from hub.core.search.cursor import COUNTED, Cursor, Exactness
from hub.store import search as store
from hub.web.keys import HUB
from hub.web.live import page, queries
from hub.web.live.queries import Searching
from schemas import feeds
from schemas.card import Validity
from schemas.release import Kind, Role
from schemas.words import word

TITLE = "站内搜索"
PATH = "/search"
#: Letters of a question in the heading.
NAMED = 30
#: What a filter's field offers: name of the field → (value, what it is called).
Choices = Mapping[str, list[tuple[object, str]]]


def routes() -> list[web.RouteDef]:
    """Return it."""
    return [web.get(PATH, show)]


async def show(request: web.Request) -> web.Response:
    """The form, and one page of what was found."""
    asked, is_wrong = queries.patient(request, Searching)
    cursor = Cursor.read(asked.cursor) if asked.cursor else None
    found, is_late = await _found(request, asked, cursor)
    async with request.app[HUB].engine.connect() as connection:
        offered = await choices(connection)
    said = found.question.said if found else ""
    return page.show(
        request,
        "search.html",
        f"“{_brief(said)}”的搜索结果" if said else TITLE,
        asked=asked,
        is_filtered=bool(asked.filters().model_dump(exclude_none=True)),
        found=found,
        told=told(found) if found else "",
        next=address(asked, found.next) if found and found.next else "",
        first=address(asked, None) if cursor else "",
        unfiltered=f"{PATH}?{urlencode({'q': asked.q})}",
        is_wrong=is_wrong or bool(asked.cursor and not cursor),
        is_late=is_late,
        choices=offered,
        # What was found for one question is nobody else's; the form is a page of the site.
        canonical="" if request.query else PATH,
    )


def _brief(said: str) -> str:
    """The question as a heading names it; the whole of it stands in the form."""
    return said if len(said) <= NAMED else f"{said[:NAMED]}……"


async def _found(request: web.Request, asked: Searching, cursor: Cursor | None) -> tuple[Found | None, bool]:
    """What was found, None where nothing was asked; and whether the search took too long."""
    if not asked.q and not asked.filters().model_dump(exclude_none=True):
        return None, False
    try:
        return await searching.find(request.app[HUB].engine, asked.q, asked.filters(), cursor=cursor), False
    except TooLongError:
        return None, True


async def choices(connection: AsyncConnection) -> Choices:
    """What every filter offers."""
    units = [unit for issuer in await store.units(connection) for unit in feeds.units(issuer)]
    return {
        "role": [(role, word(role)) for role in Role],
        "kind": [(kind, word(kind)) for kind in Kind],
        "validity": [(one, word(one)) for one in Validity],
        "year": [(year, f"{year}年") for year in reversed(await store.years(connection))],
        "unit": [(unit, unit) for unit in dict.fromkeys(units)],
        "theme": [(group, group) for group in feeds.groups()],
    }


def told(found: Found) -> str:
    """How many there are, in a sentence."""
    if not found.hits:
        return "" if found.is_cut_short else "没有找到符合条件的文件。"
    number, worth = found.count
    if number > COUNTED:
        return f"{'估计有' if worth is Exactness.GUESSED else '找到'} {COUNTED} 件以上。"
    return f"找到{'' if worth is Exactness.EXACT else '约'} {number} 件。"


def address(asked: Searching, cursor: Cursor | None) -> str:
    """The address of another page of the same question."""
    given = asked.model_dump(mode="json", exclude_none=True, exclude_defaults=True, exclude={"cursor"})
    return f"{PATH}?{urlencode(given | ({'cursor': str(cursor)} if cursor else {}))}"
