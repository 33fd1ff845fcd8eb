"""The buttons beside what is found: a fix changes this and nothing else."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core import passages
from hub.core.checks import FIXES, Fix, apply
from hub.core.checks.finding import RULES
from schemas.edition import Edition
from schemas.release import Document
from tests.core.checked import BLOB, ID_NUMBER, TITLE, edition, found, only


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (edition("正文。", note="此件不公开"), edition("正文。", note="此件不公开", disclosure="closed")),
        (
            edition("正文。", printed_on=date(2026, 10, 1)),
            edition("正文。", printed_on=date(2026, 11, 1), signed_on=date(2026, 10, 1)),
        ),
        (
            edition("正文。", effective_on=date(2027, 2, 1), expires_on=date(2026, 12, 1)),
            edition("正文。", effective_on=date(2026, 12, 1), expires_on=date(2027, 2, 1)),
        ),
        (
            edition("津规资办发〔2026〕2号", "正文。"),
            edition("津规资办发〔2026〕2号", "正文。", doc_no="津规资办发〔2026〕2号"),
        ),
        (edition("津规资办发〔2026〕1号", "正文。"), edition("正文。")),
        (edition(f"<h2>{TITLE[:9]}<br>{TITLE[9:]}</h2>", "正文。"), edition("正文。")),
        (edition(TITLE[:9], TITLE[9:], "正文。"), edition("正文。")),
        (edition("正文。", "2026年11月2日"), edition("正文。", "2026年11月2日", signed_on=date(2026, 11, 2))),
        (
            edition("应当<strong>公开</strong>,并(及时)更新 &lt;甲&gt;。"),
            edition("应当<strong>公开</strong>，并（及时）更新 &lt;甲&gt;。"),
        ),
        (
            edition('<p><a href="http://tj.gov.cn/a?b=1&amp;c=2">市政府</a></p>'),
            edition('<p><a href="https://tj.gov.cn/a?b=1&amp;c=2">市政府</a></p>'),
        ),
        (
            edition(f"<p>号码{ID_NUMBER[:9]}<strong>{ID_NUMBER[9:]}</strong>。</p>"),
            edition("<p>号码110105********002X<strong></strong>。</p>"),
        ),
        (edition("电话13800138000。"), edition("电话138****8000。")),
        (
            edition(f'<p><img src="{BLOB}" alt=""></p><p class="align-center">图1 示意图</p>'),
            edition(f'<p><img src="{BLOB}" alt="图1 示意图"></p><p class="align-center">图1 示意图</p>'),
        ),
    ],
)
def test_a_fix_changes_this_and_nothing_else(before: Edition, after: Edition) -> None:
    finding = next(one for one in found(before) if one.fix)
    mended = apply(before, finding)
    assert mended == after
    assert finding.code not in {one.code for one in found(mended)} - {"doc_no_repeated"}


def test_the_titles_are_made_one() -> None:
    before = edition("正文。")
    other = Document.model_validate(before.policy.model_dump() | {"title": "另一个标题"})
    before = Edition(release=1, number=1, metadata=before.metadata, documents=(other, *before.interpretations))
    finding = only(before)
    assert finding.code == "title_differs"
    assert apply(before, finding) == edition("正文。")


def test_a_fix_of_another_state_is_refused() -> None:
    finding = only(edition("电话13800138000。"))
    with pytest.raises(ValueError, match="does not fit"):
        apply(edition("电话13900139000。"), finding)
    with pytest.raises(ValueError, match="no fix"):
        apply(edition("二、甲"), only(edition("二、甲")))


def test_a_picture_without_caption_has_no_fix() -> None:
    assert only(edition(f'<p><img src="{BLOB}"></p>', "正文。")).fix is None


def test_the_table_holds_every_fix_and_every_fix_has_a_button() -> None:
    assert set(FIXES) == set(Fix) == {rule.fix for rule in RULES.values() if rule.fix}


@given(
    st.lists(
        st.sampled_from(
            ["甲,乙", "一、", "</p><p>", "附件：", "1.", "138", "00138000", "XXX", "&lt;", "<br>", "〔2026〕1号"]
        ),
        max_size=20,
    )
)
@settings(max_examples=100)
def test_any_text_is_checked_and_every_fix_can_be_made(parts: list[str]) -> None:
    one = edition(f"<p>{''.join(parts)}</p>")
    for finding in found(one):
        if finding.passage:
            place = passages.find(one.policy.body, finding.passage)
            assert place is not None
            assert place.exact
        if finding.fix:
            apply(one, finding)
