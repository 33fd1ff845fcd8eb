"""Reads the elements of an official document (GB/T 9704-2012) off its lines. Suggests; a person confirms."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hub.intake import numerals, titles
from schemas.release import Secrecy
from schemas.text import one_line

#: Elements before the text stand within this many lines.
HEAD = 15
_MAX_ADDRESSEES = 200
_MAX_NOTE = 60
_MAX_HEADING = 60
_MAX_ISSUER = 40


class Part(StrEnum):
    """What a line is, as far as its look is concerned."""

    TITLE = "title"
    MASTHEAD = "masthead"  #: 发文机关标志
    DOC_NO = "doc_no"  #: 发文字号
    ADDRESSEES = "addressees"  #: 主送机关
    SIGNATURE = "signature"  #: 发文机关署名 or 成文日期
    NOTE = "note"  #: 附注
    ANNEX_TITLE = "annex_title"  #: the title of what a 通知 prints and distributes
    FIRST = "first"  #: 一、
    SECOND = "second"  #: （一）


@dataclass
class Findings:
    """What `recognise` found: the part that a line (by its index) plays, and the values read."""

    title: str = ""
    parts: dict[int, Part] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


_DOC_NO = re.compile(
    r"([\u4e00-\u9fff]{1,20}) ?([〔\[［【(（〈﹝])(\d{4})[〕\]］】)）〉﹞] ?"
    r"第?0*([1-9]\d{0,5}) ?号(?: *签发人[：:].{0,20})?"
)
_MASTHEAD = re.compile(r"([\u4e00-\u9fff、]{4,40})文件")
_SECRECY = {"绝密": Secrecy.MOST_CONFIDENTIAL, "机密": Secrecy.HIGHLY_CONFIDENTIAL, "秘密": Secrecy.CONFIDENTIAL}
_SECRECY |= {"内部": Secrecy.INTERNAL, "内部资料": Secrecy.INTERNAL, "工作秘密": Secrecy.INTERNAL}
_MARK = re.compile(r"(绝密|机密|秘密|内部资料|内部|工作秘密)(?:[★☆].{0,20})?")
_NOTE = re.compile(r"[（(]((?:此件|本文|本件).{1,40}|.{0,20}公开(?:发布)?)[）)]")
_NO_ADDRESSEES = re.compile(r"[。；]|如下|附件|抄送|^[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")
_PRINTED = re.compile(r"(?:.{0,60}[^\d])?(\d{4}年\d{1,2}月\d{1,2}日)印发")
_ISSUER = re.compile(r"[\u4e00-\u9fff（）]{3,}(?:局|厅|委员会|委|办公室|政府|院|中心|部|署|大队|队|馆|所|站)")
_FIRST = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}章)\s*\S.*")
_SECOND = re.compile(r"(?:[（(][一二三四五六七八九十]{1,3}[）)]、?|第[一二三四五六七八九十]{1,3}节)\s*\S.*")
_STATEMENT = re.compile(r"[。；！？]")


def recognise(lines: Sequence[str], title: str = "", *, headings: Container[int] = ()) -> Findings:
    """Find the elements in a document's lines.

    `title` when the format already named it (a heading, a style); `headings` are lines that are certainly no title.
    """
    found = Findings(title=title)
    for index, line in enumerate(lines[:HEAD]):
        _head(found, index, one_line(line))
    addressees = _addressees(found, lines)
    if not title:
        free = [
            (i, one_line(line))
            for i, line in enumerate(lines[:addressees])
            if i not in found.parts and i not in headings
        ]
        found.title, taken = titles.choose(free, after=_index(found, Part.DOC_NO))
        found.parts |= dict.fromkeys(taken, Part.TITLE)
    _tail(found, lines)
    _headings(found, lines)
    return found


def _head(found: Findings, index: int, line: str) -> None:
    if (match := _DOC_NO.fullmatch(line)) and "doc_no" not in found.values:
        found.values["doc_no"] = f"{match[1]}〔{match[3]}〕{match[4]}号"
        found.parts[index] = Part.DOC_NO
        if match[2] != "〔":
            found.warnings.append("发文字号的年份应使用六角括号“〔〕”，已按规范识别，请核对正文。")
    elif (match := _MASTHEAD.fullmatch(line.replace(" ", ""))) and "关于" not in line:
        found.values["issuer"] = match[1]
        found.parts[index] = Part.MASTHEAD
    elif match := _MARK.fullmatch(line.replace(" ", "")):
        found.values["secrecy"] = _SECRECY[match[1]].value
        found.parts[index] = Part.MASTHEAD
        found.warnings.append(f"文件首部疑有密级标志“{match[1]}”。标有密级的文件不得公开，请先办理保密审查。")


def _addressees(found: Findings, lines: Sequence[str]) -> int:
    """Find 主送机关; return how many lines may hold the title."""
    for index, line in enumerate(lines[:HEAD]):
        flat = one_line(line)
        if _is_heading(flat) or len(flat) > _MAX_ADDRESSEES:
            return index
        if flat.endswith(("：", ":")) and index and not _NO_ADDRESSEES.search(flat):
            found.values["addressees"] = flat.rstrip("：: ")
            found.parts[index] = Part.ADDRESSEES
            return index
    return min(len(lines), HEAD)


def _index(found: Findings, part: Part) -> int:
    return next((index for index, what in found.parts.items() if what is part), -1)


def _tail(found: Findings, lines: Sequence[str]) -> None:
    """Find 署名, 成文日期, 附注 and 印发日期, wherever they stand: an annex may follow them."""
    for index, line in enumerate(lines):
        if index in found.parts or len(line) > _MAX_ADDRESSEES:
            continue
        flat = one_line(line)
        day = numerals.written_date(line.strip().rpartition("\n")[2])
        if day and "signed_on" not in found.values:
            found.values["signed_on"] = day.isoformat()
            found.parts[index] = Part.SIGNATURE
            _issuer(found, lines, index)
        elif (match := _NOTE.fullmatch(flat)) and len(flat) <= _MAX_NOTE and "note" not in found.values:
            found.values["note"] = match[1]
            found.parts[index] = Part.NOTE
            _annex(found, lines, index + 1)
        elif (match := _PRINTED.fullmatch(flat)) and (printed := numerals.written_date(match[1])):
            found.values["printed_on"] = printed.isoformat()


def _issuer(found: Findings, lines: Sequence[str], dated: int) -> None:
    names = [name for name in _above(lines, dated) if name]
    if names:
        found.values.setdefault("issuer", "、".join(names))
        inside = lines[dated].strip().count("\n")
        found.parts |= dict.fromkeys(range(dated - len(names) + inside, dated), Part.SIGNATURE)


def _above(lines: Sequence[str], dated: int) -> Iterator[str]:
    """Yield the bureaus named right above the date, the lowest last."""
    own = lines[dated].strip().split("\n")[:-1]
    block = [*lines[max(dated - 3, 0) : dated], *own]
    names: list[str] = []
    for line in reversed(block):
        name = "".join(line.split())
        if len(name) > _MAX_ISSUER or not _ISSUER.fullmatch(name):
            break
        names.insert(0, name)
    yield from names


def _annex(found: Findings, lines: Sequence[str], index: int) -> None:
    """After 附注 the printed annex begins, with its own title."""
    if index < len(lines):
        line = one_line(lines[index])
        plain = not re.search(r"[。；：:，]|^附件|^抄送|印发$", line) and not _is_heading(line)
        if line and len(line) <= _MAX_HEADING and plain:
            found.parts.setdefault(index, Part.ANNEX_TITLE)


def _headings(found: Findings, lines: Sequence[str]) -> None:
    for index, line in enumerate(lines):
        flat = one_line(line)
        if index not in found.parts and _is_heading(flat):
            found.parts[index] = Part.FIRST if _FIRST.fullmatch(flat) else Part.SECOND


def _is_heading(line: str) -> bool:
    """Tell a numbered heading from a paragraph that runs on behind its number."""
    if len(line) > _MAX_HEADING or not (_FIRST.fullmatch(line) or _SECOND.fullmatch(line)):
        return False
    return not _STATEMENT.search(line.removesuffix("。")) and not line.endswith(("：", "；", "，"))
