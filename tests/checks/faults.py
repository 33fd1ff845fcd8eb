"""Faults planted into clean texts, at least a hundred, each with the finding that must come of it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from hub.core.checks.finding import RULES
from hub.core.checks.known import Known
from schemas.edition import Edition
from schemas.office import Phrase
from schemas.release import Attachment, Document, Metadata
from tests.checks import clean, planted_numbers, planted_odd

__all__ = ["PHRASES", "RULES", "Fault", "all_of_them"]

PHRASES = (Phrase(wrong="规划局", correct="规划和自然资源局"), Phrase(wrong="登录帐号", correct="登录账号"))
TODAY = date(2026, 11, 26)
Change = Callable[[Edition], Edition]


class Fault(NamedTuple):
    """One planted fault."""

    name: str
    code: str
    edition: Edition
    known: Known = Known(today=TODAY)


def made(one: Edition, metadata: Metadata | None = None, documents: tuple[Document, ...] | None = None) -> Edition:
    return Edition(
        release=1,
        number=1,
        metadata=metadata or one.metadata,
        documents=one.documents if documents is None else documents,
    )


def document(one: Edition, number: int = 0, **values: Any) -> Edition:
    """The edition with other values of one document."""
    changed = Document.model_validate(one.documents[number].model_dump() | values)
    return made(one, documents=tuple(changed if one_.number == number else one_ for one_ in one.documents))


def meta(**values: Any) -> Change:
    return lambda one: made(one, Metadata.model_validate(one.metadata.model_dump() | values))


def inside(body: str, html: str, where: str = "middle") -> str:
    """The body with the HTML between two of its blocks."""
    first = body.find("</p>") + 4
    places = {"head": 0, "end": len(body), "middle": first}
    return body[: places[where]] + html + body[places[where] :]


def line(text: str, where: str = "middle", number: int = 0) -> Change:
    return lambda one: document(one, number, body=inside(one.documents[number].body, f"<p>{text}</p>", where))


def cell(text: str, head: str = "联系电话") -> Change:
    html = f"<table><tbody><tr><td>姓名</td><td>{head}</td></tr><tr><td>张某</td><td>{text}</td></tr></tbody></table>"
    return lambda one: document(one, body=inside(one.policy.body, html))


def attached(name: str) -> Change:
    file = Attachment(name=name, media="application/pdf", size=1, sha256="c" * 64)
    return lambda one: document(one, attachments=(*one.policy.attachments, file))


def picture(alt: str) -> Change:
    return lambda one: document(one, body=inside(one.policy.body, f'<p><img src="blob:{"a" * 64}" alt="{alt}"></p>'))


def pasted(share: float, mangle: Callable[[str], str] = str) -> Change:
    """An interpretation of which so much is the policy's own text."""

    def change(one: Edition) -> Edition:
        lines = one.policy.body.replace("<p>", "").split("</p>")
        copied = "".join(
            f"<p>{mangle(text)}</p>" for text in lines[1 : max(2, int(len(lines) * share))] if "<" not in text
        )
        return document(one, 1, body=copied + "<p>适用对象、便民举措、新旧差异见上。</p>")

    return change


def all_of_them() -> Iterator[Fault]:
    bases = [clean.edition(text, clean.dice(number)) for number, text in enumerate(clean.texts())]
    interpreted = [one for one in bases if len(one.documents) > 1]
    normative = [one for one in interpreted if one.metadata.kind == "normative"]
    for number, (name, code, change) in enumerate(_planted()):
        needs = normative if code in {"no_expiry", "fact_missing"} else interpreted
        pool = needs if code in _OF_INTERPRETED else bases
        yield Fault(name, code, change(pool[number % len(pool)]))


_OF_INTERPRETED = {
    *(
        "copied",
        "no_interpretation",
        "no_expiry",
        "fact_missing",
        "interpretation_thin",
        "policy_not_named",
        "in_interpretation",
    ),
    *("interpretation_lacks", "dates_order", "doc_no_year", "doc_no_differs"),
}


def _planted() -> Iterator[tuple[str, str, Change]]:
    yield from planted_numbers.planted()
    yield from planted_odd.planted()
    yield from _marks()
    yield from _elements()
    yield from _copies()
    yield from _interpretations()
    yield from _texts()


#: Marks of secrecy and of inside use, as offices write them.
_MARKS = (
    "秘密★1年",
    "机密★长期",
    "绝密★30年",
    "秘 密 ★ 6 个月",
    "机密☆5年",
    "秘密＊1年",
    "【秘密】",
    "秘密",
    "内部资料",
    "内部★",
    "内部资料　注意保存",
    "内部文件，不得外传",
    "仅供内部使用",
    "二、仅供内部使用",
    "仅限内部传阅",
    "（工作秘密）",
    "工作秘密",
    "内部参考",
    "内部使用",
    "本文件仅供内部使用。",
    "此件仅限局内部参阅，请勿外传。",
    "本材料属于工作秘密。",
    "此件发至县团级",
    "密级：秘密",
    "知悉范围：局领导",
    "内部材料 会后收回",
    "本件为涉密文件",
    "本报告严禁外传",
    "阅后收回",
    "注：仅供内部参考",
    "密级：机密 保密期限：10年",
)
_NOTES = (
    "（此件不予公开）",
    "此件不公开",
    "（此件依申请公开）",
    "公开属性：依申请公开",
    "信息公开选项：不予公开",
    "此件不宜公开",
    "（本文不对外公开）",
    "公开方式：免予公开",
)
_NUMBERS = (
    "津规资办发[2026]12号",
    "津规资办发（2026）12号",
    "津规资办发【2026】12号",
    "津规资办发(2026)12号",
    "津规资办发〔2026〕012号",
    "津规资办发〔26〕12号",
    "津规资办发〔2026〕第12号",
    "津规资办发［2026］12号",
    "津规资办发〔2026年〕012号",
)


def _marks() -> Iterator[tuple[str, str, Change]]:
    for number, text in enumerate(_MARKS):
        where = ("head", "middle", "end")[number % 3]
        yield f"标志“{text}”在{where}", "mark_in_text", line(text, where)
    yield (
        "标题（内部）",
        "mark_in_text",
        lambda one: document(meta(title=one.metadata.title + "（内部）")(one), title=one.metadata.title + "（内部）"),
    )
    yield "附件名内部资料", "mark_in_text", attached("内部资料.pdf")
    yield "附件名秘密★", "mark_in_text", attached("秘密★1年_方案.pdf")
    yield "替代文字机密★", "mark_in_text", picture("机密★3年 红头扫描件")
    yield "摘要里的标志", "mark_in_text", lambda one: document(one, summary="内部资料，注意保存")
    for text in ("份号：000012", "000123", "№ 000007", "第000012份", "份号：１２", "NO.000123"):
        yield f"份号“{text}”", "copy_number", line(text, "head")
    for text in _NOTES:
        yield f"附注“{text}”", "note_in_text", line(text, "end")
    for text in ("（讨论稿）", "（送审稿）", "【过程稿】", "（征求意见汇报稿）"):
        yield f"过程稿{text}", "draft_mark", line(text, "head")


def _elements() -> Iterator[tuple[str, str, Change]]:
    day = timedelta(days=1)
    yield "密级要素", "secrecy", meta(secrecy="mi_mi")
    yield "内部要素", "secrecy", meta(secrecy="internal")
    yield "不予公开", "not_open", meta(disclosure="closed", disclosure_ground="属于国家秘密：地图")
    yield "依申请无理由", "no_ground", meta(disclosure="on_request")
    yield "理由不在八项中", "no_ground", meta(disclosure="closed", disclosure_ground="领导要求")
    for note in ("此件不公开", "此件依申请公开", "此件不予主动公开", "此件不主动公开", "此件免予公开", "此件不宜公开"):
        yield f"附注要素{note}", "note_mismatch", meta(note=note)
    yield "印发早于成文", "dates_order", lambda one: meta(printed_on=one.metadata.signed_on - day)(one)
    yield "施行早于成文", "dates_order", lambda one: meta(effective_on=one.metadata.signed_on - day)(one)
    yield (
        "失效早于施行",
        "dates_order",
        lambda one: meta(effective_on=one.metadata.signed_on + 30 * day, expires_on=one.metadata.signed_on + day)(one),
    )
    yield "成文日期在将来", "date_in_future", meta(signed_on=date(2027, 1, 4), effective_on=None, expires_on=None)
    yield "印发日期在将来", "date_in_future", meta(printed_on=date(2062, 3, 1))
    yield "没有有效期", "no_expiry", meta(expires_on=None)
    yield "没有施行日期", "fact_missing", meta(effective_on=None)
    yield "没有文号", "fact_missing", meta(doc_no=None)
    yield "没有解读", "no_interpretation", lambda one: made(one, documents=one.documents[:1])
    yield "没有正文", "empty_body", lambda one: document(one, body="")
    yield "正文只有空格", "empty_body", lambda one: document(one, body="<p> \u00a0</p><p><br></p>")
    yield "文号年份", "doc_no_year", meta(doc_no="津规资办发〔2024〕9号")
    yield "没有索引号", "no_index_no", meta(index_no=None)
    yield "索引号校验码", "index_no_digit", meta(index_no="11120000MB1909338E/2026-1")
    yield "标题不一致", "title_differs", lambda one: document(one, title="另一份文件")


def _copies() -> Iterator[tuple[str, str, Change]]:
    for share, mangle, name in (
        (1.0, str, "全文照抄"),
        (0.6, str, "抄六成"),
        (1.0, lambda text: text.replace("应当", "要").replace("进行", "开展"), "改个别字"),
        (1.0, lambda text: text.replace("，", "、").replace("。", "；"), "改标点"),
        (1.0, "\u200b".join, "夹零宽字符"),
        (1.0, lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")), "全角数字"),
        (1.0, lambda text: f"<strong>{text[:9]}</strong> {text[9:]}", "夹格式"),
    ):
        yield f"解读{name}", "copied", pasted(share, mangle)


def _interpretations() -> Iterator[tuple[str, str, Change]]:
    yield "解读过短", "interpretation_thin", lambda one: document(one, 1, body="<p>见原文。</p>")
    yield (
        "解读不提文件",
        "policy_not_named",
        lambda one: document(
            one, 1, title="解读", body="<p>" + "这件事情很重要，对大家都有好处，与以前不同，适用于各单位。" * 2 + "</p>"
        ),
    )
    yield (
        "解读缺内容",
        "interpretation_lacks",
        lambda one: document(
            one, 1, body=f"<p>《{one.metadata.title}》是一份重要的文件，大家要好好学习，认真领会它的精神实质。</p>"
        ),
    )


def _texts() -> Iterator[tuple[str, str, Change]]:
    for text in _NUMBERS:
        yield f"本文件文号{text}", "doc_no_form", line(text, "head")
    for text in (
        "按照津政办发[2020]22号文件要求，做好工作。",
        "见国发（2015）58号。",
        "依据津规资发〔2019〕003号执行。",
    ):
        yield f"引用文号{text}", "doc_no_cited", line(text)
    for text in ("联系人：XXX。", "自2026年××月起实施。", "【请填写单位名称】", "金额待定。", "第×××号"):
        yield f"占位{text}", "placeholder", line(text)
    yield "半角标点", "half_width_marks", line("各单位要高度重视,认真组织;及时报告.")
    yield "没有这一天", "no_such_day", line("会议定于2026年2月30日召开。")
    yield "没有这个月", "no_such_day", line("截至2026年13月1日。")
    yield "附件没有上传", "annex_missing", line("附件：1.不存在的表")
    yield "序号跳了", "numbering_gap", lambda one: document(one, body="<p>一、甲</p><p>三、乙</p>" + one.policy.body)
    yield "图片没有替代文字", "image_without_text", picture("")
    yield "内网链接", "internal_link", line('<a href="http://192.168.3.4/oa">通知</a>')
    yield "内网主机", "internal_link", line('<a href="https://oa.ghj.local/x">通知</a>')
    yield "伪装链接", "disguised_link", line('<a href="https://evil.example.com/">www.tj.gov.cn</a>')
    yield "带用户名的链接", "disguised_link", line('<a href="https://www.tj.gov.cn@evil.example.com/">市政府</a>')
    yield "词库", "wording", line("由市规划局负责。")
    yield "词库2", "wording", line("请妥善保管登录帐号。")
