"""The public finds documents by words, and nothing that is not public."""

import re

import pytest

from hub.commands import searching
from hub.core import cards as rules
from hub.core.search import excerpt, letters, question
from hub.core.search.cursor import Exactness
from schemas.card import Filters, Validity
from schemas.person import Person
from schemas.release import Kind, Role
from schemas.standing import StandingKind
from tests import making
from tests.public.conftest import Room

POLICY = "<p>各区局：</p><p>一、土地征收的补偿标准，按照<strong>国土空间</strong>总体规划执行。</p>"
READING = "<p>问：海域使用金怎么缴？答：见津规资办发〔2020〕253号。</p>"


def found(page: str) -> list[str]:
    """Where the results lead, in their order."""
    return re.findall(r'<li><a href="(/zc[^"]+)">', page)


@pytest.mark.parametrize(
    ("typed", "words", "number"),
    [
        ("土地征收补偿标准", ("土地", "征收", "补偿", "标准"), None),
        ("规划局", ("规划局",), None),
        ("海", ("海",), None),
        ("253号", ("253号",), None),
        ("津规资办发(2020)253号", ("〔2020〕253号", "津规资", "办发"), "津规资办发〔2020〕253号"),
        ("津规资办发［２０２０］第253号", ("〔2020〕253号", "津规资", "办发"), "津规资办发〔2020〕253号"),
        ("“土地 征收” 补偿", ("土地 征收", "补偿"), None),
        ("房屋的税", ("房屋", "税"), None),
        ("a' | b & !c:* \\ \x00 <d>", ("a", "b", "c", "d"), None),
        ("!!! & | ' \" \\ :*", (), None),
    ],
)
def test_what_is_typed_becomes_words(typed: str, words: tuple[str, ...], number: str | None) -> None:
    asked = question.read(typed)
    assert (asked.words, asked.number) == (words, number)
    assert all(one.isalnum() for one in asked.title_lexemes)


@pytest.mark.parametrize(
    "typed", ["土" * 5000, "土地 " * 5000, "a" * 9000, "\x00" * 9000, "﷽" * 300, "\U00020000" * 400]
)
def test_a_question_is_bounded(typed: str) -> None:
    asked = question.read(typed)
    assert len(asked.said) <= question.MAX_QUESTION
    assert len(asked.words) <= question.MAX_WORDS
    assert asked.is_cut is (len(typed.replace("\x00", "")) > question.MAX_QUESTION or len(typed) > 400)


def test_folding_keeps_every_place() -> None:
    odd = "ＧＢ／Ｔ（２０２０）İstanbul ﷽ ﬁ ß Σς【规】"
    assert len(letters.fold(odd)) == len(odd)
    assert "".join(piece.text for piece in excerpt.marked(odd, ("gb", "规"))) == odd
    assert letters.fold("（［【〔《｛ＡＢ　İ") == "〔〔〔〔〔{ab i"


def test_a_snippet_shows_the_word_wherever_it_stands() -> None:
    long = "甲" * 5000 + "海域使用金" + "乙" * 5000
    pieces = excerpt.snippet(long, ("海域",))
    assert [piece.text for piece in pieces if piece.found] == ["海域"]
    assert sum(len(piece.text) for piece in pieces) <= excerpt.WIDTH + 2


async def test_documents_and_readings_are_found_titles_first(room: Room) -> None:
    older = await room.shelved(POLICY, READING, title="关于海域管理的通知", doc_no="津规资办发〔2020〕253号")
    newer = await room.shelved("<p>海域管理另有规定。</p>", title="关于档案的通知")
    newest = await room.shelved("<p>无关。</p>", title="关于海域论证的通知")
    page = await room.page("/search?q=海域")
    assert found(page) == [
        f"/zcwj/{newest.release}.html",
        f"/zcwj/{older.release}.html",
        f"/zcjd/{older.release}-1.html",  # its title names the policy's
        f"/zcwj/{newer.release}.html",
    ]
    assert "找到 4 件。" in page
    assert page.count("<mark>海域</mark>") == 5
    # A word over two of the segmenter's own, one across tags, one of a single character, and a number in any brackets.
    assert found(await room.page("/search?q=空间总体")) == [f"/zcwj/{older.release}.html"]
    assert found(await room.page("/search?q=档")) == [f"/zcwj/{newer.release}.html"]
    by_number = found(await room.page("/search?q=津规资办发(2020)253号"))
    assert by_number == [f"/zcwj/{older.release}.html", f"/zcjd/{older.release}-1.html"]
    assert "没有找到" in await room.page("/search?q=论证档案")


async def test_what_is_written_in_a_document_is_never_markup(room: Room) -> None:
    await room.shelved("<p>&lt;script&gt;alert(1)&lt;/script&gt; 海域</p>", title="<b>海域</b>&的通知")
    page = await room.page("/search?q=海域 <script>")
    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;<mark>海域</mark>" in page


HOSTILE = (
    "q=' OR 1=1 --",
    "q=%00%00",
    "q=a:*&validity=nonsense",
    "q=%5C%27&unit=%27%5C",
    "q=海域&cursor=1-99999999999999999-1&year=99999999999",
    "cursor=2-1-1a",
    "q=" + "海" * 400,
    "q=海&q=域&unit=&theme=%5C%5C%27",
    "q=%F0%9F%98%80 海域",
)


async def test_hostile_questions_are_answered(room: Room) -> None:
    await room.shelved("<p>海域</p>")
    for query in HOSTILE:
        assert "<h1>" in await room.page(f"/search?{query}")
    cut = await room.page("/search?q=" + "海域 " * 300)
    assert "输入过长，只查找了前" in cut
    assert found(cut)
    assert "条件不正确" not in cut
    assert f"<h1>“{'海域 ' * 10}……”的搜索结果</h1>" in cut, "a heading names no more of it than can be taken in"


async def test_filters_and_pages(room: Room) -> None:
    few = [await room.shelved("<p>海域</p>", title=f"第{n}件通知", kind="notice") for n in range(3)]
    for at in (1_000, 2_030, 9000, 70000, 299990):
        # Places far apart: the pages go through several windows.
        await room.leave_off_at(at)
        few += [
            await room.shelved("<p>海域</p>", theme="国土资源、能源\\海洋", signed_on="2019-05-06") for _ in range(5)
        ]
    filters = Filters(theme="国土资源、能源", year=2019)
    seen: list[int] = []
    cursor = None
    for _ in range(4):
        one = await searching.find(room.house.engine, "海域", filters, cursor=cursor, limit=10)
        seen += [hit.card.release for hit in one.hits]
        cursor = one.next
        if cursor is None:
            break
    places = {edition.release for edition in few[3:]}
    assert len(seen) == len(places)
    assert set(seen) == places
    for wanted, count in (
        (Filters(kind=Kind.NOTICE), 3),
        (Filters(unit="天津市规划和自然资源局"), 28),
        (Filters(unit="别的局"), 0),
        (Filters(validity=Validity.REPEALED), 0),
        (Filters(role=Role.INTERPRETATION), 0),
    ):
        assert (await searching.find(room.house.engine, "", wanted)).count == (count, Exactness.EXACT)


async def test_a_later_edition_and_a_withdrawal_count_at_once(room: Room, staff: dict[str, Person]) -> None:
    edition = await room.shelved("<p>海域</p>")
    await room.shelved("<p>档案</p>")
    later = await room.seen(await room.frozen("<p>滩涂</p>", release=edition.release))
    await room.follow()
    assert found(await room.page("/search?q=海域")) == []
    assert len(found(await room.page("/search?q=滩涂"))) == 1
    await making.said(room.house, staff, edition.release)
    # The follower has read nothing yet.
    assert found(await room.page("/search?q=滩涂")) == []
    await room.follow()
    assert found(await room.page("/search?q=滩涂")) == []
    again = await room.frozen("<p>滩涂</p>", release=edition.release)
    await room.follow()
    assert found(await room.page("/search?q=滩涂")) == []
    await room.seen(again)
    await room.follow()
    assert len(found(await room.page("/search?q=滩涂"))) == 1
    assert later.number < again.number


async def test_the_longest_text_is_found_by_its_beginning(room: Room) -> None:
    """As many different pairs as a text can hold, of characters that take the most room."""
    every = "".join(chr(0x20000 + at * 7919 % 40_000) for at in range(150_000))
    edition = await room.shelved(f"<p>海域{every}滩涂</p>", title="最长的" + "题" * 190)
    assert found(await room.page("/search?q=海域")) == [f"/zcwj/{edition.release}.html"]
    assert found(await room.page("/search?q=滩涂")) == []


async def test_what_the_store_cannot_hold_keeps_nobody_waiting(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rules.words
    endless = {f"{at:0>200}" for at in range(6_000)}
    monkeypatch.setattr(rules, "words", lambda card: endless if card.title == "过长的" else whole(card))
    wrong = await room.seen(await room.frozen(title="过长的"))
    right = await room.shelved("<p>海域</p>")
    assert found(await room.page("/search?q=海域")) == [f"/zcwj/{right.release}.html"]
    assert found(await room.page("/search?q=过长")) == []
    assert wrong.release < right.release


async def test_a_mark_is_found_by_its_filter(room: Room, staff: dict[str, Person]) -> None:
    edition = await room.shelved("<p>海域</p>", kind="normative")
    await making.said(room.house, staff, edition.release, StandingKind.REPEALED)
    await room.follow()
    page = await room.page("/search?q=海域&validity=repealed")
    assert len(found(page)) == 1
    assert "已废止</span>" in page
