import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import hypertext


@pytest.mark.parametrize(
    "words", ["https://www.tj.gov.cn/", "http:", "通知.htm", ".HTM", "附件.xml", "", "津政发〔2026〕1号"]
)
def test_a_text_is_parsed_whatever_it_says(words: str) -> None:
    # A warning is an error here.
    assert hypertext.parse(words).get_text() == words


@pytest.mark.parametrize("begun", ["<![;", "<![x[甲", "<![endif", "<![CDATA[甲", "<![if !vml]", "<!", "<!-", "<!["])
def test_what_only_begins_takes_nothing_before_it_along(begun: str) -> None:
    assert hypertext.parse(f"<p>正文</p>{begun}").get_text().startswith("正文")


@given(
    st.lists(st.sampled_from(["<", "!", "[", "]", ">", "-", "/", "?", "if", "CDATA", "a", '"', "=", "&", ";", "\n"]))
)
def test_no_text_is_refused(pieces: list[str]) -> None:
    hypertext.parse("".join(pieces))


def test_classes_are_a_list_or_stay_one_string() -> None:
    html = '<p class="align-right signature">甲</p>'
    paragraphs = [hypertext.parse(html, split=split).p for split in (True, False)]
    assert [one and one["class"] for one in paragraphs] == [["align-right", "signature"], "align-right signature"]
