import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.core.passages import Position, find, mark, quote
from hub.core.redline.page import redline
from hub.intake.sanitise import sanitise
from schemas import hypertext
from schemas.passage import Passage

BODY = (
    "<h2>一、总则</h2><p>各单位应当<strong>公开</strong>办事指南，并及时更新。</p>"
    "<table>\n<tbody>\n<tr><td>任务</td><td>公开</td></tr>\n</tbody></table>"
    "<p>各单位应当公开年度报告 &lt;全文&gt;。</p>"
)


def passage(words: str, before: str = "", after: str = "") -> Passage:
    return Passage(document="policy", quote=words, before=before, after=after)


def letters(html: str) -> str:
    return "".join(hypertext.parse(html).get_text().split())


def found(body: str, wanted: Passage) -> str:
    place = find(body, wanted)
    return letters(body)[place.start : place.end] if place else ""


def test_a_quote_is_found_across_tags() -> None:
    place = find(BODY, passage("应当公开办事"))
    assert place == Position(7, 13, exact=True)
    assert letters(BODY)[7:13] == "应当公开办事"


@pytest.mark.parametrize(("before", "after", "start"), [("当", "办", 9), ("任务", "各", 24), ("应当", "年度", 31)])
def test_of_several_likes_the_surroundings_choose(before: str, after: str, start: int) -> None:
    place = find(BODY, passage("公开", before, after))
    assert place is not None
    assert letters(BODY)[place.start : place.end] == "公开"
    assert letters(BODY)[: place.start].endswith(before)
    assert place.start == start


def test_it_is_found_after_the_text_moved() -> None:
    wanted = quote("policy", BODY, 31, 37)
    assert wanted is not None
    assert find("<p>新增的开头。</p>" + BODY, wanted) == Position(37, 43, exact=True)


def test_what_replaced_it_is_found_between_its_surroundings() -> None:
    wanted = quote("policy", BODY, 11, 15)
    assert wanted is not None
    assert wanted.quote == "办事指南"
    changed = BODY.replace("办事指南", "服务事项清单")
    place = find(changed, wanted)
    assert place is not None
    assert not place.exact
    assert found(changed, wanted) == "服务事项清单"


def test_the_longer_half_of_it_is_found() -> None:
    wanted = passage("并及时更新。任务公开各单位应当")
    assert found("<p>并及时更新。任务公开。</p>", wanted) == "并及时更新。任务公开"
    assert found("<p>公开各单位应当。更新。任务</p>", passage("并更新。公开各单位应当")) == "公开各单位应当"


def test_what_is_gone_is_not_found() -> None:
    assert find("<p>别的内容。</p>", passage("办事指南", "单位应当", "并及时")) is None
    assert find("", passage("甲")) is None


def test_a_mark_over_blocks_becomes_pieces_and_keeps_the_table() -> None:
    marked = mark(BODY, {"7": passage("更新。任务公开各单位")})
    assert marked.count('id="p-7"') == 1
    assert re.findall(r'<mark[^>]*data-passage="7">([^<]*)</mark>', marked) == ["更新。", "任务", "公开", "各单位"]
    assert re.sub(r"</?mark[^>]*>", "", marked) == BODY


def test_overlapping_passages_are_both_marked() -> None:
    marked = mark("<p>甲乙丙丁</p>", {"a": passage("甲乙丙"), "b": passage("乙丙丁")})
    assert marked == (
        '<p><mark id="p-a" data-passage="a">甲</mark><mark data-passage="a"><mark id="p-b" data-passage="b">乙丙</mark>'
        '</mark><mark data-passage="b">丁</mark></p>'
    )


def test_a_redline_can_be_marked_too() -> None:
    marked = mark(redline("<p>罚款五万元。</p>", "<p>罚款十万元。</p>"), {"1": passage("十万元")})
    assert '<ins><mark id="p-1" data-passage="1">十万元</mark></ins>' in marked


@pytest.mark.parametrize("key", ["", 'a"b', "甲", "a b", "x" * 41])
def test_a_key_that_is_no_identifier_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        mark(BODY, {key: passage("公开")})


def test_hostile_markup_does_not_pass_through() -> None:
    assert "script" not in mark("<p>甲<script>x</script></p>", {"1": passage("甲")})


CHUNK = st.sampled_from(
    ["公开", "指南", " ", "\n", "<strong>", "</strong>", "</p><p>", "&lt;", "，", "<br>", "<hr>", "年"]
)


@given(st.lists(CHUNK, max_size=30).map("".join), st.integers(0, 40), st.integers(1, 20))
@settings(max_examples=200)
def test_any_quote_is_found_again_and_marking_changes_nothing_else(html: str, start: int, length: int) -> None:
    body = sanitise(f"<p>{html}</p>")
    written = len(letters(body))
    assume(written)
    begin = start % written
    wanted = quote("policy", body, begin, begin + length)
    assert wanted is not None
    place = find(body, wanted)
    assert place is not None
    assert place.exact
    assert letters(body)[place.start : place.end] == wanted.quote
    marked = mark(body, {"x": wanted})
    assert re.sub(r"</?mark[^>]*>", "", marked) == body
    pieces = hypertext.parse(marked).find_all("mark")
    assert "".join("".join(piece.get_text().split()) for piece in pieces) == wanted.quote


def test_many_passages_in_a_large_body_are_marked_in_bounded_time() -> None:
    body = "".join(f"<p>第{number}条 各单位应当公开办事指南，并及时更新。</p>" for number in range(10_000))
    wanted = {str(number): passage(f"第{number * 50}条各单位") for number in range(200)}
    wanted["likes"] = passage("公开", "各单位应当", "办事指南")
    wanted["gone"] = passage("不存在的一句话" * 20, "单位应当公开", "没有的后文")
    started = time.perf_counter()
    marked = mark(body, wanted)
    assert time.perf_counter() - started < 10  # under 1 s on an idle machine
    assert marked.count("<mark id=") == 201
