from datetime import date
from typing import Any

import pytest

from hub.core.redline.changes import LABELS, Change, What, changes
from schemas.edition import Edition
from schemas.particulars import Form
from schemas.release import Attachment, Document, Metadata, Role
from tests import making


def edition(*documents: Document, **fields: object) -> Edition:
    return Edition(release=1, number=1, metadata=making.metadata(**fields), documents=documents or making.documents())


def file(name: str, digest: str = "a") -> Attachment:
    return Attachment(name=name, media="application/pdf", size=3, sha256=digest * 64)


def policy(**fields: object) -> Document:
    values: dict[str, Any] = {"role": Role.POLICY, "number": 0, "title": "关于测试的通知", "body": "<p>甲。</p>"}
    return Document(**(values | fields))


def interpretation(number: int) -> Document:
    return Document(role=Role.INTERPRETATION, number=number, title=f"解读{number}", body="<p>乙。</p>")


def test_every_field_has_a_label() -> None:
    assert set(LABELS) == set(Metadata.model_fields) - {"particulars"}  # each of those has its own


def test_what_a_kind_has_of_its_own_is_told_field_by_field() -> None:
    before = edition(interpretation(1), kind="meeting", particulars={"held_on": "2026-11-01"})
    drawn = interpretation(1).model_copy(update={"form": Form.GRAPHIC})
    after = edition(drawn, kind="meeting", particulars={"held_on": "2026-11-02", "session": "第3次"})
    assert [(one.label, one.old, one.new) for one in changes(before, after)] == [
        ("会议日期", "2026年11月1日", "2026年11月2日"),
        ("会次", "", "第3次"),
        ("解读形式", "文字", "图解"),
    ]


def test_an_edition_does_not_differ_from_itself() -> None:
    assert changes(edition(), edition()) == ()


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (
            {"signed_on": date(2026, 1, 2)},
            {"signed_on": date(2026, 11, 12)},
            Change(what=What.CHANGED, place="signed_on", label="成文日期", old="2026年1月2日", new="2026年11月12日"),
        ),
        ({}, {"note": "此件主动公开"}, Change(what=What.ADDED, place="note", label="附注", new="此件主动公开")),
        (
            {"keywords": ("甲", "乙")},
            {},
            Change(what=What.REMOVED, place="keywords", label="关键词", old="甲、乙"),
        ),
        (
            {},
            {"disclosure": "closed"},
            Change(what=What.CHANGED, place="disclosure", label="公开属性", old="主动公开", new="不予公开"),
        ),
    ],
)
def test_a_changed_field_is_told_as_people_read_it(
    before: dict[str, object], after: dict[str, object], change: Change
) -> None:
    assert changes(edition(**before), edition(**after)) == (change,)


def test_documents_come_go_and_change() -> None:
    before = edition(policy(), interpretation(2), interpretation(3))
    after = edition(policy(body="<p>甲乙。</p>", title="新标题"), interpretation(2), interpretation(10))
    assert [(change.what, change.place, change.label, change.old, change.new) for change in changes(before, after)] == [
        ("changed", "policy", "文件标题", "关于测试的通知", "新标题"),
        ("changed", "policy", "正文", "2字", "3字"),
        ("removed", "interpretation-3", "政策解读", "解读3", ""),
        ("added", "interpretation-10", "政策解读", "", "解读10"),
    ]


def test_attachments_come_go_change_and_are_reordered() -> None:
    before = edition(policy(attachments=(file("甲.pdf"), file("乙.pdf"), file("丙.pdf"))))
    after = edition(policy(attachments=(file("乙.pdf", "b"), file("丁.pdf"), file("丙.pdf"))))
    assert [(change.what, change.label, change.old, change.new) for change in changes(before, after)] == [
        ("removed", "附件", "甲.pdf", ""),
        ("changed", "附件", "乙.pdf（3字节）", "乙.pdf（3字节）"),
        ("added", "附件", "", "丁.pdf"),
    ]
    turned = edition(policy(attachments=(file("丙.pdf"), file("乙.pdf"), file("甲.pdf"))))
    assert [change.label for change in changes(before, turned)] == ["附件次序"]
