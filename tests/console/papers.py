"""Word files as editors bring them, made small for tests."""

import io

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml

from tests.console.clerk import Sheet

POLICY = (
    ("关于加强规划公示工作的通知", "center"),
    ("津规资办发〔2026〕12号", "center"),
    ("各区分局，局机关各处室：", ""),
    ("为加强规划公示工作，现就有关事项通知如下。", ""),
    ("一、工作要求", ""),
    ("各单位要按照规定的时限公示规划成果。", ""),
    ("二、施行时间", ""),
    ("本通知自2026年12月1日起施行。", ""),
    ("天津市规划和自然资源局", "right"),
    ("2026年11月20日", "right"),
    ("（此件主动公开）", ""),
)
INTERPRETATION = (
    ("《关于加强规划公示工作的通知》政策解读", "center"),
    ("《关于加强规划公示工作的通知》（津规资办发〔2026〕12号）已经印发，现解读如下。", ""),
    ("一、出台背景", ""),
    ("规划公示是听取公众意见的重要环节。", ""),
)
_SIDES = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def word(lines: tuple[tuple[str, str], ...] = POLICY) -> bytes:
    """A .docx of these lines, each with its side."""
    paper = docx.Document()
    for line, side in lines:
        paragraph = paper.add_paragraph(line)
        if side:
            paragraph.alignment = _SIDES[side]
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def value(sheet: Sheet, name: str) -> str:
    """What stands in the page's last field of this name."""
    found = sheet.soup.find_all(["input", "textarea"], attrs={"name": name})
    assert found, name
    return str(found[-1].get("value", found[-1].get_text()))


def fields(sheet: Sheet, action: str) -> dict[str, list[str]]:
    """What the text fields of the form hold, for a test that sends them elsewhere."""
    form = sheet.form(action)
    found = {str(one["name"]): [str(one.get("value", ""))] for one in form.find_all("input", attrs={"name": True})}
    texts = form.find_all("textarea")
    return found | {str(one["name"]): [one.get_text().removeprefix("\n")] for one in texts}


def tracked() -> bytes:
    """A policy that is still being discussed: one word struck out, one put in, each with its author."""
    paper = docx.Document()
    for line, _ in POLICY:
        paper.add_paragraph(line)
    who = 'w:id="1" w:author="起草人" w:date="2026-11-20T09:00:00Z"'
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    changes = (
        f"<w:del {space} {who}><w:r><w:delText>十日</w:delText></w:r></w:del>",
        f"<w:ins {space} {who}><w:r><w:t>二十日</w:t></w:r></w:ins>",
    )
    paragraph = paper.add_paragraph("期限为")
    for change in changes:
        paragraph._p.append(parse_xml(change))
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()
