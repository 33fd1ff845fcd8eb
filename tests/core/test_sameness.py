"""What counts as the same text, and what is found around it."""

import time
import unicodedata

import pytest

from hub.core import sameness
from hub.core.sameness import Verdict

BODY = "<p>各单位：</p><h2>一、总体要求</h2><p>应当在“十个工作日”内公开，<b>不得拖延</b>；附件&amp;解读同步公开。</p>"
LINES = ["各单位：", "一、总体要求", "应当在“十个工作日”内公开，不得拖延；附件&解读同步公开。"]
NAMES = ["关于公开的通知", "津规资办发〔2026〕8号"]


def test_the_lines_of_a_body_are_its_words() -> None:
    assert sameness.lines(BODY) == LINES
    assert sameness.lines("<p>甲<br>乙</p><table><tbody><tr><td>丙</td><td>丁</td></tr></tbody></table>") == list(
        "甲乙丙丁"
    )
    assert sameness.lines('<p><a href="https://a.cn/?x=&quot;>&quot;">甲</a></p><p> \u200b</p>') == ["甲"]


@pytest.mark.parametrize(
    "asked",
    [
        LINES,
        ["".join(LINES)],
        [" \u3000各 单\u00ad位：\u200b", *LINES[1:]],
        [NAMES[0], NAMES[1], *LINES],
        [*NAMES, "\ufeff", *LINES],
        [unicodedata.normalize("NFD", line) for line in LINES],
    ],
)
def test_layout_and_the_names_before_it_do_not_count(asked: list[str]) -> None:
    assert sameness.judge(asked, BODY, names=NAMES).verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ([*LINES[:2], LINES[2].replace("十个", "九个")], Verdict.OTHER),
        ([*LINES[:2], LINES[2].replace("。", "")], Verdict.OTHER),
        (LINES[:2], Verdict.OTHER),
        ([*LINES[:2], LINES[2].replace("，", ",").replace("“", '"').replace("”", '"')], Verdict.ALIKE),
        ([*LINES, "请缴费。"], Verdict.AROUND),
        (["另一份文件", *LINES], Verdict.AROUND),
    ],
)
def test_every_character_counts(asked: list[str], verdict: Verdict) -> None:
    assert sameness.judge(asked, BODY, names=NAMES).verdict is verdict


def test_what_a_reader_took_out_of_the_text_is_no_difference() -> None:
    inner = f"<p>通知如下。</p><p>工作要点</p>{BODY}"
    asked = ["工作要点", "通知如下。", *LINES]
    assert sameness.judge(asked, inner, names=NAMES).verdict is Verdict.OTHER
    assert sameness.judge(asked, inner, names=NAMES, taken=["工作要点"]).verdict is Verdict.SAME
    assert sameness.judge([*asked[:-1], "改动"], inner, names=NAMES, taken=["工作要点"]).verdict is Verdict.OTHER


def test_what_stands_around_is_told() -> None:
    judged = sameness.judge([NAMES[0], "转发：", *LINES, "请缴费。"], BODY, names=NAMES)
    assert (judged.before, judged.after) == ("转发：", "请缴费。")


def test_a_text_is_found_without_the_lines_around_it() -> None:
    wanted = sameness.fingerprint(sameness.text(BODY))
    assert wanted in set(sameness.windows(["网站", *NAMES, *LINES, "打印本页"]))
    assert wanted not in set(sameness.windows([*LINES[:2], "多了一行", LINES[2]]))
    assert list(sameness.windows([])) == []


def test_numbers_and_titles_are_found_as_they_are_written() -> None:
    asked = ["天津市规划和自然资源局", "关于进一步做好", "公开工作的通知", "按照津规资办发[2026]08号的要求"]
    assert "津规资办发〔2026〕8号" in sameness.numbers(asked)
    assert sameness.fingerprint("关于进一步做好公开工作的通知") in sameness.titles(asked)


def test_the_longest_text_takes_no_more_than_moments() -> None:
    asked = ["各单位应当公开" * 10] * 28_000
    began = time.perf_counter()
    assert len(list(sameness.windows(asked))) == 9
    assert sameness.judge(asked, BODY, names=NAMES).verdict is Verdict.OTHER
    assert time.perf_counter() - began < 20
