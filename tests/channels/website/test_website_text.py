"""The text as a page sets it: no character of it becomes another, and what is not clean is refused."""

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from channels import fingerprint, website
from channels.contract import ChannelError
from channels.website import typeset
from schemas.delivery import Reaction
from tests.channels.website.shown import MakeParcel, page, publish, tags


def test_a_title_breaks_between_words_and_keeps_its_letters(channel: website.Website, make_parcel: MakeParcel) -> None:
    text = page(channel, make_parcel(title="关于印发<b>2026年度</b>要点的通知"))
    assert '<span class="whole">关于</span><span class="whole">印发</span>&lt;b&gt;<span class="whole">2026年度' in text
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    assert "".join(root.find(".//h1").itertext()) == "关于印发<b>2026年度</b>要点的通知"


@pytest.mark.parametrize(
    ("body", "times"),
    [
        ("<p>正文。</p>", 1),
        ('<p class="align-center"><strong>津规资办发〔2026〕12号</strong></p><p>正文。</p>', 0),
        ("<p>津规资办发〔2026〕12号已收悉。</p>", 1),
    ],
)
def test_the_number_stands_below_the_title_unless_the_text_opens_with_it(
    channel: website.Website, make_parcel: MakeParcel, body: str, times: int
) -> None:
    root = etree.fromstring(page(channel, make_parcel(body=body)).encode(), etree.HTMLParser(encoding="utf-8"))
    assert root.xpath("//header/p[@class='number meta']/text()") == ["津规资办发〔2026〕12号"] * times


async def test_every_table_scrolls_in_a_frame_of_its_own_and_the_text_stays_the_same(
    channel: website.Website, make_parcel: MakeParcel, make_attachment: Any, notes: Any, shelf: Any, blobs: Any
) -> None:
    image = make_attachment(b"PNG", "图.png", "image/png")
    blobs.put(b"PNG")
    inner = f'<table><tbody><tr><td><img src="blob:{image.sha256}" alt="<table>一"></td></tr></tbody></table>'
    body = f"<table><tbody><tr><td>{inner}</td></tr></tbody></table><p>&lt;table&gt;</p>"
    parcel = make_parcel(body=body, images=(image,))
    root = etree.fromstring(page(channel, parcel).encode(), etree.HTMLParser(encoding="utf-8"))
    tables = root.xpath("//*[@id='gongbu-text']//table")
    assert [(t.getparent().get("class"), t.getparent().get("tabindex")) for t in tables] == [
        ("scroll text-table", "0")
    ] * 2
    assert root.xpath("//img/@alt") == ["<table>一"]
    assert await channel.sight(parcel, await publish(channel, parcel, notes, shelf), notes)


def test_everything_that_people_wrote_is_escaped(
    channel: website.Website, make_parcel: MakeParcel, make_attachment: Any
) -> None:
    evil = "<script>alert(1)</script>\"'&"
    file = make_attachment(b"x", '<img src=x onerror="a">.pdf', "application/pdf")
    parcel = make_parcel(title=evil, issuer=evil, keywords=(evil,), attachments=(file,))
    text = page(channel, parcel)
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    assert "<script" not in text
    assert root.findtext(".//h1") == evil
    assert not root.xpath("//img")
    assert dict(tags(text))["ArticleTitle"] == evil


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        "<p style='a'>x</p>",
        "<p onclick=a>x</p>",
        '<a href="javascript:a()">x</a>',
        "<!-- a -->",
        '<p id="gongbu-text">x</p>',
    ],
)
def test_an_unclean_body_is_refused_and_not_repaired(
    channel: website.Website, make_parcel: MakeParcel, body: str
) -> None:
    with pytest.raises(ChannelError) as refused:
        channel.render(make_parcel(body=body))
    assert refused.value.trouble.reaction is Reaction.BUG


def test_a_long_address_breaks_anywhere_and_stays_as_it_was(channel: website.Website, make_parcel: MakeParcel) -> None:
    address = "https://zwfw.tj.gov.cn/" + "a" * 40
    body = f'<p>网上办理：{address}&amp;b=1</p><p><a href="{address}">办理</a></p>'
    text = page(channel, make_parcel(body=body))
    assert f'<span class="loose">{address}&amp;b=1' in text
    assert f'<a href="{address}">办理</a>' in text
    assert fingerprint.element(text.encode(), "gongbu-text") == fingerprint.fragment(body)


@pytest.mark.parametrize(
    "text",
    [
        "甲&lt;svg/onload='window.__x=1234567890'&gt;乙",
        "https://example.gov.cn/a?b=1&amp;c=2&amp;dddddddddddddddddddd",
        "&lt;a&gt;&lt;b&gt;&lt;c&gt;&lt;d&gt;&lt;e&gt;&lt;f&gt;&lt;g&gt;&lt;h&gt;&lt;i&gt;",
        "R&amp;D",
    ],
)
def test_what_is_set_for_screens_says_the_same_as_before(text: str) -> None:
    body = f"<p>{text}</p>"
    assert fingerprint.fragment(typeset.fitted(body)) == fingerprint.fragment(body)


@given(st.text(st.sampled_from("ab<>&\"'/=;甲 "), max_size=80))
def test_no_text_is_changed_by_being_set(text: str) -> None:
    body = f"<p>{escape(text, quote=False)}</p>"
    assert fingerprint.fragment(typeset.fitted(body)) == fingerprint.fragment(body)
