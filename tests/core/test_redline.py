import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.redline import align
from hub.core.redline.page import redline
from hub.intake.sanitise import sanitise
from schemas import hypertext

WORDS = [
    *("天津市", "规划", "自然", "资源局", "关于", "印发", "通知", "六", "七", "五万元", "十万元", "全面", "公开"),
    *("任务", "2026年", "1", "的", "的", "，", "。", "&lt;", "&amp;"),
]
PHRASE = st.lists(st.sampled_from(WORDS), max_size=8).map("".join)
INLINE = st.lists(
    st.one_of(
        PHRASE,
        PHRASE.map("<strong>{}</strong>".format),
        PHRASE.map('<a href="https://tj.gov.cn/1">{}</a>'.format),
        st.just("<br>"),
    ),
    min_size=1,
    max_size=4,
).map("".join)
ROW = st.lists(INLINE.map("<td>{}</td>".format), min_size=1, max_size=3).map("".join).map("<tr>{}</tr>".format)
BLOCK = st.one_of(
    INLINE.map("<p>{}</p>".format),
    INLINE.map('<p class="align-right">{}</p>'.format),
    INLINE.map("<h2>{}</h2>".format),
    st.lists(ROW, min_size=1, max_size=4).map("".join).map("<table><tbody>{}</tbody></table>".format),
    st.lists(INLINE.map("<li>{}</li>".format), min_size=1, max_size=4).map("".join).map("<ul>{}</ul>".format),
    INLINE.map("<div>{}<blockquote><p>甲</p></blockquote>乙</div>".format),
    INLINE,
    st.just("<hr>"),
)
BLOCKS = st.lists(BLOCK, max_size=7)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A body and what became of it: blocks dropped, added, moved, changed."""
    old = draw(BLOCKS)
    kept = draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))
    new = [block for block, keep in zip(old, kept, strict=True) if keep]
    for block in draw(st.lists(BLOCK, max_size=3)):
        new.insert(draw(st.integers(0, len(new))), block)
    if new:
        place = draw(st.integers(0, len(new) - 1))
        new[place] = new[place].replace(draw(st.sampled_from(WORDS)), draw(PHRASE))
    return sanitise("".join(old)), sanitise("".join(new))


def text(html: str, without: str = "") -> str:
    soup = hypertext.parse(html)
    for tag in soup.find_all(without or ["nothing"]):
        tag.decompose()
    return "".join(soup.get_text().split())


@given(edited())
@settings(max_examples=120)
def test_without_insertions_it_is_the_old_text_and_without_deletions_the_new(bodies: tuple[str, str]) -> None:
    old, new = bodies
    marked = redline(old, new)
    assert text(marked, "ins") == text(old)
    assert text(marked, "del") == text(new)


@given(BLOCKS.map("".join))
@settings(max_examples=50)
def test_a_text_against_itself_has_no_marks(html: str) -> None:
    body = sanitise(html)
    assert redline(body, body).replace("\n", "") == body.replace("\n", "")


@given(edited())
@settings(max_examples=50)
def test_without_marks_only_official_text_is_left(bodies: tuple[str, str]) -> None:
    marked = redline(*bodies)
    for tag in ("<ins>", "</ins>", "<del>", "</del>"):
        marked = marked.replace(tag, "")
    assert sanitise(marked) == marked


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.lists(st.sampled_from("abcd"), max_size=40))
def test_the_alignment_is_longest(old: list[str], new: list[str]) -> None:
    stretches = align.common(old, new)
    assert [old[a:b] for a, b, _, _ in stretches] == [new[c:d] for _, _, c, d in stretches]
    table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
    assert sum(b - a for a, b, _, _ in stretches) == table[-1][-1]


def test_beyond_the_exact_table_anchors_hold_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(align, "_EXACT", 50)
    old = [*"aaaaa", 1, *"bbbbb", 2, *"ccccc"]
    new = [*"aaxaa", 1, *"bbybb", 2, *"cczcc"]
    same = [item for a, b, _, _ in align.common(old, new) for item in old[a:b]]
    assert same == [*"aaaa", 1, *"bbbb", 2, *"cccc"]


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        (
            "<p>自6月1日起施行，罚款五万元。</p>",
            "<p>自7月1日起全面施行，罚款十万元。</p>",
            "<p>自<del>6</del><ins>7</ins>月1日起<ins>全面</ins>施行，罚款<del>五万元</del><ins>十万元</ins>。</p>",
        ),
        ("<p>甲。</p><p>乙。</p>", "<p>甲。</p>", "<p>甲。</p><p><del>乙。</del></p>"),
        ("<p>甲。</p>", "<p>甲。</p><ul><li>乙</li></ul>", "<p>甲。</p><ul><li><ins>乙</ins></li></ul>"),
        (
            "<table><tbody><tr><td>任务1</td><td>甲</td></tr></tbody></table>",
            "<table><tbody><tr><td>任务2</td><td>甲</td></tr><tr><td>丙</td><td>丁</td></tr></tbody></table>",
            (
                "<table><tbody><tr><td>任务<del>1</del><ins>2</ins></td><td>甲</td></tr>"
                "<tr><td><ins>丙</ins></td><td><ins>丁</ins></td></tr></tbody></table>"
            ),
        ),
        ("<h2>一、总则</h2>", "<p>一、总则</p>", "<h2><del>一、总则</del></h2><p><ins>一、总则</ins></p>"),
        (
            "<p>见<strong>附件</strong>。</p>",
            "<p>见附件。</p>",
            "<p>见<del><strong>附件</strong></del><ins>附件</ins>。</p>",
        ),
    ],
)
def test_what_a_reviewer_sees(old: str, new: str, marked: str) -> None:
    assert redline(old, new) == marked


def test_a_changed_link_and_a_changed_picture_are_seen() -> None:
    old = f'<p><a href="https://tj.gov.cn/1">附件</a><img src="blob:{"a" * 64}" alt="甲"></p>'
    new = old.replace("cn/1", "cn/2").replace("a" * 64, "b" * 64)
    marked = redline(old, new)
    assert marked.count("<del>") == marked.count("<ins>") == 1
    assert "cn/1" in marked
    assert "b" * 64 in marked


def test_a_rewritten_sentence_is_not_torn_into_chance_words() -> None:
    marked = redline("<p>各区分局应当于每月底前报送台账。</p>", "<p>市局机关处室的负责人，须在季度首月公开清单。</p>")
    assert marked.count("<del>") == 1


def test_nothing_but_our_tags_and_the_marks_comes_out() -> None:
    hostile = "<p onclick=x>甲<script>alert(1)</script><img src=x onerror=alert(1)></p><iframe></iframe><mark>乙</mark>"
    marked = redline("<p>甲</p>", hostile)
    assert not any(word in marked for word in ("script", "onerror", "onclick", "iframe", "mark"))


def _paragraphs(size: int, dice: random.Random) -> str:
    sentence = [*WORDS[:17], "。"]
    return "".join(f"<p>{''.join(dice.choices(sentence, k=30))}{dice.random()}</p>" for _ in range(size // 80))


def _table(size: int, dice: random.Random) -> str:
    rows = "".join(f"<tr><td>任务</td><td>{dice.randrange(9)}</td></tr>" for _ in range(size // 34))
    return f"<table><tbody>{rows}</tbody></table>"


def _nested(size: int, _dice: random.Random) -> str:
    return "<div>" * (size // 6) + "甲"


def _same(size: int, dice: random.Random) -> str:
    return "<p>的</p>" * (size // 8 - dice.randrange(2))


def _one_line(size: int, dice: random.Random) -> str:
    return f"<p>{''.join(dice.choices(['的', '了', '，'], k=size))}</p>"


@pytest.mark.parametrize("body", [_paragraphs, _table, _nested, _same, _one_line])
def test_a_large_body_is_compared_in_bounded_time(body: Callable[[int, random.Random], str]) -> None:
    old, new = (sanitise(body(80_000, random.Random(seed))) for seed in (1, 2))  # noqa: S311 - made-up text
    started = time.perf_counter()
    marked = redline(old, new)
    assert time.perf_counter() - started < 8  # under 1 s on an idle machine
    assert text(marked, "ins") == text(old)
    assert text(marked, "del") == text(new)


def test_two_bodies_of_the_greatest_length_are_compared_by_paragraphs() -> None:
    first = _paragraphs(1_300_000, random.Random(1))  # noqa: S311 - made-up text
    second = first.replace("通知", "通告", 1)
    marked = redline(first, second)
    assert marked.count("<del>") == marked.count("<ins>") == 1
    assert text(marked, "del") == text(second)


def test_too_deep_a_body_is_compared_as_text() -> None:
    deep = "<div>" * 190 + "<p>甲</p>乙" + "</div>" * 190
    assert redline(deep, "<p>甲</p>") == "<p>甲</p><p><del>乙</del></p>"
