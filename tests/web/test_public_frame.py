"""The hub's messages in the site's frame, and without one."""

from pathlib import Path

from hub.web import frame

FRAME = "<title>旧 - 站</title><nav>栏目</nav><main><!--main--><h1>旧</h1>\n<!--/main--></main>"


def test_a_message_stands_in_the_frame_that_the_site_prepared(tmp_path: Path) -> None:
    (tmp_path / "404.html").write_text(FRAME, "utf-8")
    text = frame.message(tmp_path, "暂时不能提供", "请稍后再试。").decode()
    assert "<title>暂时不能提供 - 站</title><nav>栏目</nav><main><h1>暂时不能提供</h1>" in text
    assert "请稍后再试。" in text
    assert "旧" not in text


def test_before_the_first_page_a_message_stands_alone(tmp_path: Path) -> None:
    text = frame.message(tmp_path / "none", "暂时不能提供", "请稍后再试。").decode()
    assert text.startswith("<!DOCTYPE html>")
    assert "<title>暂时不能提供</title>" in text
    assert '<a href="/">返回首页</a>' in text


def test_a_message_is_text_and_no_pattern(tmp_path: Path) -> None:
    text = frame.message(tmp_path, r"<b>\1\g<0></b>", "<!--main-->&").decode()
    assert r"<title>&lt;b&gt;\1\g&lt;0&gt;&lt;/b&gt;</title>" in text
    assert "&lt;!--main--&gt;&amp;" in text


def test_a_page_is_found_by_searchers_only_where_it_says_that_it_stands(tmp_path: Path) -> None:
    unfound = '<meta name="robots" content="noindex">'
    (tmp_path / "404.html").write_text(unfound + FRAME, "utf-8")
    assert unfound in frame.page(tmp_path, "题", "<p>文</p>").decode()
    text = frame.page(tmp_path, "题", "<p>文</p>", canonical="https://a.gov.cn/register").decode()
    assert unfound not in text
    assert '<link rel="canonical" href="https://a.gov.cn/register">' in text
