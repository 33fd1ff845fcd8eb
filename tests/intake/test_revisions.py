"""A text that is still being discussed: refused with what is in it, or settled as if its author had accepted all."""

from collections.abc import Callable
from typing import Any

import pytest

from hub.intake import convert
from hub.intake import docx as word_reader
from hub.intake.errors import Code, IntakeError

Word = Callable[..., bytes]
Element = Callable[[str], list[Any]]

NEW = '<w:ins w:id="1" w:author="张三"><w:r><w:t>七月</w:t></w:r></w:ins>'
OLD = '<w:del w:id="2" w:author="李四"><w:r><w:delText>六月</w:delText></w:r></w:del>'
GONE_END = '<w:pPr><w:rPr><w:del w:id="3" w:author="甲"/></w:rPr></w:pPr>'


@pytest.fixture
def discussed(word: Word, element: Element) -> bytes:
    """A document with changes, a comment and hidden text."""

    def build(document: Any) -> None:
        paragraph = document.paragraphs[1]._p
        for change in element(OLD + NEW):
            paragraph.append(change)
        document.paragraphs[2].add_run("内部掌握").font.hidden = True
        document.add_comment(document.paragraphs[2].runs, text="这里再核一下", author="甲", initials="J")

    return word("关于某事的通知", "截止日期为", "特此通知。", build=build)


async def test_what_is_in_question_is_told_with_counts_and_samples(discussed: bytes) -> None:
    with pytest.raises(IntakeError) as caught:
        await convert.convert("a.docx", discussed)
    assert caught.value.code is Code.TRACKED_CHANGES
    told = {one.code.value: one for one in caught.value.notices}
    assert (told["tracked_changes"].count, told["tracked_changes"].sample) == (2, "李四 删除“六月”")
    assert "新增1处、删除1处" in told["tracked_changes"].message
    assert (told["comments"].count, told["comments"].sample) == (1, "这里再核一下")
    assert all(one.asks for one in caught.value.notices)


async def test_settled_it_reads_as_its_author_would_see_it(discussed: bytes) -> None:
    read = await convert.convert("a.docx", discussed, settle=True)
    assert read.body == "<p>截止日期为七月</p><p>特此通知。</p>"
    assert [one.code.value for one in read.notices] == ["tracked_changes", "comments", "hidden_text"]
    assert read.notices[2].sample == "内部掌握"


def settled(data: bytes) -> str:
    return word_reader.read(data, settle=True).body


def test_paragraphs_whose_ends_were_deleted_run_into_each_other(word: Word, element: Element) -> None:
    def build(document: Any) -> None:
        for paragraph in document.paragraphs[1:3]:
            paragraph._p.insert(0, element(GONE_END)[0])

    assert settled(word("标题", "甲", "乙", "丙。", "丁。", build=build)) == "<p>甲乙丙。</p><p>丁。</p>"


def test_deleted_rows_and_cells_go_and_inserted_ones_stay(word: Word, element: Element) -> None:
    def build(document: Any) -> None:
        table = document.add_table(rows=3, cols=2)
        for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
            cell.text = f"格{number}"
        table.rows[1]._tr.get_or_add_trPr().append(element('<w:del w:id="1" w:author="甲"/>')[0])
        table.rows[2]._tr.get_or_add_trPr().append(element('<w:ins w:id="2" w:author="甲"/>')[0])
        table.rows[0].cells[1]._tc.get_or_add_tcPr().append(element('<w:cellDel w:id="3" w:author="甲"/>')[0])

    body = settled(word("标题", build=build))
    assert [f"格{number}" in body for number in range(6)] == [True, False, False, False, True, True]


def test_a_moved_text_stands_only_where_it_went(word: Word, element: Element) -> None:
    moved = (
        '<w:moveFrom w:id="1" w:author="甲"><w:r><w:t>原处</w:t></w:r></w:moveFrom>'
        '<w:moveTo w:id="2" w:author="甲"><w:r><w:t>新处</w:t></w:r></w:moveTo>'
    )

    def build(document: Any) -> None:
        for change in element(moved):
            document.paragraphs[1]._p.append(change)

    assert settled(word("标题", "见", build=build)) == "<p>见新处</p>"


def test_a_change_of_form_alone_changes_no_word(word: Word, element: Element) -> None:
    def build(document: Any) -> None:
        properties = document.paragraphs[1].runs[0]._r.get_or_add_rPr()
        properties.append(element('<w:rPrChange w:id="1" w:author="甲"><w:rPr/></w:rPrChange>')[0])

    data = word("标题", "正文。", build=build)
    assert settled(data) == "<p>正文。</p>"
    with pytest.raises(IntakeError) as caught:
        word_reader.read(data)
    assert "格式调整1处" in caught.value.notices[0].message
