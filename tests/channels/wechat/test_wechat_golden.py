"""Articles that were looked at on a telephone's width are the same to the byte, and each says what it is not."""

import pytest

from channels.wechat import article, excerpt
from tests.channels.wechat.articles import ARTICLES, HERE, rendered

#: What is told of each before review, the losses first.
TOLD = {
    "notice": [],
    "tables": ["1 张宽表"],
    "lists": ["列出 2 个网址", "1 处多级列表"],
    "pictures": [],
    "annex": ["附件不在图文中，由“阅读原文”引到网站"],
    "long": ["“第三章 总则之三”及以后的部分不在图文中"],
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_as_it_was_looked_at_and_says_what_it_is_not(name: str) -> None:
    made = rendered(name)
    body = made.files[1].body.decode()
    assert body == (HERE / f"{name}.html").read_text("utf-8")
    assert excerpt.cost(body) < article.MAX_CONTENT_CHARACTERS
    assert len(made.remarks) == len(TOLD[name])
    for remark, words in zip(made.remarks, TOLD[name], strict=True):
        assert words in remark.words
        assert remark.is_loss == ("不在图文中" in words)


def test_an_excerpt_ends_whole_and_leads_to_the_rest() -> None:
    text = rendered("long").files[1].body.decode()
    assert text.index("本文为节选") < text.index("第一章") < text.index("自“第三章 总则之三”起未在此刊登")
    assert "第三章　总则之三</h2>" not in text
    letter = rendered("annex").files[1].body.decode()
    assert "附件因篇幅所限未在此刊登" in letter
    assert "第一章" not in letter
