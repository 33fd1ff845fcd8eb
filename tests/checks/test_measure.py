"""The two figures that the checks are held to, and what must hold of the findings beside them."""

from datetime import date

from hub.core import checks
from hub.core.checks import Severity
from hub.core.checks.known import Known
from schemas.inspection import Found, Inspection, Line, Trace
from schemas.release import Attachment
from schemas.rulebook import Rulebook
from tests.checks import clean, faults, measure
from tests.checks.planted_numbers import FIRST
from tests.core.checked import edition


def test_every_planted_fault_is_found_and_what_blocks_stops() -> None:
    lost, planted = measure.missed()
    assert lost == []
    assert planted.total() >= 100


def test_clean_texts_of_sixty_kinds_raise_no_false_alarm_in_fifty() -> None:
    texts = clean.texts()
    assert len(texts) >= 60
    assert len({name for name, _ in measure.alarms()}) / (len(texts) * clean.VARIANTS) < 0.02


def test_no_message_and_no_log_says_the_number_that_it_warns_of() -> None:
    for fault in faults.all_of_them():
        if fault.code == "id_number" and "标题" not in fault.name:
            told = [one for one in checks.findings(fault.edition, known=fault.known) if one.code == "id_number"]
            assert told
            assert not [one for one in told if FIRST in one.message]


def test_what_is_known_of_a_file_is_judged_by_the_table() -> None:
    file = Attachment(name="名单.xlsx", media="application/pdf", size=1, sha256="d" * 64)
    one = edition("正文。")
    one = faults.document(one, attachments=(file,))
    rows = (Line(where="工作表“名单”第2行", text=f"王某\x1f{FIRST}", in_table=True), Line(text="内部资料 注意保存"))
    seen = Inspection(
        traces=(
            Found(trace=Trace.CHANGES, where="张三", words="删除“待定”"),
            Found(trace=Trace.AUTHOR, words="作者 张三"),
        ),
        lines=rows,
        can_be_cleaned=True,
    )
    known = Known(files={file.sha256: seen})
    found = {told.code: told for told in checks.findings(one, (), Rulebook(), known)}
    assert {"file_changes", "file_author", "id_number", "mark_in_text"} <= found.keys()
    assert "第2行" in found["id_number"].message
    assert found["file_author"].fix is not None
    assert found["file_changes"].fix is None
    stopping = {told.code for told in checks.entering(one, Rulebook(), known)}
    assert stopping == {"file_changes", "id_number", "mark_in_text"}
    assert checks.entering(one) == ()


def test_a_day_to_come_is_asked_for_only_where_the_day_is_known() -> None:
    one = edition("正文。", printed_on=date(2027, 1, 4))
    assert "date_in_future" not in {told.code for told in checks.findings(one)}
    found = [told for told in checks.findings(one, known=Known(today=faults.TODAY)) if told.code == "date_in_future"]
    assert [told.severity for told in found] == [Severity.BLOCKS]
