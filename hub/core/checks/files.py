"""What is in the files beside a document: their leftovers, and the persons and marks in their text.

The files were looked at before (`schemas.inspection`); what is known of one by its digest is all that is asked here.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from hub.core.checks import markings, personal
from hub.core.checks.finding import Finding, found
from hub.core.checks.known import Known
from hub.core.checks.reading import Reading
from hub.core.checks.running import Piece, Running
from schemas.edition import Edition
from schemas.inspection import Inspection, Trace
from schemas.release import Attachment, Document
from schemas.rulebook import Rulebook

#: So many of one kind are told of one file.
_MOST = 5
_HEAD = 6
_TOLD = {
    Trace.AUTHOR: ("带有作者信息", "点“清理后替换”，或在“文件—信息—检查文档”中删除后重新上传。"),
    Trace.CHANGES: ("有修订痕迹", "定稿与否要由人决定：请接受或拒绝全部修订后重新上传。"),
    Trace.COMMENTS: ("有批注", "批注可能是尚未处理的意见：请处理并删除后重新上传。"),
    Trace.HIDDEN_TEXT: ("有隐藏文字", "公众下载后就能看到：请删除后重新上传。"),
    Trace.HIDDEN_SHEET: ("有隐藏的工作表或幻灯片", "公众下载后就能看到：请取消隐藏核对，或删除后重新上传。"),
    Trace.HIDDEN_ROWS: ("有隐藏的行或列", "公众下载后就能看到：请取消隐藏核对，或删除后重新上传。"),
    Trace.PLACE: ("带有拍摄地点", "点“清理后替换”，或用看图软件另存后重新上传。"),
    Trace.CAMERA: ("带有拍摄设备、时间或作者", "点“清理后替换”，或用看图软件另存后重新上传。"),
    Trace.MACROS: ("含有宏或脚本", "请另存为不带宏的格式后重新上传。"),
    Trace.OUTSIDE: ("引用了外部文件或内部地址", "公众打不开，还会暴露内部路径：请断开链接后重新上传。"),
    Trace.EMBEDDED: ("里面还嵌有别的文件", "请打开核对嵌入的内容，不需要的请删除后重新上传。"),
    Trace.UNREAD: ("系统看不到里面的内容", "请另存为.docx、.xlsx或可检索的.pdf后重新上传，或由人逐页核对。"),
}
_CLEANED = {Trace.AUTHOR, Trace.PLACE, Trace.CAMERA}


class _Told(NamedTuple):
    code: str
    message: str
    fixable: bool


def leftovers(edition: Edition, _readings: Sequence[Reading], known: Known) -> Iterator[Finding]:
    """What was left in the files; the table says what of it stops publication."""
    for document, file, inspection in _known(edition, known):
        for told in _left(inspection):
            message = f"附件“{_safe(file)}”{told.message}"
            yield found(told.code, document.name, message, fixable=told.fixable, file=file.sha256)


def texts(edition: Edition, _readings: Sequence[Reading], rules: Rulebook, known: Known) -> Iterator[Finding]:
    """Persons and marks in the files' texts, as in the documents' own."""
    for document, file, inspection in _known(edition, known):
        for told in _said(inspection, rules):
            message = f"附件“{_safe(file)}”{told.message}"
            yield found(told.code, document.name, message, fixable=False, file=file.sha256)


def _known(edition: Edition, known: Known) -> Iterator[tuple[Document, Attachment, Inspection]]:
    for document in edition.documents:
        for file in document.attachments:
            if inspection := known.files.get(file.sha256):
                yield document, file, inspection


@lru_cache(maxsize=256)
def _left(inspection: Inspection) -> tuple[_Told, ...]:
    return tuple(_leftovers(inspection))


@lru_cache(maxsize=256)
def _said(inspection: Inspection, rules: Rulebook) -> tuple[_Told, ...]:
    """What is said of one text, whatever file it is in; remembered, because a file is long and asked about often."""
    return tuple(_told(inspection, rules))


def _leftovers(inspection: Inspection) -> Iterator[_Told]:
    for trace in Trace:
        ones = [one for one in inspection.traces if one.trace is trace]
        if not ones:
            continue
        what, advice = _TOLD[trace]
        fixable = trace in _CLEANED and inspection.can_be_cleaned
        if trace in _CLEANED and not fixable:
            advice = "请" + advice.partition("，或")[2]
        listed = "；".join(filter(None, (_shown(one.where, one.words) for one in ones[:_MOST])))
        more = f"等{len(ones)}处" if len(ones) > _MOST else ""
        yield _Told(
            f"file_{trace}",
            f"{what}{f'（{listed}{more}）' if listed else ''}。{advice}",
            fixable,
        )


def _shown(where: str, words: str) -> str:
    words = words if len(words) <= 60 else words[:58] + "…"  # noqa: PLR2004 - a line's worth
    return f"{where}：{words}" if where and words else where or words


def _told(inspection: Inspection, rules: Rulebook) -> Iterator[_Told]:
    running = Running(Piece(line.text, line.in_table) for line in inspection.lines)
    for grave in (True, False):
        for hit in personal.hits(running, rules, grave=grave):
            where = inspection.lines[running.place(hit.start)[0]].where
            yield _Told(hit.trait.code, f"{where and f'（{where}）'}中有{hit.told}。请改正后重新上传。", False)
    for place, line in enumerate(inspection.lines):
        words = markings.mark(line.text, is_head=place < _HEAD, in_table=line.in_table)
        if words:
            where = line.where and f"（{line.where}）"
            yield _Told("mark_in_text", f"{where}中有密级或内部标志“{words}”。{markings.ADVICE}", False)


def _safe(file: Attachment) -> str:
    """The file's name without what a name should not say."""
    running = Running([Piece(file.name)])
    name = file.name
    for hit in personal.hits(running, grave=True):
        name = name.replace(file.name[hit.start : hit.end], personal.masked(hit.words))
    return name
