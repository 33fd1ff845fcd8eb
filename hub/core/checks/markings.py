"""What the text itself says of its secrecy and publicity: a mark that was left in it, whatever the metadata say.

GB/T 9704-2012 7.2.1 and 7.2.2 (份号, 密级和保密期限); 保守国家秘密法 第三十五条 wants each text looked at.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hub.chinese.folding import fold
from hub.core.checks import publicity
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.words import word

if TYPE_CHECKING:
    from schemas.passage import Passage

ADVICE = "请停止办理，报告保密工作机构核定。"
_LEVEL = r"(?:绝\s*密|机\s*密|秘\s*密)"
_TERM = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:年|个?月|天)|长期"
#: 机密★1年: the star makes it a mark and no word of the text.
_STARRED = re.compile(rf"[★☆]\s*{_LEVEL}|{_LEVEL}(?:级)?\s*(?:[★☆✩✪✫✭✮✯⭐⋆]|\*\s*(?:{_TERM}))|内\s*部\s*[★☆⭐]")
_WORDS = (
    r"绝密|机密|秘密|内部|工作秘密|商业秘密|内部(?:文件|资料|材料|使用|传阅|参考|参阅|交流|掌握|稿|件|刊物|情况|通报)|内参|涉密(?:文件|资料)?"
    r"|(?:仅供|仅限于?|只供|限于?)(?:本?(?:单位|系统|机关|部门|局))?(?:内部)?(?:使用|传阅|参考|参阅|交流|掌握|人员阅)|(?:仅供|供)领导参阅"
)
_ALSO = (
    r"密级|保密期限|未经(?:批准|许可|同意|允许)|(?:请)?(?:注意|妥善|严格)(?:保存|保管|保密)|(?:不得|严禁|请勿|禁止|切勿)(?:外传|翻印|复印|复制|转发|上网|扩散|对外公开|公开)"
    rf"|(?:阅|会|用)后(?:收回|清退|销毁)|{_TERM}|[:,、!。·/\-—]"
)
#: A line that says nothing else.
_ALONE = re.compile(
    rf"(?:{_WORDS}|{_ALSO})*(?:{_WORDS}|(?:不得|严禁|请勿|禁止|切勿)外传|阅后(?:收回|清退|销毁))(?:{_WORDS}|{_ALSO})*"
)
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、])")
_OPENS, _CLOSES = "([【〔{<", ")]】〕}>"
#: In brackets at the beginning or the end of a line: 关于……的通知（内部）.
_BRACKETED = re.compile(r"^[(\[【〔]([^()\[\]【】〔〕]{2,20})[)\]】〕]|[(\[【〔]([^()\[\]【】〔〕]{2,20})[)\]】〕]$")
_THIS = r"(?:本|此|该)(?:文件|件|材料|资料|文|通知|报告|方案|稿|信息|表|清单|附件)"
#: Sentences that speak of the text itself.
_SAID = re.compile(
    rf"(?:^|[。;!(])(?:注:|{_THIS})?(?:内容)?(?:仅供|仅限于?|只供|只限|限于?)(?:本?(?:单位|系统|机关|部门|局))?内部"
    rf"(?:使用|参考|参阅|传阅|掌握|交流|学习|讨论|阅)"
    rf"|{_THIS}(?:内容)?(?:属于?|系|为|涉及|定为|确定为|含有?)(?:国家秘密|工作秘密|内部(?:文件|资料|材料|信息)|涉密|[绝机秘]密级?)"
    rf"|{_THIS}[^。;]{{0,10}}(?:不得|严禁|请勿|禁止)[^。;]{{0,6}}(?:外传|翻印|上网|对外公开|向社会公开|公开|扩散)"
    rf"|^(?:知悉|传达|阅读|传阅)范围:|{_THIS}(?:发|传达|印发)至[^。]{{1,10}}级|^密级:(?!公开|无|非密|不涉密|/)[绝机秘内工涉]"
)
_COPY = re.compile(r"份号:?\d{1,8}|(?:№|N[oO0]\.?|编号:?)0\d{5}|0\d{5}|第0*\d{1,6}份(?:共\d+份)?|共\d+份第\d+份")
_DRAFT = re.compile(
    r"[(\[【〔][^()\[\]【】〔〕]{0,12}(?:讨论稿|送审稿|草稿|初稿|修改稿|过程稿|汇报稿|报审稿|会签稿|报批稿|未定稿)[^()]{0,8}[)\]】〕]"
)
_NOTE = re.compile(r"(?:此|本|该)(?:件|文|文件|通知|办法)[^,。;]{0,14}")
_ATTRIBUTE = re.compile(r"(?:信息|政务|文件)?公开(?:属性|方式|类别|形式|选项|范围)?:(.{2,20})")
#: Marks of this kind stand at the head of a text.
_HEAD = 6


def mark(text: str, *, is_head: bool, in_table: bool) -> str:
    """Return the words by which a line says that it is secret or internal, "" when it does not."""
    flat = fold(text)
    starred = _STARRED.search(flat)
    if starred:
        return starred[0].strip()
    bare = _ORDINAL.sub("", "".join(flat.split()))
    if in_table and not is_head:  # a list of secret maps is none of them
        return ""
    if _ALONE.fullmatch(bare.strip(_OPENS + _CLOSES)):
        return text.strip()[:30]
    bracketed = _BRACKETED.search(bare)
    if bracketed and _ALONE.fullmatch(bracketed[1] or bracketed[2]):
        return bracketed[1] or bracketed[2]
    said = _SAID.search(bare)
    return said[0].strip("。;!(") if said else ""


def marks(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        for place, line in enumerate(reading.lines):
            is_head = place < _HEAD
            words = mark(line.text, is_head=is_head, in_table=line.in_table)
            if words:
                message = f"“{reading.document.title}”中有密级或内部标志“{words}”。{ADVICE}"
                yield found("mark_in_text", reading.name, message, passage=reading.passage(line))
            elif is_head and _COPY.fullmatch("".join(fold(line.text).split())):
                message = f"“{reading.document.title}”中有份号“{line.flat}”，涉密公文才编份号。请核定密级后删去。"
                yield found("copy_number", reading.name, message, passage=reading.passage(line))


def notes(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """附注 in the text that says another 公开属性 than the metadata, where it stands on a line of its own."""
    for reading in readings:
        for line in reading.lines:
            bare = "".join(fold(line.text).split()).strip(_OPENS + _CLOSES + "。")
            attribute = _ATTRIBUTE.fullmatch(bare)
            words = attribute[1] if attribute else bare if _NOTE.fullmatch(bare) else ""
            means = publicity.said(words) if words and not line.in_table else None
            if means not in {None, edition.metadata.disclosure}:
                ours = word(edition.metadata.disclosure)
                message = f"正文中写着“{line.flat}”，与公开属性“{ours}”不一致。请核对后改正其一。"
                yield found("note_in_text", reading.name, message, passage=reading.passage(line))


def drafts(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """讨论稿 and its likes are no final text (条例 第十六条)."""
    heads: list[tuple[str, str, Passage | None]] = [("title", edition.metadata.title, None)]
    heads += [(one.name, line.text, one.passage(line)) for one in readings for line in one.lines[:_HEAD]]
    for place, text, passage in heads:
        if match := _DRAFT.search("".join(fold(text).split())):
            message = f"标明是过程稿“{match[0]}”。请换成定稿。"
            yield found("draft_mark", place, message, passage=passage)
