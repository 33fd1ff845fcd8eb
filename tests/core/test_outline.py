from datetime import date

import pytest

from hub.core import checks, outline
from hub.intake.sanitise import sanitise
from schemas.edition import Edition
from schemas.release import Document, Role
from tests import making

POLICY = (
    "<h2>一、总则</h2><p>为了规范管理，制定本办法。</p><h2>二、任务 &lt;新&gt;</h2><h3>（一）公开</h3><h2>附则</h2>"
)


def test_the_sections_that_the_rules_ask_for_are_there_and_nothing_is_copied() -> None:
    meta = making.metadata(effective_on=date(2026, 12, 1), expires_on=date(2031, 11, 30))
    html = outline.interpretation(meta, POLICY)
    for section in ("出台背景", "主要内容", "执行标准和范围", "惠企利民举措", "新旧政策差异", "关键词解释"):
        assert f"、{section}</h2>" in html
    assert "<ul><li>总则</li><li>任务&lt;新&gt;</li></ul>" in html
    assert "2026年11月1日，天津市规划和自然资源局印发了《关于测试的通知》（津规资办发〔2026〕1号）" in html
    assert "文件自2026年12月1日起施行，有效期至2031年11月30日。" in html
    assert "规范管理" not in html
    assert sanitise(html) == html


def test_what_is_not_known_leaves_no_empty_brackets() -> None:
    html = outline.interpretation(making.metadata(doc_no=None), "<p>正文。</p>")
    assert "（）" not in html
    assert "<ul>" not in html
    assert "【请写明施行日期和有效期。】" in html


def test_what_the_writer_has_to_fill_in_is_found_until_it_is_gone() -> None:
    meta = making.metadata()
    policy = Document(role=Role.POLICY, number=0, title=meta.title, body="<p>正文。</p>")
    text = Document(role=Role.INTERPRETATION, number=1, title="解读", body=outline.interpretation(meta, policy.body))
    found = checks.findings(Edition(release=1, number=1, metadata=meta, documents=(policy, text)))
    assert {one.code for one in found} == {"placeholder"}
    assert len(found) == text.body.count("【请")


def test_a_template_of_the_administrators_is_filled() -> None:
    html = outline.interpretation(
        making.metadata(), POLICY, "## 一、甲 & 乙\n\n《{title}》（{doc_no}）\n- 丙\n{headings}\n止"
    )
    assert html == (
        "<h2>一、甲 &amp; 乙</h2><p>《关于测试的通知》（津规资办发〔2026〕1号）</p>"
        "<ul><li>丙</li><li>总则</li><li>任务&lt;新&gt;</li></ul><p>止</p>"
    )


def test_a_name_that_is_none_is_refused_and_every_name_is_filled() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        outline.interpretation(making.metadata(), "", "{nonsense}")
    every = " ".join(f"{{{name}}}" for name in outline.names())
    assert "{" not in outline.interpretation(making.metadata(), POLICY, every)
