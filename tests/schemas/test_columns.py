"""The columns as data: every kind has its place, and the disclosure column has the names that are laid down."""

import re

import pytest

from schemas import columns
from schemas.columns import ARCHIVE, COLUMNS, DISCLOSURE
from schemas.release import Kind, Role

#: 国办发〔2017〕47号, 网页标签: the classes of ColumnType.
CLASSES = re.split(
    r"\s+",
    "概况信息 机构职能 负责人信息 政策文件 解读回应 工作动态 信息公开指南 信息公开目录 信息公开年报 依申请公开 "
    "数据发布 办事服务 互动交流",
)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("role", Role)
def test_the_column_that_a_document_names_lists_it(kind: Kind, role: Role) -> None:
    own = columns.own(kind, role)
    assert own.lists(kind, role)
    assert own in columns.listing(kind, [Role.POLICY, Role.INTERPRETATION])
    assert ARCHIVE in columns.listing(kind, [Role.POLICY])


def test_the_disclosure_column_has_its_four_parts_and_no_other() -> None:
    # 国办公开办函〔2019〕61号: 统一名称, 统一格式.
    assert [one.name for one in columns.below(DISCLOSURE)] == [
        "政府信息公开指南",
        "政府信息公开制度",
        "法定主动公开内容",
        "政府信息公开年报",
    ]


@pytest.mark.parametrize("column", COLUMNS.values(), ids=lambda one: one.code)
def test_a_column_is_described_as_the_guide_wants(column: columns.Column) -> None:
    assert column.type in CLASSES
    assert column.description.endswith("。")
    assert "，" not in column.keywords
    assert column.code.isascii()
    assert [one.code for one in columns.trail(column)] == [code for code in (column.parent, column.code) if code]


def test_a_normative_document_is_on_every_list_that_is_due_to_it() -> None:
    there = {one.code for one in columns.listing(Kind.NORMATIVE, [Role.POLICY, Role.INTERPRETATION])}
    assert there == {"zcwj", "gfxwj", "zcjd", "fdzdgknr", "lnwj"}
    assert {one.code for one in columns.listing(Kind.NOTICE, [Role.POLICY])} == {"tzgg", "lnwj"}
