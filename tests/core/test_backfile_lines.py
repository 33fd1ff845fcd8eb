"""What a line of the sheet of older documents must be, and what is told of one that is not."""

from datetime import date

import pytest

from hub.core.backfiles import lines, rules
from schemas.errors import HubError
from schemas.release import Disclosure

BOUNDS = lines.Bounds({"办公室", "规划处"}, 2010, date(2026, 11, 26))
HEAD = list(lines.COLUMNS)
GOOD = {
    "标题": "关于存量的通知",
    "发文字号": "津规资办发[2012] 25号",
    "索引号": "11120000MB1909339EMB1909339E/2012-00592",
    "发文机关": "天津市规划局",
    "责任处室": "规划处",
    "成文日期": "2012年3月5日",
    "公开属性": "依申请公开",
    "有效性": "有效",
}


def row(**changes: str) -> list[str]:
    return [(GOOD | changes).get(name, "") for name in HEAD]


def told(**changes: str) -> str:
    right, wrong = lines.read([HEAD, row(**changes)], BOUNDS)
    assert not right
    return "".join(wrong[0].told)


def test_a_right_line_is_read_as_it_is_meant() -> None:
    title = ["天津市规划局存量文件清单"]
    right, wrong = lines.read([title, HEAD, [], row(), row(标题="另一份", 发文字号="", 公开属性="", 索引号="")], BOUNDS)
    assert wrong == []
    (number, record, cells), (_, other, _) = right
    assert (number, cells["责任处室"]) == (4, "规划处")
    assert (record.doc_no, record.signed_on) == ("津规资办发〔2012〕25号", date(2012, 3, 5))
    assert (record.index_no, record.disclosure) == (GOOD["索引号"], Disclosure.ON_REQUEST)
    assert (other.doc_no, other.disclosure, other.index_no) == (None, None, None)


@pytest.mark.parametrize("typed", ["2012-03-05", "2012/3/5", "2012.3.5", "20120305", "二〇一二年三月五日"])
def test_a_day_is_read_in_every_form_that_offices_write(typed: str) -> None:
    ((_, record, _),), _ = lines.read([HEAD, row(成文日期=typed)], BOUNDS)
    assert record.signed_on == date(2012, 3, 5)


def test_issuer_and_unit_may_share_a_column() -> None:
    head = ["标题", "发文机关/处室", "成文日期", "有效性"]
    ((_, record, _),), _ = lines.read([head, ["通知", "天津市规划局/规划处", "2012-03-05", "有效"]], BOUNDS)
    assert (record.issuer, record.unit) == ("天津市规划局", "规划处")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"标题": " "}, "标题为空"),
        ({"发文字号": "津规资办发〔2012〕025号"}, "序号前不加 0"),
        ({"索引号": "11120000MB1909339X/2012-00592"}, "校验码不符"),
        ({"责任处室": "没有的处"}, "没有名为“没有的处”的单位"),
        ({"成文日期": "2012年2月30日"}, "成文日期应形如"),
        ({"成文日期": "2027-01-01"}, "不能晚于今天"),
        ({"公开属性": "公开"}, "公开属性应填"),
        ({"有效性": ""}, "有效性应填"),
        (
            {"标题": "长" * 201, "有效性": "?"},
            "有效性应填：有效、已修改、尚未施行、已废止、已失效标题为空或超过 200 字",
        ),
        ({"公开属性": "主动公开"}, "无须重新审定"),
        ({"有效性": "已废止"}, "不在重新审定的范围"),
        ({"成文日期": "2009-12-31"}, "2010 年以前"),
    ],
)
def test_every_wrong_line_is_told_what_to_do(changes: dict[str, str], words: str) -> None:
    assert words in told(**changes)


def test_twice_the_same_is_told_with_the_first_ones_line() -> None:
    right, (wrong,) = lines.read([HEAD, row(), row(标题="关于 存量的通知")], BOUNDS)
    assert len(right) == 1
    assert (wrong.line, wrong.told) == (3, ("与第 2 行是同一份文件，请删去一行",))


@pytest.mark.parametrize(
    "rows", [[["说明"]], [["标题", "成文日期"]], [HEAD], [HEAD, *([row()] * (lines.MAX_LINES + 1))]]
)
def test_a_sheet_that_cannot_be_read_is_refused_whole(rows: list[list[str]]) -> None:
    with pytest.raises(HubError) as refused:
        lines.read(rows, BOUNDS)
    assert "sheet" in refused.value.fields


def test_the_next_day_is_one_that_exists() -> None:
    assert rules.due_on(Disclosure.CLOSED, date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert rules.due_on(Disclosure.ON_REQUEST, date(2026, 11, 26), 12) == date(2027, 11, 26)
    assert rules.due_on(Disclosure.OPEN, date(2026, 11, 26), 12) is None
