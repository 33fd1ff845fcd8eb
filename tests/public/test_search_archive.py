"""What an archive holds of a word: counted, counted so far, or estimated; every page in order and none twice."""

import pytest
from sqlalchemy import text

from hub.commands import searching
from hub.core.search.cursor import Cursor, Exactness
from hub.store import engine, search
from schemas.card import Filters
from tests.public.conftest import Room

#: Cards so far apart, in the order of places, with a word in the title of every other one; a year for every thousand.
_FILL = text(
    """
    INSERT INTO cards (id, release_id, number, edition, digest, kind, title, policy, issuer, theme, signed_on, validity,
        seen_at, order_no, text, title_words, words)
    SELECT place, place, 0, 1, '', 'policy', title, title, '局', '主题', day, 'in_force', now(), '', '滩涂',
        array_to_tsvector(marks || words), array_to_tsvector(marks || words || '滩涂'::text)
    FROM (
        SELECT n * :apart AS place, make_date(2001 + n / 1000, 1, 1) AS day,
            CASE WHEN n % 2 = 0 THEN '海域' ELSE '档案' END AS title,
            ARRAY[CASE WHEN n % 2 = 0 THEN '海域' ELSE '档案' END] AS words,
            ARRAY(SELECT '#' || level || ':' || ((n * :apart) >> level) FROM unnest(ARRAY[10, 13, 16, 18]) AS level)
                || ('#y:' || (2001 + n / 1000)) AS marks
        FROM generate_series(1, :count) AS n
    ) AS made
    """
)


async def fill(room: Room, count: int, apart: int) -> None:
    async with room.house.engine.begin() as connection:
        await connection.execute(_FILL, {"count": count, "apart": apart})


@pytest.mark.parametrize(
    ("count", "apart", "typed", "number", "worth"),
    [
        (900, 400, "海域", 450, Exactness.EXACT),
        (900, 400, "海域 滩涂", 450, Exactness.EXACT),
        (900, 400, "滩涂", 900, Exactness.EXACT),
        (2600, 20, "海域", 1001, Exactness.ABOUT),
        (6000, 20, "海域", 1001, Exactness.GUESSED),
        (6000, 20, "海域 档案", 0, Exactness.EXACT),
    ],
)
async def test_how_many_there_are(
    room: Room, count: int, apart: int, typed: str, number: int, worth: Exactness
) -> None:
    await fill(room, count, apart)
    found = await searching.find(room.house.engine, typed, Filters())
    assert found.count == (number, worth)
    assert len(found.hits) == min(number, searching.PAGE)


@pytest.mark.parametrize(("count", "apart"), [(300, 400), (2600, 20), (6000, 20)])
async def test_pages_follow_each_other(room: Room, count: int, apart: int) -> None:
    """Titles from the newest on, then texts, whether all was read at once or window by window."""
    await fill(room, count, apart)
    places: list[int] = []
    cursor: Cursor | None = None
    for _ in range(5):
        found = await searching.find(room.house.engine, "海域 滩涂", Filters(), cursor=cursor, limit=40)
        places += [hit.card.release for hit in found.hits]
        cursor = found.next
        if cursor is None:
            break
    titled = [n * apart for n in range(count, 0, -1) if n % 2 == 0]
    assert places == titled[: len(places)]
    assert len(places) == min(200, len(titled))


async def test_a_year_is_looked_for_where_it_is(room: Room) -> None:
    await fill(room, 6000, 20)
    for year, count in ((2001, 499), (2004, 500), (2030, 0)):
        found = await searching.find(room.house.engine, "海域", Filters(year=year))
        assert found.count == (count, Exactness.EXACT)
        assert all(hit.card.signed_on.year == year for hit in found.hits)


async def test_statistics_tell_the_order_and_change_no_answer(room: Room) -> None:
    await fill(room, 6000, 20)
    before = [await _answer(room, typed, year) for typed, year in _SEVERAL]
    owner = engine.make(room.house.servers.owner_url, pool=1)
    async with owner.begin() as connection:
        await connection.execute(text("ANALYZE cards"))
    await owner.dispose()
    async with room.house.engine.connect() as connection:
        ordered = await search.rarest_first(connection, ("滩涂", "海域", "#y:2001", "没有"))
    assert ordered == ("没有", "#y:2001", "海域", "滩涂")
    assert [await _answer(room, typed, year) for typed, year in _SEVERAL] == before
    assert [len(hits) for hits, _ in before] == [20, 20, 0, 0, 20]


_SEVERAL = (("海域 滩涂", None), ("滩涂 档案", 2003), ("海域 档案", None), ("海域 没有", None), ("", 2005))


async def _answer(room: Room, typed: str, year: int | None) -> tuple[list[int], object]:
    found = await searching.find(room.house.engine, typed, Filters(year=year))
    return [hit.card.release for hit in found.hits], found.count


async def test_a_word_that_no_index_knows_is_looked_for_everywhere(room: Room) -> None:
    """Lone characters with something between them leave no lexeme: every card is read."""
    older = await room.shelved("<p>海·域</p>")
    await room.leave_off_at(300_000)
    newer = await room.shelved("<p>海·域</p>", "<p>海域</p>")
    found = await searching.find(room.house.engine, "“海·域”", Filters())
    assert [hit.card.release for hit in found.hits] == [newer.release, older.release]


async def test_a_whole_sentence_is_one_word(room: Room) -> None:
    """A condition for each of its pairs, as many as a question can have."""
    sentence = "".join(chr(0x4E00 + at * 37) for at in range(98))
    edition = await room.shelved(f"<p>各区局：{sentence}。</p>")
    await room.shelved(f"<p>{sentence[:50]}，{sentence[50:]}</p>")
    found = await searching.find(room.house.engine, f"“{sentence}”", Filters())
    assert [hit.card.release for hit in found.hits] == [edition.release]
    assert len(found.question.lexemes) == len(sentence) - 1
