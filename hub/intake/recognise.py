"""Reads the elements of an official document (GB/T 9704-2012) off its lines. Suggests; a person confirms."""

import re
from collections.abc import Container, Iterator, Sequence

from hub.chinese import numerals
from hub.intake import numbered, particulars, terms, titles
from hub.intake.elements import Findings, Part
from hub.intake.notices import NoticeCode, notice
from schemas.draft import Hint
from schemas.release import Secrecy
from schemas.text import one_line

#: Elements before the text stand within this many lines.
HEAD = 15
_MAX_ADDRESSEES = 200
_MAX_NOTE = 60
_MAX_ISSUER = 40


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


def recognise(lines: Sequence[str], title: str = "", *, headings: Container[int] = ()) -> Findings:
    """Find the elements in a document's lines.

    `title` when the format already named it (a heading, a style); `headings` are lines that are certainly no title.
    """
    found = Findings(title=title)
    for index, line in enumerate(lines[:HEAD]):
        _head(found, index, one_line(line))
    addressees = _addressees(found, lines)
    if title:
        _repeated(found, lines[:addressees])
    else:
        free = [
            (i, one_line(line))
            for i, line in enumerate(lines[:addressees])
            if i not in found.parts and i not in headings
        ]
        found.title, taken = titles.choose(free, after=_index(found, Part.DOC_NO))
        found.parts |= dict.fromkeys(taken, Part.TITLE)
    _tail(found, lines)
    found.parts |= {index: part for index, part in numbered.headings(lines).items() if index not in found.parts}
    hints, told = terms.read(lines, found.hints)
    found.hints |= hints
    found.notices += told
    found.hints |= particulars.read(found.title, lines)
    return found


def _hint(value: str, sentence: str, *, sure: bool = True) -> Hint:
    return Hint(value=value, sentence=sentence, sure=sure)


def _head(found: Findings, index: int, line: str) -> None:
    if (match := _DOC_NO.fullmatch(line)) and "doc_no" not in found.hints:
        number = f"{match[1]}〔{match[3]}〕{match[4]}号"
        found.hints["doc_no"] = _hint(number, line, sure=match[2] == "〔")
        found.parts[index] = Part.DOC_NO
        if match[2] != "〔":
            words = "发文字号的年份应使用六角括号“〔〕”，已按规范识别，请核对原件。"
            found.notices.append(notice(NoticeCode.ODD_DOC_NO, words, sample=line))
        words = f"正文开头的发文字号“{number}”已移入要素，不在正文中重复。"
        found.notices.append(notice(NoticeCode.DROPPED_DOC_NO, words, sample=line))
    elif (match := _MASTHEAD.fullmatch(line.replace(" ", ""))) and "关于" not in line:
        found.hints["issuer"] = _hint(match[1], line)
        found.parts[index] = Part.MASTHEAD
    elif match := _MARK.fullmatch(line.replace(" ", "")):
        found.hints["secrecy"] = _hint(_SECRECY[match[1]].value, line)
        found.parts[index] = Part.MASTHEAD
        words = f"文件首部疑有密级标志“{match[1]}”。标有密级的文件不得公开，请先办理保密审查。"
        found.notices.append(notice(NoticeCode.SECRECY_MARK, words, sample=line))


def _repeated(found: Findings, lines: Sequence[str]) -> None:
    """A title that the format named stands in the text once more: the page would show it twice."""
    words = "".join(found.title.split())
    for index, line in enumerate(lines):
        if index not in found.parts and words and "".join(line.split()) == words:
            found.parts[index] = Part.TITLE
            told = "正文开头重复的标题已删去，页面会自动显示标题。"
            found.notices.append(notice(NoticeCode.DROPPED_TITLE, told, sample=line))
            return


def _addressees(found: Findings, lines: Sequence[str]) -> int:
    """Find 主送机关; return how many lines may hold the title."""
    for index, line in enumerate(lines[:HEAD]):
        flat = one_line(line)
        if numbered.is_heading(flat) or len(flat) > _MAX_ADDRESSEES:
            return index
        if flat.endswith(("：", ":")) and index and not _NO_ADDRESSEES.search(flat):
            found.hints["addressees"] = _hint(flat.rstrip("：: "), flat, sure=flat.endswith("："))
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
        if day and "signed_on" not in found.hints:
            found.parts[index] = Part.SIGNATURE
            signed = _issuer(found, lines, index)
            found.hints["signed_on"] = _hint(day.isoformat(), flat, sure=signed)
        elif (match := _NOTE.fullmatch(flat)) and len(flat) <= _MAX_NOTE and "note" not in found.hints:
            found.hints["note"] = _hint(match[1], flat)
            found.parts[index] = Part.NOTE
            _annex(found, lines, index + 1)
        elif (match := _PRINTED.fullmatch(flat)) and (printed := numerals.written_date(match[1])):
            found.hints["printed_on"] = _hint(printed.isoformat(), flat)


def _issuer(found: Findings, lines: Sequence[str], dated: int) -> bool:
    names = [name for name in _above(lines, dated) if name]
    if names:
        found.hints.setdefault("issuer", _hint("、".join(names), "".join(names)))
        inside = lines[dated].strip().count("\n")
        found.parts |= dict.fromkeys(range(dated - len(names) + inside, dated), Part.SIGNATURE)
    return bool(names)


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
        plain = not re.search(r"[。；：:，]|^附件|^抄送|印发$", line) and not numbered.is_heading(line)
        if line and len(line) <= numbered.MAX_HEADING and plain:
            found.parts.setdefault(index, Part.ANNEX_TITLE)
