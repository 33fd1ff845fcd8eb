"""The public pages of the column: calm, Chinese, without scripts. Every value is escaped; the body has its own pass."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from channels.sandbox.disclosure import intake

_FOLDER = Path(__file__).parent / "templates"
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
#: (label, field) of the metadata table, in the order of 国办公开办函〔2019〕61号's common practice.
METADATA = (
    ("索引号", "index_no"),
    ("主题分类", "theme"),
    ("发文机关", "issuer"),
    ("成文日期", "signed_on"),
    ("标题", "title"),
    ("发文字号", "doc_no"),
    ("发布日期", "released_on"),
    ("有效性", "validity"),
    ("公开属性", "openness"),
    ("施行日期", "effective_on"),
    ("失效日期", "expires_on"),
    ("文件类别", "genre"),
)


def style() -> str:
    return (_FOLDER / "style.css").read_text()


def record(shown: dict[str, Any], number: Callable[[str], str | None]) -> str:
    """Return the page of a record. `number`: identity → number of what the public can see, to link records."""
    if intake.is_withdrawn(shown):
        return withdrawn(shown)
    rows = [(label, _shown(name, str(shown[name]))) for label, name in METADATA if shown.get(name)]
    rows += [("解读形式", shown["form"])] if shown.get("form") else []
    rows += [(one["label"], one["words"]) for one in shown.get("particulars", ())]
    official = shown.get("official_at") or ""
    return _TEMPLATES.get_template("record.html").render(
        record=shown,
        rows=rows,
        official=f"{_day(official[:10])} {official[11:19]}" if official else "",
        body=Markup(_body(shown)),  # noqa: S704  (cleaned by nh3 on the line that made it)
        related=[{**one, "number": number(one["identity"])} for one in shown["related"]],
        attachments=[{**one, "address": address(one)} for one in shown["attachments"]],
        columns=intake.COLUMNS,
        current=shown["column"],
    )


def withdrawn(shown: dict[str, Any]) -> str:
    """Return the notice that stands where a record was."""
    said = shown["standing"]
    rows = [
        ("标题", shown["title"]),
        ("发文字号", shown.get("doc_no")),
        ("索引号", shown.get("index_no")),
        ("发文机关", shown["issuer"]),
        ("撤回理由", said["reason"]),
        ("依据", said["ground"]),
        ("撤回日期", _day(said["since"])),
    ]
    return _TEMPLATES.get_template("withdrawn.html").render(
        record=shown,
        said=said,
        rows=[row for row in rows if row[1]],
        columns=intake.COLUMNS,
        current=shown["column"],
    )


def index(records: list[dict[str, Any]], current: str) -> str:
    """Return the list page of a sub-column."""
    listed = [one for one in records if one["column"] == current]
    return _TEMPLATES.get_template("index.html").render(records=listed, columns=intake.COLUMNS, current=current)


def missing() -> str:
    return _TEMPLATES.get_template("missing.html").render(columns=intake.COLUMNS, current="")


def address(file: dict[str, Any]) -> str:
    """Where the public finds a file."""
    return f"/files/{file['sha256']}/{quote(str(file['name']), safe='')}"


def _body(shown: dict[str, Any]) -> str:
    addresses = {one["sha256"]: address(one) for one in shown["images"]}
    cleaned = intake.clean(shown["body"])
    return re.sub("blob:([0-9a-f]{64})", lambda found: addresses.get(found[1], "/missing"), cleaned)


def _shown(name: str, value: str) -> str:
    return _day(value) if name.endswith("_on") else value


def _day(value: str) -> str:
    year, month, day = value.split("-")
    return f"{year}年{int(month)}月{int(day)}日"
