"""Checks of the field: marks in a text, persons, copying, what a kind must have: faults are found, their likes not."""

from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from hub.chinese.index_numbers import is_sound
from hub.core import checks
from hub.core.checks import Severity, apply, copying
from hub.core.checks.personal import masked
from hub.core.likeness import RUN, likeness
from hub.core.redline import source
from hub.intake import convert
from schemas.edition import Edition
from schemas.release import Document, Role
from schemas.rulebook import Rulebook
from tests import making
from tests.core.checked import SAID, edition

CODE = "11120000MB1909339E"
ORDER = (
    "为规范测绘成果的汇交、保管、提供和使用，根据测绘法和本市有关规定，制定本办法。",
    "汇交义务人应当自项目验收完成之日起三个月内，向市主管部门无偿汇交测绘成果副本或者目录。",
    "保管单位应当建立健全测绘成果资料的保管制度，配备必要的设施，确保测绘成果资料的安全。",
)


def codes(one: Edition, rules: Rulebook | None = None) -> list[str]:
    return [finding.code for finding in checks.findings(one, (), rules or Rulebook())]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("机密★1年", "mark_in_text"),
        ("内部资料 注意保存", "mark_in_text"),
        ("（工作秘密）", "mark_in_text"),
        ("份号：000012", "copy_number"),
        ("联系卡号6222021234567890128。", "card_number"),
        ("身份证号110105491231002，请核对。", "id_number"),
        ("共110105491231002元。", "old_id_number"),
        ("户主住宅电话（022）23125678。", "landline_number"),
        ("车牌津A12B45的车辆。", "plate_number"),
        ("家住幸福里3号楼2单元501室。", "home_address"),
        ('<p>见<a href="https://example.com/a">网页</a>。</p>', "outside_link"),
    ],
)
def test_what_stands_in_the_text_is_found_and_pointed_at(line: str, code: str) -> None:
    one = edition(line, "正文。")
    finding = next(finding for finding in checks.findings(one) if finding.code == code)
    assert finding.passage is not None
    if finding.fix:
        assert code not in codes(apply(one, finding))


@pytest.mark.parametrize(
    "line",
    [
        "为做好国家秘密管理，机密级文件由专人保管。",
        "项目编号20260101000123456，批复文号见附件。",
        "2026年11月26日至2027年1月1日",
        "宗地编号津滨丽（挂）2026-12号，面积12345678平方米。",
        "见3号楼会议室。",
        "统一社会信用代码" + CODE,
        "内部控制制度应当健全。",
        "长度62公里，投资1234567890123456元。",
    ],
)
def test_what_only_looks_like_it_is_not(line: str) -> None:
    assert not {
        "mark_in_text",
        "copy_number",
        "card_number",
        "old_id_number",
        "plate_number",
        "home_address",
    }.intersection(codes(edition("正文。", line)))


def test_released_telephone_numbers_are_left_alone() -> None:
    one = edition("联系人姓名及电话：022-23125678，13812345678。")
    assert {"landline_number", "mobile_number"} <= set(codes(one))
    assert not {"landline_number", "mobile_number"}.intersection(
        codes(one, Rulebook(contacts=("022-2312 5678", "13812345678")))
    )


def test_masks_leave_what_notices_leave() -> None:
    assert masked("6222021234567890128") == "6222***********0128"
    assert masked("022-23125678") == "022-******78"
    assert masked("津A12B45") == "津A***45"
    assert masked("3号楼2单元501室") == "*********室"


def test_an_interpretation_pasted_from_the_policy_is_stopped_with_what_was_copied() -> None:
    pasted = edition(*ORDER, interpretation="".join(f"<p>{line}</p>" for line in ORDER))
    finding = next(one for one in checks.blocking(pasted) if one.code == "copied")
    assert finding.passage is not None
    assert "汇交义务人" in "".join(ORDER)
    assert finding.passage.quote in source.letters(pasted.documents[1].body)
    assert "%" in finding.message


def test_a_word_changed_here_and_there_makes_no_interpretation() -> None:
    changed = [line.replace("应当", "必须").replace("测绘成果", "测绘资料") for line in ORDER]
    assert {"copied", "copied_partly"}.intersection(codes(edition(*ORDER, interpretation=f"<p>{''.join(changed)}</p>")))


def test_to_cite_titles_is_not_to_copy() -> None:
    cited = (
        "<p>"
        + "《天津市规划和自然资源局关于印发〈测绘成果管理办法〉的通知》" * 6
        + "说明了怎样交、怎样管、怎样用。</p>"
    )
    assert "copied" not in codes(
        edition("天津市规划和自然资源局关于印发〈测绘成果管理办法〉的通知", *ORDER, interpretation=cited)
    )


async def test_the_real_interpretation_passes_and_the_notice_over_again_does_not() -> None:
    samples = files("hub.samples")
    notice = await convert.convert("n.txt", (samples / "notice-253.txt").read_bytes())
    honest = await convert.convert("i.md", (samples / "interpretation-253.md").read_bytes())

    def release(body: str) -> Edition:
        texts = (
            Document(role=Role.POLICY, number=0, title="通知", body=notice.body),
            Document(role=Role.INTERPRETATION, number=1, title="解读", body=body),
        )
        return Edition(release=1, number=1, metadata=making.metadata(), documents=texts)

    assert not {"copied", "copied_partly", "interpretation_lacks"}.intersection(codes(release(honest.body)))
    assert "copied" in codes(release(notice.body))


def test_likeness_points_at_the_same_words_in_both() -> None:
    policy, text = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", "前面。甲乙丙丁戊，己庚辛壬癸子丑寅卯辰巳午未申酉。后面"
    (run,) = likeness(text, policy).runs
    assert text[run.start : run.end].replace("，", "") == policy[run.source : run.source_end]
    assert likeness(text[: RUN - 2], policy).runs == ()
    assert likeness("", policy).copied == likeness("", "").shared == 0.0


@pytest.mark.parametrize(
    ("fields", "code", "severity"),
    [
        ({"disclosure": "closed"}, "no_ground", Severity.BLOCKS),
        ({"kind": "normative", "expires_on": date(2027, 1, 1)}, "fact_missing", Severity.BLOCKS),
        ({"doc_no": None}, "fact_wanted", Severity.WARNS),
        ({"index_no": "11120000MB1909338E/2026-1"}, "index_no_digit", Severity.WARNS),
    ],
)
def test_what_a_kind_must_have(fields: dict[str, Any], code: str, severity: Severity) -> None:
    found = {one.code: one.severity for one in checks.findings(edition("正文。", **fields))}
    assert found[code] is severity


@pytest.mark.parametrize(
    ("title", "until", "is_late"),
    [
        ("测绘成果管理办法", date(2031, 11, 1), False),
        ("测绘成果管理办法", date(2031, 11, 2), True),
        ("测绘成果管理办法（试行）", date(2028, 11, 1), False),
        ("测绘成果管理暂行办法", date(2028, 11, 2), True),
    ],
)
def test_how_long_a_normative_document_may_hold(title: str, until: date, is_late: bool) -> None:  # noqa: FBT001
    one = edition("正文。", kind="normative", title=title, effective_on=date(2026, 11, 1), expires_on=until)
    assert ("term_too_long" in codes(one)) is is_late


def test_an_interpretation_says_what_is_wanted() -> None:
    one = edition("正文。")
    bare = one.documents[1].model_copy(update={"body": one.documents[1].body.replace(SAID, "")})
    assert "interpretation_lacks" not in codes(one)
    assert "interpretation_lacks" in codes(one.model_copy(update={"documents": (one.documents[0], bare)}))


@pytest.mark.parametrize(
    ("index_no", "sound"),
    [
        ("000014349/2017-00110", True),
        ("11441700007280420Y/2021-00050", True),
        ("114403006955506492/2021-00426", True),
        ("11370322004222241N/2021-5135380", True),
        (f"{CODE}/2026-00012", True),
        (f"{CODE}MB1909339E/2020-00592", True),
        (f"{CODE}MB1909338E/2020-00592", False),
        ("11120000MB1909339F/2026-00012", False),
        ("000014348/2017-00110", False),
    ],
)
def test_the_check_digits_of_an_index_number(index_no: str, sound: bool) -> None:  # noqa: FBT001
    assert is_sound(index_no) is sound


def test_what_was_copied_is_shown_side_by_side() -> None:
    one = edition(*ORDER, interpretation=f"<p>有人问，{ORDER[1]}</p><p>怎么办呢？</p>")
    found = copying.compare(one, "interpretation-1")
    assert found is not None
    assert found.pairs[0].own == found.pairs[0].theirs == ORDER[1].rstrip("。")
    assert copying.compare(one, "interpretation-2") is None
