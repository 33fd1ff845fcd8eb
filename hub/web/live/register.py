"""`/register` (规范性文件库): every 行政规范性文件 with what holds of it, and the list to take away."""

from collections.abc import AsyncIterator
from urllib.parse import quote, urlencode

import structlog
from aiohttp import hdrs, web
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.core.search import question
from hub.store import register
from hub.store.catalogue import QUERY_CANCELED
from hub.store.register import Key, Line, Wanted
from hub.web import tabular
from hub.web.keys import HUB, URL
from hub.web.live import page, queries, sheets
from hub.web.live import search as form
from hub.web.live.queries import Registered
from schemas.card import Filters, Validity

_log = structlog.get_logger()

TITLE = "规范性文件库"
PATH = "/register"
LINES = 30
#: Lines of an export, and of each piece that it is read in.
MOST, PIECE = 10_000, 500
_NAME = quote("规范性文件库")


def routes() -> list[web.RouteDef]:
    """Return the page and its exports."""
    return [web.get(PATH, show), web.get(f"{PATH}.csv", csv), web.get(f"{PATH}.xlsx", xlsx)]


async def show(request: web.Request) -> web.Response:
    """One page of the register."""
    asked, is_wrong = queries.patient(request, Registered)
    after = Key.read(asked.after, asked.sort) if asked.after else None
    async with request.app[HUB].engine.connect() as connection:
        offered = await form.choices(connection)
        await register.bound(connection)
        try:
            counts = await register.counts(connection, _wanted(asked, every=True))
            lines = await register.page(connection, _wanted(asked), asked.sort, after=after, limit=LINES + 1)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != QUERY_CANCELED:
                raise
            counts, lines = None, []
    return page.show(
        request,
        "register.html",
        TITLE,
        canonical="" if request.query_string else PATH,
        asked=asked,
        choices=offered,
        is_filtered=bool(asked.model_dump(exclude_defaults=True, exclude={"after", "sort"})),
        is_wrong=is_wrong or bool(asked.after and not after),
        is_late=counts is None,
        total=sum((counts or {}).values()),
        counts=[(one, count, _address(asked, validity=one)) for one, count in (counts or {}).items()],
        lines=lines[:LINES],
        next=_address(asked, after=str(lines[LINES - 1].key)) if len(lines) > LINES else "",
        first=_address(asked) if after else "",
        most=MOST,
        csv=_address(asked, path=f"{PATH}.csv"),
        xlsx=_address(asked, path=f"{PATH}.xlsx"),
    )


def _wanted(asked: Registered, *, every: bool = False) -> Wanted:
    """What the lines must bear; with `every`, in whatever state they are."""
    filters = Filters(unit=asked.unit, year=asked.year, validity=None if every else asked.validity)
    return Wanted(question.read(asked.q).title_lexemes, filters)


def _address(asked: Registered, *, path: str = PATH, validity: Validity | None = None, after: str | None = None) -> str:
    given = asked.model_dump(mode="json", exclude_none=True, exclude_defaults=True, exclude={"after"})
    given |= {name: value for name, value in (("validity", validity), ("after", after)) if value}
    return f"{path}?{urlencode(given)}" if given else path


async def csv(request: web.Request) -> web.StreamResponse:
    """The filtered list as CSV, piece by piece."""
    headers = _saved(tabular.CSV, "csv")
    rows = _rows(request)
    first = [row async for row in _taken(rows, PIECE)]  # what goes wrong at once is still told as a page
    if request.method == hdrs.METH_HEAD:
        return web.Response(headers=headers)
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    try:
        await response.write(tabular.csv([sheets.HEAD, *first], is_first=True))
        while some := [row async for row in _taken(rows, PIECE)]:
            await response.write(tabular.csv(some))
        await response.write_eof()
    except (SQLAlchemyError, OSError) as error:
        # Part of it is out: whoever reads must see that the rest is missing, and nothing else in its place.
        _log.warning("register.broken_off", reason=type(error).__name__)
        if request.transport:
            request.transport.abort()
    return response


async def xlsx(request: web.Request) -> web.Response:
    """The filtered list as an Excel sheet."""
    rows = [row async for row in _rows(request)]
    return web.Response(body=await sheets.xlsx(TITLE, rows), headers=_saved(tabular.XLSX, "xlsx"))


def _saved(media: str, ending: str) -> dict[str, str]:
    disposition = f"attachment; filename=\"register.{ending}\"; filename*=UTF-8''{_NAME}.{ending}"
    return {"Content-Type": media, "Content-Disposition": disposition, **page.FRESH}


async def _taken(rows: AsyncIterator[sheets.Row], count: int) -> AsyncIterator[sheets.Row]:
    for _ in range(count):
        try:
            yield await anext(rows)
        except StopAsyncIteration:
            return


async def _rows(request: web.Request) -> AsyncIterator[sheets.Row]:
    """Every line of the filtered list, no more than `MOST`; each piece is a moment of the store of its own."""
    asked, _ = queries.patient(request, Registered)
    url, after = request.app[URL], None
    for _ in range(MOST // PIECE):
        lines = await _piece(request.app[HUB].engine, asked, after)
        for line in lines:
            yield sheets.row(line, url)
        if len(lines) < PIECE:
            return
        after = lines[-1].key


async def _piece(engine: AsyncEngine, asked: Registered, after: Key | None) -> list[Line]:
    async with engine.connect() as connection:
        await register.bound(connection)
        return await register.page(connection, _wanted(asked), asked.sort, after=after, limit=PIECE)
