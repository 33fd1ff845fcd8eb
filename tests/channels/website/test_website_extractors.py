"""Article extractors that nobody here wrote get title, date and text of every page with a text, and nothing else."""

import logging
from typing import Any

import pytest
import trafilatura
from lxml import html  # type: ignore[import-untyped]
from readability import Document  # type: ignore[import-untyped]

from channels import fingerprint, website
from channels.contract import Tools
from schemas.parcel import Parcel
from schemas.standing import StandingKind, Successor
from tests.channels.conftest import OFFICIAL_AT, build_notice
from tests.channels.website.shown import MakeParcel

PARAGRAPH = "<p>{}全面梳理行政权力事项，及时公开权责清单，动态调整并注明依据，方便群众和企业查询监督。</p>"
TEXT = (
    "<p>局属各单位、机关各处室：</p><p>现将工作要点印发给你们，请认真遵照执行。</p>"
    '<p class="signature">2026年2月27日</p>'
    '<p>（此件主动公开）</p><p class="doc-title">2026年政务公开工作要点</p><h2>一、聚焦用权公开</h2>'
    + "".join(PARAGRAPH.format(f"{n}.") for n in range(1, 5))
    + "<ul><li>公开一律使用本机关网站和政府信息公开专栏。</li><li>网址 https://www.tj.gov.cn/zwgk/zcjd/index.html</li></ul>"
    "<h3>（一）分工</h3><table><tbody><tr><th>事项</th><th>牵头处室</th></tr>"
    "<tr><td>权责清单的梳理和公开</td><td>办公室会同机关各处室</td></tr></tbody></table>"
    + PARAGRAPH.format("5.")
    + "<blockquote><p>一经公开即代表正式发布。</p></blockquote>"
)
BRIEF = "<p>各区分局：</p>" + "".join(PARAGRAPH.format(f"{n}.") for n in range(1, 4))
SHORT = "<p>经研究决定，原《信息公开规定》自2026年4月1日起停止执行。</p>"
OURS = Successor(release=1009, title="关于印发2027年政务公开工作要点的通知")
NOTICES = {
    "in force": None,
    "repealed": build_notice(successor=OURS),
    "amended": build_notice(StandingKind.AMENDED),
}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)


def extracted(page: str) -> Any:
    return trafilatura.bare_extraction(page, with_metadata=True)


def titled(parcel: Parcel, number: int) -> str:
    marks = {StandingKind.REPEALED: "(已废止)", StandingKind.AMENDED: "(已修改)"}
    mark = marks.get(parcel.notice.kind, "") if parcel.notice and not number else ""
    return parcel.edition.documents[number].title + mark


@pytest.mark.parametrize("text", [TEXT, BRIEF], ids=["long", "brief"])
@pytest.mark.parametrize("standing", NOTICES)
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("official", [None, OFFICIAL_AT], ids=["pending", "official"])
def test_both_extractors_get_title_date_and_text_exactly(
    channel: website.Website,
    tools: Tools,
    make_parcel: MakeParcel,
    make_attachment: Any,
    text: str,
    standing: str,
    number: int,
    official: Any,
) -> None:
    file = make_attachment(b"x", "分工表.pdf", "application/pdf")
    fields = {"body": text, "interpretation_body": text, "attachments": (file,)}
    parcel = make_parcel(interpretations=2, official_at=official, notice=NOTICES[standing], **fields)
    page = channel.render(parcel).files[number].body.decode()
    wanted = fingerprint.fragment(text)
    got = extracted(page)
    assert (got.title, got.date, got.sitename) == (titled(parcel, number), "2026-03-02", tools.site.name)
    assert got.url == parcel.addresses[parcel.edition.documents[number].name]
    assert fingerprint.digest("".join(got.body.itertext())) == wanted
    read = Document(page)
    assert read.short_title() == titled(parcel, number)
    assert fingerprint.digest(html.fromstring(read.summary()).text_content()) == wanted


def test_what_stands_above_a_text_until_a_day_is_no_part_of_it(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    particulars = {"closes_on": "2026-12-20", "feedback_email": "yijian@example.gov.cn"}
    parcel = make_parcel(kind="consultation", particulars=particulars, body=BRIEF, interpretations=0)
    page = channel.render(parcel).files[0].body.decode()
    assert 'id="gongbu-closing"' in page
    wanted = fingerprint.fragment(BRIEF)
    assert fingerprint.digest("".join(extracted(page).body.itertext())) == wanted
    assert fingerprint.digest(html.fromstring(Document(page).summary()).text_content()) == wanted


def test_a_text_of_one_line_is_not_lost_among_what_stands_around_it(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    page = channel.render(make_parcel(body=SHORT, official_at=OFFICIAL_AT)).files[0].body.decode()
    assert fingerprint.digest(html.fromstring(Document(page).summary()).text_content()) == fingerprint.fragment(SHORT)
    got = extracted(page)
    assert "自2026年4月1日起停止执行" in got.text
    assert "sha256" not in got.text


def test_the_longest_title_is_taken_without_the_sites_name(channel: website.Website, make_parcel: MakeParcel) -> None:
    title = f"关于转发{'加强国土空间规划编制实施管理工作' * 11}的通知"
    assert 150 <= len(title) <= 200
    page = channel.render(make_parcel(title=title, body=BRIEF)).files[0].body.decode()
    assert (Document(page).short_title(), extracted(page).title) == (title, title)
