"""Places on lists, in a real store: without gaps, once, and read by themselves alone."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.app import House
from hub.store.shelf import Shelf
from schemas.listing import Place, Span
from tests.store import stock


async def published(house: House, count: int) -> list[int]:
    """So many releases that the public has seen on the website."""
    at = datetime.now(UTC)
    async with house.engine.begin() as connection:
        made = [
            await stock.delivery(connection, "website", intended_at=at, accepted_at=at, seen_at=at, state="visible")
            for _ in range(count)
        ]
    return [one.release for one in made]


async def test_places_are_given_once_and_without_gaps_by_many_at_once(house: House) -> None:
    shelf, releases = Shelf(house.engine), list(range(1, 41))

    async def enrol(part: list[int]) -> None:
        for release in part:
            await shelf.enrol("website", [(release, "zcwj"), (release, "sitemap")])

    await asyncio.gather(*(enrol(releases[start::3]) for start in range(3)), enrol(releases[10:30]))
    assert await shelf.sizes("website") == {"zcwj": 40, "sitemap": 40}
    for name in ("zcwj", "sitemap"):
        found = await shelf.within("website", [Span(list=name, first=1, last=40)])
        assert [one.ordinal for one in found] == list(range(40, 0, -1))
        assert {one.release for one in found} == set(releases)
    before = await shelf.places("website", {7})
    await shelf.enrol("website", [(7, "zcwj"), (7, "gfxwj")])
    assert [one for one in await shelf.places("website", {7}) if one.list != "gfxwj"] == before
    assert await shelf.sizes("elsewhere") == {}


async def test_a_place_is_never_moved_or_taken_back(house: House) -> None:
    await Shelf(house.engine).enrol("website", [(1, "zcwj")])
    for act in ("UPDATE listings SET ordinal = 2", "DELETE FROM listings"):
        with pytest.raises(DBAPIError):
            async with house.engine.begin() as connection:
                await connection.execute(text(act))


async def test_lines_are_found_by_their_places_and_without_their_texts(house: House) -> None:
    shelf = Shelf(house.engine)
    releases = await published(house, 3)
    assert [release for _, release in await shelf.published("website", after=0, limit=9)] == releases
    mark = (await shelf.published("website", after=0, limit=2))[-1][0]
    assert [release for _, release in await shelf.published("website", after=mark, limit=2)] == releases[2:]
    await shelf.enrol("website", [(release, "zcwj") for release in releases])
    both = [Span(list="zcwj", first=2, last=3), Span(list="zcwj", first=3, last=9), Span(list="gfxwj", first=1, last=0)]
    assert await shelf.within("website", both) == [
        Place(list="zcwj", ordinal=3, release=releases[2]),
        Place(list="zcwj", ordinal=2, release=releases[1]),
    ]
    for _ in range(2):
        outlines = await shelf.outlines("website", releases[:2])
        assert set(outlines) == set(releases[:2])
        (whole,) = await shelf.whole({(releases[0], 1)})
        outline = outlines[releases[0]].edition
        assert outline.digest == whole.digest
        assert [one.title for one in outline.documents] == [one.title for one in whole.documents]
        assert all(not one.body for one in outline.documents)
    assert await shelf.outlines("rss", releases) == {}


async def test_what_a_page_costs_is_read_by_keys_in_a_large_archive(house: House) -> None:
    """Of a table that is small PostgreSQL may read all; of one this large it reads what it is asked for."""
    async with house.engine.begin() as connection:
        await connection.execute(text("INSERT INTO lists VALUES ('website', 'zcwj', 60000)"))
        await connection.execute(
            text("INSERT INTO listings SELECT 'website', 'zcwj', n, n FROM generate_series(1, 60000) n")
        )
    span = [Span(list="zcwj", first=59961, last=60000)]
    before = await _read(house)
    assert len(await Shelf(house.engine).within("website", span)) == 40
    assert await _read(house) - before <= 40


async def _read(house: House) -> int:
    """Rows of the listings that anybody has read so far, by scan or index, as PostgreSQL counts them."""
    async with house.engine.begin() as connection:
        await connection.execute(text("SELECT pg_stat_force_next_flush()"))
    async with house.engine.begin() as connection:
        query = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'listings'"
        return int((await connection.execute(text(query))).scalar_one())
