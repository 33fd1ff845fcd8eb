"""The fingerprint: the same for every way of writing the same text, another for any other text."""

import html

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from channels import fingerprint

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(WORDS)
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    assert fingerprint.normal(fingerprint.normal(text)) == fingerprint.normal(text)


@given(st.lists(WORDS, max_size=5), st.sampled_from(["\n", "  ", "\u200b", "\u3000", "\ufeff", "\t\u00ad\r\n"]))
def test_white_space_and_invisible_marks_do_not_count(words: list[str], space: str) -> None:
    assert fingerprint.digest(space.join([*words, ""])) == fingerprint.digest("".join(words))


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_other_elements_around_the_same_text_do_not_count(words: list[str]) -> None:
    plain = "".join(f"<p>{html.escape(word)}</p>" for word in words)
    rewritten = "".join(f'<section style="x"><p><span>{html.escape(w)}</span></p>\n<!-- n --></section>' for w in words)
    assert fingerprint.fragment(plain) == fingerprint.fragment(rewritten)


@given(WORDS, WORDS)
def test_another_text_has_another_fingerprint(one: str, other: str) -> None:
    assume(fingerprint.normal(one) != fingerprint.normal(other))
    assert fingerprint.fragment(html.escape(one)) != fingerprint.fragment(html.escape(other))


@given(WORDS)
def test_an_element_of_a_page_has_the_fingerprint_of_its_text(text: str) -> None:
    page = f"<html><body><p>页眉</p><div id='text'><p>{html.escape(text)}</p></div><p>页脚</p></body></html>"
    assert fingerprint.element(page.encode(), "text") == fingerprint.digest(text)


@given(st.binary(max_size=300))
def test_no_page_makes_it_raise(page: bytes) -> None:
    fingerprint.element(page, "text")


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert fingerprint.digest("é") == fingerprint.digest("e\u0301")


def test_code_is_not_text() -> None:
    assert fingerprint.fragment("<p>文</p><script>let a</script><style>p{}</style>") == fingerprint.digest("文")


@pytest.mark.parametrize("page", [b"", b"<p>", b"<div id='text'>a</div><div id='text'>a</div>", b"\x00"])
def test_none_or_two_elements_have_no_fingerprint(page: bytes) -> None:
    assert fingerprint.element(page, "text") is None
