"""A starting text for an interpretation (解读): the sections that the rules ask for, with what is known. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from html import escape

from hub.chinese import numerals
from hub.core.redline import source
from schemas.particulars import Form
from schemas.release import Metadata

#: The sections of 国办发〔2016〕80号; 津规资办发〔2020〕253号二（三）1 makes the third to fifth compulsory.
#: `## ` begins a heading, `- ` an entry of a list, `{…}` is filled in, 【请…】 is the writer's: a finding until then.
TEMPLATE = """\
{issued}，{issuer}印发了《{title}》（{doc_no}）。现就有关内容解读如下。

## 一、出台背景

【请写明为什么出台：要解决什么问题，依据哪些法律法规和上级文件。】

## 二、主要内容

文件主要包括以下方面：

{headings}

【请用自己的话概括各部分的要点，不要摘抄原文。】

## 三、执行标准和范围

适用范围：【请写明适用于哪些地区、单位、人群或事项。】

执行标准：【请写明条件、标准、期限和办理方式。】

{term}

## 四、惠企利民举措

【请写明企业和群众能得到什么、怎样办理、向谁咨询。】

## 五、新旧政策差异

【请写明与原政策相比有哪些变化，原政策是否废止；没有原政策的，写明“本文件为首次制定”。】

## 六、关键词解释

【请解释文件中不易懂的专业用语。】
"""
_NAME = re.compile(r"（\{([a-z_]+)\}）|\{([a-z_]+)\}")
_HEADING = re.compile(r"([一二三四五六七八九十]{1,3})、(.{1,60})")
_MAX_HEADINGS = 30


#: Words of an interpretation's title → what it is given in.
_FORMS = {
    "图解": Form.GRAPHIC,
    "一图读懂": Form.GRAPHIC,
    "问答": Form.QUESTIONS,
    "视频解读": Form.VIDEO,
    "新闻发布会": Form.PRESS,
    "专家解读": Form.EXPERT,
}


def form(title: str) -> Form:
    """What an interpretation of this title is given in: a proposal, which a person can change."""
    return next((one for words, one in _FORMS.items() if words in title), Form.TEXT)


def interpretation(metadata: Metadata, policy: str, template: str = TEMPLATE) -> str:
    """Return the starting text for the interpretation of a policy with this body, as clean HTML.

    Only the policy's headings are taken over: the rules forbid to copy it. Raises ValueError for a name in the
    template that is none of `names()`.
    """
    values = _values(metadata, policy)
    return "".join(_blocks(template, values))


def names() -> frozenset[str]:
    """The names that a template may use in braces."""
    return frozenset(("title", "issuer", "doc_no", "issued", "effective_on", "expires_on", "term", "headings"))


def _values(metadata: Metadata, policy: str) -> dict[str, str]:
    begin, end = _day(metadata.effective_on), _day(metadata.expires_on)
    term = [f"自{begin}起施行" * bool(begin), f"有效期至{end}" * bool(end)]
    return {
        "title": metadata.title,
        "issuer": metadata.issuer or "【请填写发文机关】",
        "doc_no": metadata.doc_no or "",
        "issued": _day(metadata.printed_on or metadata.signed_on),
        "effective_on": begin,
        "expires_on": end,
        "term": f"文件{'，'.join(part for part in term if part)}。" if any(term) else "【请写明施行日期和有效期。】",
        "headings": "\n".join(f"- {heading}" for heading in _headings(policy)),
    }


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _headings(policy: str) -> list[str]:
    """The policy's first level: its second-level headings, numbers taken off."""
    written = [
        "".join("".join(block.text()).split())
        for block in source.read(policy).children
        if isinstance(block, source.Element) and block.name == "h2"
    ]
    matches = [_HEADING.fullmatch(source.plain(heading)) for heading in written]
    return [match[2] for match in matches if match and numerals.counted(match[1])][:_MAX_HEADINGS]


def _blocks(template: str, values: dict[str, str]) -> Iterator[str]:
    entries: list[str] = []
    for line in _filled(template, values).split("\n"):
        words = escape(line.strip().removeprefix("- ").removeprefix("## "), quote=False)
        if line.startswith("- "):
            entries.append(f"<li>{words}</li>")
            continue
        if entries:
            yield f"<ul>{''.join(entries)}</ul>"
            entries = []
        if words:
            yield f"<h2>{words}</h2>" if line.startswith("## ") else f"<p>{words}</p>"
    if entries:
        yield f"<ul>{''.join(entries)}</ul>"


def _filled(template: str, values: dict[str, str]) -> str:
    def fill(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in values:
            raise ValueError(f"no such name: {{{name}}}")
        return f"（{values[name]}）" if match[1] and values[name] else values[name]

    return _NAME.sub(fill, template)
