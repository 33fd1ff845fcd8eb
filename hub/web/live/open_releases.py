"""The releases of the open data: lists, harvests, one of them, and where it was seen."""

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import editions, open_data, search
from hub.store.open_data import Holding
from hub.store.search import Asked
from hub.web.live import queries, tell, told
from hub.web.live.api import Ask
from schemas import marks
from schemas.card import Card, Filters
from schemas.errors import ErrorCode, HubError
from schemas.release import Role

#: Behind which release a list goes on, or behind which change a harvest.
_LIST, _HARVEST = re.compile(r"b([1-9]\d{0,17})"), re.compile(r"c(\d{1,18})")


async def several(ask: Ask) -> told.Releases:
    """Newest first; with `changed_since`, in the order of their changes and with those that were withdrawn."""
    asked = ask.asked(queries.Releases)
    harvest = _HARVEST.fullmatch(asked.cursor or "")
    if asked.changed_since is not None or harvest:
        if asked.filters() != Filters():
            raise _wrong("changed_since", "不能与筛选条件同时使用")
        return await _harvest(ask, asked, int(harvest[1]) if harvest else None)
    found = _LIST.fullmatch(asked.cursor or "")
    if asked.cursor and found is None:
        raise _wrong("cursor", "应为上一页给出的")
    return await _list(ask, asked, int(found[1]) if found else None)


def _wrong(name: str, words: str) -> HubError:
    return HubError(ErrorCode.INVALID, detail=f"{name} {words}", fields={f"/{name}": words})


async def _list(ask: Ask, asked: queries.Releases, below: int | None) -> told.Releases:
    wanted = marks.wanted(asked.filters().model_copy(update={"role": Role.POLICY}))
    async with ask.engine.connect() as connection:
        reach = (await search.begin(connection, asked.year)).below(below)
        wanted = await search.rarest_first(connection, wanted)
        walk = await search.by_title(connection, Asked(wanted, wanted), reach, limit=asked.limit)
        cards = await search.read(connection, walk.places)
        releases = [cards[place].release for place in walk.places if place in cards]
        items = await _entries(ask, connection, releases, await open_data.holdings(connection, releases))
    following = ask.again("/releases", cursor=f"b{walk.below}") if walk.below else None
    return told.Releases(items=items, next=following, resume=None)


async def _harvest(ask: Ask, asked: queries.Releases, after: int | None) -> told.Releases:
    async with ask.engine.connect() as connection:
        await search.begin(connection)
        found = await open_data.changed(connection, after=after, since=asked.changed_since, limit=asked.limit + 1)
        shown = {one.release: one for one in found[: asked.limit]}
        items = await _entries(ask, connection, list(shown), shown)
        newest = await open_data.newest(connection)
    last = max((one.changed for one in shown.values()), default=newest if after is None else after)
    again = ask.again("/releases", cursor=f"c{last}", changed_since=None)
    is_more = len(found) > asked.limit
    return told.Releases(items=items, next=again if is_more else None, resume=None if is_more else again)


async def _entries(
    ask: Ask, connection: AsyncConnection, releases: list[int], known: dict[int, Holding]
) -> tuple[told.Entry, ...]:
    """A line for each. One whose withdrawal nobody has indexed yet is left out: it changes in a moment."""
    cards = await open_data.some(connection, releases)
    return tuple(
        told.Entry(
            id=release,
            changed_at=known[release].changed_at if release in known else None,
            withdrawn_at=known[release].withdrawn_at if release in known else None,
            release=tell.release(ask, cards[release], known.get(release)) if cards.get(release) else None,
        )
        for release in releases
        if cards.get(release) or (release in known and known[release].withdrawn_at)
    )


async def one(ask: Ask) -> told.Release:
    """The release, if the public can see it."""
    async with ask.engine.connect() as connection:
        cards = await _cards(ask, connection)
        held = await open_data.holdings(connection, [ask.release])
    return tell.release(ask, cards, held.get(ask.release))


async def _cards(ask: Ask, connection: AsyncConnection) -> list[Card]:
    """Its cards. Raises HubError(NOT_FOUND) for what is not public, whatever else it is."""
    cards = (await open_data.some(connection, [ask.release])).get(ask.release)
    if not cards:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {ask.release} 的已公开文件")
    return cards


async def document(ask: Ask) -> told.Document:
    """One text in full, of the edition that was seen."""
    name = ask.parts["name"]
    number = int(name.partition("-")[2] or 0)
    async with ask.engine.connect() as connection:
        card = await open_data.find(connection, ask.release, number)
        edition = await editions.find(connection, card.release, card.edition) if card else None
    text = next((one for one in edition.documents if one.name == name), None) if edition else None
    if card is None or edition is None or text is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {ask.release} 的已公开文件中的这份文本")
    return tell.document(ask, card, edition, text)


async def publications(ask: Ask) -> told.Publications:
    """Where it was seen."""
    async with ask.engine.connect() as connection:
        await _cards(ask, connection)
        official = await open_data.official(connection, ask.release)
        seen = await open_data.publications(connection, ask.release)
    items = tuple(tell.publication(one) for one in seen)
    return told.Publications(release=ask.release, official_at=official[0], official_channel=official[1], items=items)


async def sightings(ask: Ask) -> told.Sightings:
    """Every time that it was seen."""
    async with ask.engine.connect() as connection:
        await _cards(ask, connection)
        found = await open_data.sightings(connection, ask.release)
    return told.Sightings(release=ask.release, items=tuple(tell.sighting(*one) for one in found))
