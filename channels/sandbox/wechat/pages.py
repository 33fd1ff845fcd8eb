"""What people see: published articles, and a list of everything in the sandbox."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from string import Template
from typing import Any

from aiohttp import web

from channels.sandbox.wechat.book import Article, Book

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--quiet:#6b7280;--line:#e3e6ea;--ground:#f6f7f8;--paper:#fff;--mark:#1e6b4c}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--quiet:#9aa3ad;--line:#33383e;--ground:#16181b;
--paper:#1d2023;--mark:#5fc39a}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);overflow-wrap:anywhere;
font:17px/1.75 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:721px;margin:0 auto;padding:24px 22px 64px;background:var(--paper);min-height:100vh}
h1{font-size:24px;line-height:1.45;margin:0 0 12px}h2{font-size:18px;margin:32px 0 8px}a{color:var(--mark)}
.meta{color:var(--quiet);font-size:15px;margin:0 0 24px}
.cover{display:block;width:100%;height:auto;border-radius:4px;margin:0 0 24px}
main>ul{padding:0;list-style:none}main>ul>li{border-top:1px solid var(--line);padding:12px 0;overflow:hidden}
.square{float:right;width:64px;border-radius:4px;margin-left:12px}
.note{color:var(--quiet);font-size:15px;margin:0}
"""
PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>$title</title><style>$style</style></head><body><main>$main</main></body></html>
""")


def index(book: Book, account: str) -> web.Response:
    """The list of published articles and of drafts."""
    articles = "".join(_published(one) for one in reversed(book.state.articles.values()))
    drafts = "".join(
        f"<li>{escape(one['title'])}<p class=note>草稿箱，{_time(draft['update_time'])}</p></li>"
        for draft in reversed(book.state.drafts.values())
        for one in draft["news_item"]
    )
    main = (
        f"<h1>微信公众号沙箱</h1><p class=meta>公众号 {escape(account)}。此处内容仅供演示和测试，没有向公众发布。</p>"
        f"<h2>已发布</h2><ul>{articles or '<li class=note>还没有已发布的文章。</li>'}</ul>"
        f"<h2>草稿箱</h2><ul>{drafts or '<li class=note>草稿箱是空的。</li>'}</ul>"
    )
    return _page("微信公众号沙箱", main)


def article(book: Book, name: str) -> web.Response:
    """One published article. One that was taken away says so with status 200, as on the platform; 404: never was."""
    for one in book.state.articles.values():
        for item, url in zip(one.items, one.urls, strict=True):
            if url.rpartition("/")[2] == name and (one.banned or item["is_deleted"]):
                told = "此内容因违规无法查看" if one.banned else "该内容已被发布者删除"
                return _page(told, f"<h1>{told}</h1>")
            if url.rpartition("/")[2] == name:
                source = escape(item["content_source_url"])
                main = (
                    f'<h1 id="activity-name">{escape(item["title"])}</h1>'
                    f'<p class="meta"><span id="js_name">{escape(item["author"] or "沙箱公众号")}</span>　'
                    f'<span id="publish_time">{_time(one.created)}</span></p>'
                    f'<img class="cover" src="{escape(_path(item["thumb_url"]))}" alt="封面"'
                    f' style="{_cut(item, "pic_crop_235_1")}">'
                    f'<div id="js_content">{item["content"]}</div>'
                    f'<p class="meta"><a id="js_view_source" href="{source}" rel="noreferrer">阅读原文</a></p>'
                )
                return _page(item["title"], main)
    return _page("没有这篇文章", "<h1>没有这篇文章</h1>", status=404)


def _published(one: Article) -> str:
    return "".join(
        f'<li><img class="square" src="{escape(_path(item["thumb_url"]))}" alt="" style="{_cut(item, "pic_crop_1_1")}">'
        f'<a href="{escape(_path(url))}">{escape(item["title"])}</a>'
        f"<p class=note>{_time(one.created)}{_fate(one, is_deleted=item['is_deleted'])}</p></li>"
        for item, url in zip(one.items, one.urls, strict=True)
    )


def _cut(item: Mapping[str, Any], name: str) -> str:
    """The style that shows the cover's crop alone."""
    x1, y1, x2, y2 = (100 * float(one) for one in str(item.get(name) or "0_0_1_1").split("_"))
    ratio = "2.35" if name == "pic_crop_235_1" else "1"
    return f"aspect-ratio:{ratio};object-view-box:inset({y1:.3f}% {100 - x2:.3f}% {100 - y2:.3f}% {x1:.3f}%)"


def _fate(one: Article, *, is_deleted: bool) -> str:
    gone = "，已封禁" if one.banned else "，已删除" if is_deleted else ""
    return f"{'，已群发' if one.msg_id else ''}{gone}"


def _path(url: str) -> str:
    """The address without its host: the page may be looked at under another name."""
    return "/" + url.split("/", 3)[3]


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC) + timedelta(hours=8):%Y年%m月%d日 %H:%M}"


def _page(title: str, main: str, status: int = 200) -> web.Response:
    text = PAGE.substitute(title=escape(title), style=STYLE, main=main)
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)
