"""The documents whose articles are kept as golden files: a real one, and those that a telephone finds hard.

`python -m tests.channels.wechat.articles` writes the files anew; look at what changed before it is kept.
"""

import asyncio
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from channels.conformance.editions import PLANNED_AT, attach, build_edition
from channels.wechat import article
from hub.intake import convert
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel, Rendering

HERE = Path(__file__).parent / "golden"
#: Paragraphs of about five hundred characters; three of them fill a page.
CLAUSE = (
    "申请人应当按照国土空间规划和用途管制的要求提交材料，主管部门应当自受理之日起二十个工作日内作出决定并告知理由。" * 9
)
CHAPTERS = "一二三四五六七八九十"


def edition(title: str, body: str, pictures: int = 0) -> Edition:
    images = tuple(attach(f"图{n}".encode(), f"图{n}.png", "image/png") for n in range(1, pictures + 1))
    return build_edition(title=title, body=body, interpretations=0, images=images)


def notice() -> Edition:
    """The real one: 津规资办发〔2020〕253号."""
    read = asyncio.run(convert.convert("notice-253.txt", (files("hub.samples") / "notice-253.txt").read_bytes()))
    return edition(read.title, read.body)


def tables() -> Edition:
    head = (
        '<tr><th rowspan="2">序号</th><th rowspan="2">事项名称</th><th colspan="3">办理时限（工作日）</th>'
        '<th colspan="2">收费</th><th rowspan="2">牵头处室</th><th rowspan="2">备注</th></tr>'
        "<tr><th>受理</th><th>审查</th><th>决定</th><th>依据</th><th>标准</th></tr>"
    )
    rows = "".join(
        f'<tr><td>{n}</td><td>用地规划许可第{n}类</td><td>1</td><td>{n + 4}</td><td>2</td><td colspan="2">不收费</td>'
        + ('<td rowspan="3">国土空间规划处</td>' if n % 3 == 1 else "")
        + f"<td>{'涉及占用耕地的另行办理' if n % 4 == 0 else ''}</td></tr>"
        for n in range(1, 13)
    )
    narrow = "<table><tbody><tr><td>联系电话</td><td>022-23000000</td></tr></tbody></table>"
    body = (
        f"<p>现公布清单。</p><table><caption>政务服务事项</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"
    )
    return edition("关于公布政务服务事项清单的通知", body + narrow + "<p>本通知自印发之日起施行。</p>")


def lists() -> Edition:
    body = (
        "<h2>一、任务分工</h2><ol><li>规划编制<ul><li>总体规划<ol><li>市级</li><li>区级<ul><li>中心城区</li>"
        "<li>滨海新区</li></ul></li></ol></li><li>专项规划</li></ul></li><li><p>用地审批</p><p>依法依规，限时办结。</p></li></ol>"
        '<p>续前：</p><ol start="3"><li>督查考核</li><li>经费保障</li></ol>'
        '<ul><li>参见<a href="https://www.gov.cn/zhengce/">国务院文件库</a>。</li><li>咨询见<a href="https://ghhzrzy.tj.gov.cn/">'
        "本局网站</a>，或<a href='https://www.gov.cn/zhengce/'>文件库</a>。</li></ul>"
    )
    return edition("关于印发任务分工方案的通知", body)


def pictures() -> Edition:
    made = edition("示意图集", "<p>图集。</p>", pictures=30)
    shown = "".join(
        f'<figure><img src="blob:{one.sha256}" alt="第{n}幅：地块现状"><figcaption>图{n} 地块现状</figcaption></figure>'
        for n, one in enumerate(made.policy.images, 1)
    )
    policy = made.policy.model_copy(update={"body": f"<p>三十幅示意图如下。</p>{shown}"})
    return made.model_copy(update={"documents": (policy,)})


def annex() -> Edition:
    """A short notice with an annex of some eighty pages."""
    letter = (
        "<p>各区分局，局机关各处室：</p><p>《国土空间规划实施管理办法》已经局长办公会审议通过，现印发给你们，请认真遵照执行。</p>"
        '<p class="no-indent">附件：国土空间规划实施管理办法</p><p class="signature">天津市规划和自然资源局</p>'
        '<p class="signature">2026年2月27日</p>'
    )
    return edition("关于印发《国土空间规划实施管理办法》的通知", f"{letter}<p>附件</p>{_rules()}")


def long() -> Edition:
    """The same rules as a document of their own: the article ends before one of their chapters."""
    return edition("国土空间规划实施管理办法", _rules())


def _rules() -> str:
    chapters = (
        f"<h2>第{name}章　总则之{name}</h2>" + "".join(f"<p>第{number}条　{CLAUSE}</p>" for number in range(1, 13))
        for name in CHAPTERS
    )
    return "".join(chapters)


ARTICLES: dict[str, Callable[[], Edition]] = {
    "notice": notice,
    "tables": tables,
    "lists": lists,
    "pictures": pictures,
    "annex": annex,
    "long": long,
}


def rendered(name: str) -> Rendering:
    """As the channel renders it."""
    made = ARTICLES[name]()
    place = {"policy": f"https://ghhzrzy.tj.gov.cn/xxgk/{made.release}/policy.html"}
    parcel = Parcel(
        key="0" * 32,
        action=Action.PUBLISH,
        edition=made,
        planned_at=PLANNED_AT,
        official_at=None,
        addresses=place,
    )
    return article.rendering(parcel, "")


if __name__ == "__main__":
    for name in ARTICLES:
        (HERE / f"{name}.html").write_bytes(rendered(name).files[1].body)
