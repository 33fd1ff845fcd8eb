"""From the rows of a stranger's sheet to records, or to what is wrong with each line and what to do. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from hub.core.backfiles import cell
from schemas import faults
from schemas.backfile import Fault, Record
from schemas.card import Validity
from schemas.errors import ErrorCode, HubError
from schemas.release import Disclosure
from schemas.text import one_line
from schemas.words import word

#: The columns of the template, in their order, with what else people call them.
COLUMNS: dict[str, tuple[str, ...]] = {
    "标题": ("文件标题", "文件名称", "名称"),
    "发文字号": ("文号",),
    "索引号": (),
    "发文机关": (),
    "责任处室": ("处室", "责任单位", "发文机关/处室", "发文机关／处室"),
    "成文日期": (),
    "公开属性": (),
    "理由": ("不公开理由",),
    "有效性": (),
}
NEEDED = ("标题", "责任处室", "成文日期", "有效性")
MAX_LINES = 5_000
#: What a cell of a wrong line keeps, so that the sheet with them stays a sheet.
MAX_CELL = 1_000

_OVER = frozenset({Validity.REPEALED, Validity.EXPIRED})
_TOLD = {
    "title": "标题为空或超过 200 字，请核对",
    "doc_no": "发文字号应形如“津规资办发〔2020〕253号”（序号前不加 0、不加“第”）；没有字号的留空",
    "index_no": "索引号应形如“11120000MB1909339E/2020-00592”，历史上重复末十位的写法也可以；没有的留空",
    "unit": "请填写责任处室",
    "issuer": "发文机关不得超过 200 字",
    "reason": "理由不得超过 200 字，请摘要填写",
}


@dataclass(frozen=True)
class Bounds:
    """What a line is held against."""

    units: Collection[str]
    since: int  #: the first year whose documents are decided on again
    today: date


def read(rows: Sequence[Sequence[str]], bounds: Bounds) -> tuple[list[tuple[int, Record, dict[str, str]]], list[Fault]]:
    """Return the right lines, each with its number and cells, and the wrong ones. Twice the same document is wrong.

    Raises HubError(INVALID) for a sheet without the head, without a line, or with too many.
    """
    at, columns = _head(rows)
    right: list[tuple[int, Record, dict[str, str]]] = []
    wrong: list[Fault] = []
    seen: dict[str, int] = {}
    for number, cells in _lines(rows, at, columns):
        found = _line(number, cells, bounds)
        if isinstance(found, Fault):
            wrong.append(found)
        elif found.identity in seen:
            told = f"与第 {seen[found.identity]} 行是同一份文件，请删去一行"
            wrong.append(Fault(line=number, cells=cells, told=(told,)))
        else:
            seen[found.identity] = number
            right.append((number, found, cells))
    if not right and not wrong:
        raise _invalid("表头之下没有内容，请填写后再导入")
    return right, wrong


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Where the head is, and where each column. A title may stand above it."""
    called = {other: name for name, others in COLUMNS.items() for other in (name, *others)}
    for at, row in enumerate(rows[:20]):
        places: dict[str, int] = {}
        for place, typed in enumerate(row):
            if name := called.get("".join(typed.split()).removesuffix("*")):
                places.setdefault(name, place)
        if "标题" in places:
            if lacking := [name for name in NEEDED if name not in places]:
                raise _invalid(f"表头缺少“{'”“'.join(lacking)}”列，请使用模板")
            return at, places
    raise _invalid("没有找到表头：第一行应有“标题”“责任处室”“成文日期”等列名，请使用模板")


def _lines(rows: Sequence[Sequence[str]], at: int, columns: dict[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    count = 0
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        cells = {
            name: row[columns[name]][:MAX_CELL] if name in columns and columns[name] < len(row) else ""
            for name in COLUMNS
        }
        if not any(typed.strip() for typed in cells.values()):
            continue
        if (count := count + 1) > MAX_LINES:
            raise _invalid(f"一次最多导入 {MAX_LINES} 行，请拆成几个文件")
        yield number, cells


def _line(number: int, cells: dict[str, str], bounds: Bounds) -> Record | Fault:
    """The record, or all that is wrong with the line at once: nobody wants to be told one thing after another."""
    told: list[str] = []
    values: dict[str, Any] = {"title": one_line(cells["标题"]), "reason": one_line(cells["理由"])}
    values["doc_no"] = cell.doc_no(cells["发文字号"]) or None
    for name, reading in (
        ("index_no", lambda: cell.index_no(cells["索引号"])),
        ("office", lambda: cell.office(cells, bounds.units)),
        ("signed_on", lambda: cell.day(cells["成文日期"], bounds.today)),
        ("disclosure", lambda: cell.disclosure(cells["公开属性"])),
        ("validity", lambda: cell.validity(cells["有效性"])),
    ):
        try:
            values[name] = reading()
        except cell.WrongError as wrong:
            told.append(str(wrong))
    # What has already been told once is not told again by the record.
    office = values.pop("office", ("", "?"))
    values |= {"issuer": office[0], "unit": office[1]}
    stand_ins = {"signed_on": bounds.today, "validity": Validity.IN_FORCE}
    try:
        record = Record.model_validate(stand_ins | values)
    except ValidationError as error:
        told += [_TOLD.get(place.split(".")[0], f"{place}：{words}") for place, words in faults.fields(error).items()]
    if told:
        return Fault(line=number, cells=cells, told=tuple(told))
    outside = _outside(record, bounds.since)
    return Fault(line=number, cells=cells, told=(outside,), is_outside=True) if outside else record


def _outside(record: Record, since: int) -> str:
    """Why the document needs no decision; empty where it does."""
    if record.disclosure is Disclosure.OPEN:
        return "已标注主动公开，无须重新审定；尚未在网站公开的，请直接新建政策发布"
    if record.validity in _OVER:
        return f"{word(record.validity)}的文件不在重新审定的范围"
    if record.signed_on.year < since:
        return f"{since} 年以前成文的文件不在重新审定的范围"
    return ""


def _invalid(detail: str) -> HubError:
    return HubError(ErrorCode.INVALID, detail=detail, fields={"sheet": detail})
