"""What a kind and a form are asked for, each with a fault planted and with none."""

from typing import Any

import pytest

from hub.core import checks
from schemas.edition import Edition
from schemas.particulars import Form
from schemas.release import Document, Role
from tests import making

WHOLE: dict[str, dict[str, Any]] = {
    "notice": {"posted_from": "2026-11-02", "posted_until": "2026-11-12"},
    "meeting": {"held_on": "2026-10-30", "session": "2026年第12次局长办公会议"},
    "consultation": {"closes_on": "2026-12-15", "feedback_email": "a@tj.gov.cn"},
    "clarification": {"clarifies": "网传停止办理登记", "heard_at": "2026-11-01T09:00"},
    "powers": {"list_version": "2026年版", "checked_on": "2026-11-01", "changes_told": "新增1项"},
    "emergency_plan": {"plan_level": "department", "review_on": "2029-11-01"},
    "guide": {"updated_on": "2026-11-01"},
    "annual_report": {"report_year": 2026},
}
TEXT = (
    "<p>这是一篇说明，讲明适用范围、执行标准、便民举措和与原规定的差异，"
    "供听不到、看不到的读者了解主要内容，一共五十个字以上。</p>"
)
IMAGE = f'<p><img src="blob:{"a" * 64}"{{alt}}></p>'


def of(kind: str, **particulars: Any) -> Edition:
    metadata = making.metadata(kind=kind, doc_no=None, particulars=particulars)
    return Edition(release=1, number=1, metadata=metadata, documents=making.documents()[:1])


def codes(edition: Edition) -> set[tuple[str, str]]:
    mine = {"fact_missing", "fact_wanted", "dates_order", "consultation_short", "form_lacks", "form_without_text"}
    return {(one.code, one.place) for one in checks.findings(edition) if one.code in mine | {"form_doubtful"}}


@pytest.mark.parametrize("kind", WHOLE)
def test_nothing_is_found_where_nothing_is_missing(kind: str) -> None:
    assert codes(of(kind, **WHOLE[kind])) == set()


@pytest.mark.parametrize(
    ("kind", "takes", "found"),
    [
        ("meeting", {"held_on": None}, ("fact_missing", "held_on")),
        ("meeting", {"session": ""}, ("fact_wanted", "session")),
        ("consultation", {"closes_on": None}, ("fact_missing", "closes_on")),
        ("consultation", {"feedback_email": None}, ("fact_missing", "feedback_post")),
        ("consultation", {"closes_on": "2026-11-20"}, ("consultation_short", "closes_on")),
        ("consultation", {"closes_on": "2026-10-20"}, ("dates_order", "closes_on")),
        ("notice", {"posted_until": "2026-11-01"}, ("dates_order", "posted_until")),
        ("clarification", {"clarifies": None}, ("fact_missing", "clarifies")),
        ("powers", {"checked_on": None}, ("fact_missing", "checked_on")),
        ("emergency_plan", {"plan_level": None}, ("fact_missing", "plan_level")),
        ("emergency_plan", {"review_on": None}, ("fact_wanted", "review_on")),
        ("guide", {"updated_on": None}, ("fact_missing", "updated_on")),
        ("annual_report", {"report_year": None}, ("fact_missing", "report_year")),
    ],
)
def test_a_planted_fault_is_found_alone(kind: str, takes: dict[str, Any], found: tuple[str, str]) -> None:
    assert codes(of(kind, **WHOLE[kind] | takes)) == {found}


def test_it_is_asked_when_an_edition_is_frozen_and_not_of_one_that_was_public_before() -> None:
    old = of("meeting")
    assert [one.place for one in checks.entering(old)] == ["held_on"]
    assert checks.entering(old)[0].source == "津规资办发〔2020〕253号一（一）3"
    assert checks.blocking(old) == ()


@pytest.mark.parametrize(
    ("form", "body", "found"),
    [
        (Form.GRAPHIC, TEXT, "form_lacks"),
        (Form.GRAPHIC, IMAGE.format(alt=""), "form_without_text"),
        (Form.GRAPHIC, IMAGE.format(alt=' alt="办理登记的五个步骤"'), ""),
        (Form.VIDEO, TEXT, "form_lacks"),
        (Form.VIDEO, TEXT + '<p><a href="https://v.example.com/1">看视频</a></p>', "form_lacks"),
        (Form.VIDEO, '<p><a href="https://www.tj.gov.cn/v/1">看视频</a></p>', "form_without_text"),
        (Form.VIDEO, TEXT + '<p><a href="https://www.tj.gov.cn/v/1">看视频</a></p>', ""),
        (Form.QUESTIONS, TEXT, "form_doubtful"),
        (Form.QUESTIONS, "<p>什么时候施行？</p>" + TEXT, ""),
        (Form.EXPERT, TEXT, ""),
    ],
)
def test_an_interpretation_is_what_its_form_says(form: Form, body: str, found: str) -> None:
    reading = Document(role=Role.INTERPRETATION, number=1, title="解读", body=body, form=form)
    documents = (making.documents()[0], reading)
    edition = Edition(release=1, number=1, metadata=making.metadata(), documents=documents)
    assert {code for code, _ in codes(edition)} == ({found} if found else set())
