"""What the checks find in an edition, in its metadata and in its texts, and that each finding leads to its words."""

import time
from datetime import date
from typing import Any

import pytest

from hub.core import checks, passages
from hub.core.checks import Severity
from hub.core.checks.personal import is_identity, masked
from schemas import hypertext
from schemas.edition import Edition
from schemas.office import Phrase
from tests import making
from tests.core.checked import BLOB, ID_NUMBER, TITLE, edition, found, only, quoted


def test_a_sound_edition_gives_nothing() -> None:
    sound = edition(
        "各区分局：",
        "现将有关事项通知如下。",
        "一、总则",
        "（一）范围",
        "（二）目标",
        "二、任务",
        "（一）公开",
        '<p>见<a href="https://ghhzrzy.tj.gov.cn/a">网页</a>，电话见网页。</p>',
        f'<figure><img src="{BLOB}" alt="示意图"></figure>',
        "附件：1.任务清单",
        "2.责任分工",
        "天津市规划和自然资源局",
        "2026年11月1日",
        "（此件主动公开）",
        note="此件主动公开",
        files=("任务清单.pdf", "附件2：责任分工.docx"),
    )
    assert found(sound) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"secrecy": "mi_mi"}, "secrecy"),
        ({"disclosure": "closed", "disclosure_ground": "属于国家秘密"}, "not_open"),
        ({"note": "此件不公开"}, "note_mismatch"),
        ({"printed_on": date(2026, 10, 1)}, "dates_order"),
        ({"expires_on": date(2026, 10, 1)}, "dates_order"),
        ({"kind": "normative", "effective_on": date(2026, 11, 1)}, "no_expiry"),
    ],
)
def test_what_the_metadata_says_stops_it(fields: dict[str, Any], code: str) -> None:
    finding = only(edition("正文。", **fields))
    assert (finding.code, finding.severity) == (code, Severity.BLOCKS)
    assert checks.blocking(edition("正文。", **fields)) == (finding,)


def test_a_policy_without_interpretation_is_stopped_and_a_notice_is_not() -> None:
    alone = edition("正文。")
    alone = Edition(release=1, number=1, metadata=alone.metadata, documents=alone.documents[:1])
    assert only(alone).code == "no_interpretation"
    notice = Edition(
        release=1, number=1, metadata=making.metadata(kind="notice", title=TITLE), documents=alone.documents
    )
    assert found(notice) == []


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["津规资办发〔2026〕2号", "正文。"], [("doc_no_differs", "津规资办发〔2026〕2号")]),
        (["津规资办发〔2026〕1号", "正文。"], [("doc_no_repeated", "津规资办发〔2026〕1号")]),
        ([TITLE, "正文。"], [("title_repeated", TITLE)]),
        (["正文。", "2026年11月2日"], [("signed_on_differs", "2026年11月2日")]),
        (["正文。", "二〇二六年十一月一日"], []),
        (["正文。", "2026年11月1日", "附件", "2020年1月1日"], []),
        (["自2026年11月2日起施行。"], []),
        (["联系人：XXX，电话待定。"], [("placeholder", "XXX"), ("placeholder", "待定")]),
        (["〔XXXX〕第×××号"], [("placeholder", "〔XXXX〕"), ("placeholder", "×××")]),
        (["XXXL号服装，TODOS，3×3"], []),
        (["应当公开,并及时更新。"], [("half_width_marks", "应当公开,并及时更新。")]),
        (["比例为1:500，12:30，https://a.cn/，A,B"], []),
        (["一、甲", "三、乙"], [("numbering_gap", "三、乙")]),
        (["一、甲", "（一）乙", "（一）丙", "二、丁", "（二）戊"], [("numbering_gap", "（二）戊")]),
        (["第一章 甲", "第一条 乙", "第二章 丙", "第二条 丁", "第四条 戊"], [("numbering_gap", "第四条戊")]),
        (["一、甲", "二、乙", "一、又一列", "二、丙"], []),
        (["二、甲"], [("numbering_gap", "二、甲")]),
        (["第一条规定的甲", "第三条规定的乙"], []),
        (["附件：1.甲表", "2.乙表", "正文。"], [("annex_missing", "附件：1.甲表"), ("annex_missing", "2.乙表")]),
        (["附件：甲表", "附件", "甲表的内容"], []),
        (["附件：1.甲表", "2.乙表", "附件1", "……", "附件2", "……"], []),
        ([f"张某，身份证号{ID_NUMBER}。"], [("id_number", ID_NUMBER)]),
        (["编号110105194912310021，流水号1101051949123100210。"], []),
        (["联系电话13800138000。"], [("mobile_number", "13800138000")]),
        (["金额138001380001元，编号213800138000"], []),
        (['<p><a href="http://tj.gov.cn/a">市政府网站</a></p>'], [("plain_link", "市政府网站")]),
        (['<p><a href="https://10.1.2.3/a">内网</a></p>'], [("internal_link", "内网")]),
        (
            ['<p><a href="http://oa/a">甲</a><a href="https://oa.lan/">乙</a></p>'],
            [("internal_link", "甲"), ("internal_link", "乙")],
        ),
        ([f'<p><img src="{BLOB}"></p>'], [("image_without_text", "")]),
        ([f'<p><img src="{BLOB}" alt=""></p>', "图1 示意图"], [("image_without_text", "")]),
    ],
)
def test_what_the_text_says_is_found_with_its_words(paragraphs: list[str], expected: list[tuple[str, str]]) -> None:
    assert quoted(edition(*paragraphs)) == expected


def test_a_passage_leads_to_its_words() -> None:
    one = edition(
        "甲。", "<table><tbody><tr><td>电话</td><td>138 0013 800 转</td><td>13900139000</td></tr></tbody></table>"
    )
    finding = only(one)
    assert finding.passage is not None
    place = passages.find(one.policy.body, finding.passage)
    assert place is not None
    assert "".join(hypertext.parse(one.policy.body).get_text().split())[place.start : place.end] == "13900139000"


def test_the_policys_own_number_is_checked_where_it_is_cited() -> None:
    text = f"<p>《{TITLE}》（津规资办发〔2026〕9号）已印发，《别的通知》（津规资办发〔2020〕3号）废止。</p>"
    assert quoted(edition("正文。", interpretation=text)) == [("doc_no_differs", "津规资办发〔2026〕9号")]


@pytest.mark.parametrize("named", [TITLE, TITLE[11:], "测绘成果管理办法", "津规资办发〔2026〕1号"])
def test_an_interpretation_names_its_policy_in_any_usual_way(named: str) -> None:
    assert found(edition("正文。", interpretation=f"<p>现对{named}作如下解读。</p>")) == []
    assert only(edition("正文。", interpretation="<p>现解读如下。</p>")).code == "policy_not_named"


def test_what_a_notice_distributes_is_named_by_its_own_name() -> None:
    title = "天津市规划资源局关于印发2020年政务公开工作要点的通知"
    text = "<p>《市规划资源局2020年政务公开工作要点》解读如下。</p>"
    assert found(edition("正文。", title=title, interpretation=text)) == []


def test_what_is_found_hides_the_number_in_its_message() -> None:
    finding = only(edition(f"身份证号{ID_NUMBER}。"))
    assert finding.severity is Severity.BLOCKS
    assert ID_NUMBER not in finding.message
    assert "110105********002X" in finding.message


def test_a_key_tells_findings_apart_and_stays() -> None:
    one = edition("电话13800138000、13800138000。")
    keys = [finding.key for finding in found(one)]
    assert len(set(keys)) == 2
    assert keys == [finding.key for finding in found(one)]


def test_a_check_digit_is_counted() -> None:
    assert is_identity(ID_NUMBER)
    assert not is_identity("110105194912310021")
    assert not is_identity("11010519491331002X")
    assert masked("13800138000") == "138****8000"


def test_a_long_text_is_checked_in_bounded_time() -> None:
    body = "".join(f"<p>第{n}段 应当公开,联系电话138{n:08}，待定。</p>" for n in range(15_000))
    started = time.perf_counter()
    found(edition(body))
    assert time.perf_counter() - started < 10  # under 1 s on an idle machine


def test_the_bureaus_own_wordings_are_asked_for_and_the_right_one_is_left_alone() -> None:
    phrases = [Phrase(wrong="规划局", correct="规划和自然资源局"), Phrase(wrong="资源局", correct="规划和自然资源局")]
    one = edition("由市规划局负责。", "由市规划和自然资源局负责。")
    told = [found for found in checks.findings(one, phrases) if found.code == "wording"]
    assert [found.passage.quote for found in told if found.passage] == ["规划局"]
    assert "规划和自然资源局" in told[0].message
    assert not [found for found in checks.findings(one) if found.code == "wording"]
