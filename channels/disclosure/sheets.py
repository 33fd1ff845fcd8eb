"""A record as the files of its package: XML after our published schema, and a page to read and to paste. Pure."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from lxml import etree  # type: ignore[import-untyped]
from markupsafe import Markup

from channels import body, contract
from channels.disclosure import column
from channels.disclosure.notice import Said
from channels.disclosure.record import File, Package, Record, Withdrawal
from schemas import addresses
from schemas.delivery import Reaction
from schemas.parcel import Parcel, RenderedFile

_FOLDER = Path(__file__).parent
SPACE = "urn:gongbu:disclosure-record:1"
#: The schema that every `record.xml` keeps to; it travels with them.
SCHEMA = (_FOLDER / "disclosure-record.xsd").read_bytes()
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
#: The metadata in the order of the column's common practice.
LABELS = {
    "index_no": "索引号",
    "theme": "主题分类",
    "issuer": "发文机关",
    "signed_on": "成文日期",
    "title": "标题",
    "doc_no": "发文字号",
    "validity": "有效性",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "openness": "公开属性",
}
#: Of a record, in the schema's order: what stands before its lists; then of a withdrawal, and of a standing.
_BEFORE = (
    *("index_no", "theme", "issuer", "doc_no", "title", "signed_on", "released_on", "effective_on", "expires_on"),
    *("validity", "openness", "planned_at", "official_at"),
)
_GONE = ["index_no", "theme", "issuer", "doc_no", "title", "released_on"]
_STANDING = ["mark", "sentence", "reason", "ground", "since", "expires_on", "successor", "successor_url"]
#: What some systems do not let into a file's name.
_FORBIDDEN = re.compile(r'[:*?"<>|]')


def files(parcel: Parcel, package: Package) -> tuple[RenderedFile, ...]:
    """Return `<document>/record.xml` and `<document>/page.html` for each record, below a word on what to do."""
    made = [_file("README.txt", "text/plain", _readme(parcel, package))]
    for one in package.records:
        made += [
            RenderedFile(name=f"{one.document}/record.xml", media="application/xml", body=_xml(package, one)),
            _file(f"{one.document}/page.html", "text/html", _page(package, one)),
        ]
    return tuple(made)


def path(file: File, *, is_image: bool) -> str:
    """Where a file lies, seen from its record: pictures by their digest, attachments by number under their own name."""
    if is_image:
        return f"images/{addresses.image(0, file.sha256, file.media).rpartition('/')[2]}"
    return f"attachments/{file.number}-{_FORBIDDEN.sub('_', file.name)}"


def _file(name: str, media: str, text: str) -> RenderedFile:
    return RenderedFile(name=name, media=f"{media}; charset=utf-8", body=text.encode())


def _readme(parcel: Parcel, package: Package) -> str:
    first = package.records[0]
    text = _TEMPLATES.get_template("readme.txt").render(
        package=package,
        first=first,
        column=column.NAMES[first.column],
        places=parcel.published.addresses if parcel.published else {},
    )
    return text.replace("\n", "\r\n")  # the editors of offices want it so


def _page(package: Package, one: Record | Withdrawal) -> str:
    if isinstance(one, Withdrawal):
        return _TEMPLATES.get_template("withdrawal.html").render(one=one, rows=_rows(one))
    return _TEMPLATES.get_template("page.html").render(
        one=one,
        column=column.NAMES[one.column],
        action=package.action,
        rows=_rows(one),
        body=Markup(_placed(one)),  # noqa: S704  (clean, and refused where it is not, by `making.package`)
        attachments=[(file.name, path(file, is_image=False)) for file in one.attachments],
    )


def _rows(one: Record | Withdrawal) -> list[tuple[str, str]]:
    rows = [(label, value) for name, label in LABELS.items() if (value := getattr(one, name, None))]
    return rows + [(said.label, said.words) for said in getattr(one, "particulars", ())]


def _placed(one: Record) -> str:
    places = {file.sha256: path(file, is_image=True) for file in one.images}
    return body.IMAGE.sub(lambda found: f"{found[1]}{places[found[2]]}{found[3]}", one.body)


def _xml(package: Package, one: Record | Withdrawal) -> bytes:
    is_gone = isinstance(one, Withdrawal)
    root = etree.Element(f"{{{SPACE}}}{'withdrawal' if is_gone else 'record'}", nsmap={None: SPACE})
    which = ("identity", "document", "edition", "edition_sha256")
    for name, value in [*((name, getattr(one, name)) for name in which), ("action", package.action.value)]:
        root.set(name, str(value))
    try:
        _say(root, "column", column.NAMES[one.column], code=one.column)
        _say(root, "genre", one.genre)
        for name in _GONE if is_gone else _BEFORE:
            _say(root, name, getattr(one, name))
        if isinstance(one, Record):
            _fill(root, one)
        if one.standing:
            _stand(root, one.standing)
        if isinstance(one, Record):
            _of_its_kind(root, one)
    except ValueError:
        words = "标题、要素或正文中含有不可见的控制字符，资料包无法记载。请删去后重新提交审核。"
        raise contract.ChannelError(Reaction.CONTENT, "control_characters", words) from None
    etree.indent(root)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


def _fill(root: Any, one: Record) -> None:
    """What only a record has that is still public, from its keywords to its address."""
    _list(root, "keywords", [("keyword", {}, word) for word in one.keywords if word])
    _say(root, "summary", one.summary)
    _say(root, "body", _placed(one))
    _say(root, "text_sha256", one.text_sha256)
    _list(root, "files", [("file", known, None) for known in _files(one)])
    fields = ("identity", "relation", "title", "source")
    _list(root, "related", [("document", {name: getattr(r, name) for name in fields}, None) for r in one.related])
    _say(root, "source", one.source)


def _of_its_kind(root: Any, one: Record) -> None:
    """What is younger than the rest of the record, at its end: whoever reads an older one meets nothing new."""
    _say(root, "form", one.form)
    told = [({"name": said.name, "label": said.label, "value": said.value}, said.words) for said in one.particulars]
    _list(root, "particulars", [("particular", known, words) for known, words in told])


def _files(one: Record) -> Iterator[dict[str, str]]:
    for role, listed in (("attachment", one.attachments), ("image", one.images)):
        for file in listed:
            known = {name: str(getattr(file, name)) for name in ("number", "name", "media", "size", "sha256")}
            yield {"role": role, "path": path(file, is_image=role == "image"), **known}


def _stand(root: Any, said: Said) -> None:
    element = etree.SubElement(root, f"{{{SPACE}}}standing", tag=said.tag)
    for name in _STANDING:
        _say(element, name, getattr(said, name))


def _list(root: Any, name: str, lines: list[tuple[str, dict[str, str], str | None]]) -> None:
    if lines:
        element = etree.SubElement(root, f"{{{SPACE}}}{name}")
        for tag, attributes, words in lines:
            etree.SubElement(element, f"{{{SPACE}}}{tag}", attributes).text = words


def _say(root: Any, name: str, value: str | None, **attributes: str) -> None:
    if value:
        etree.SubElement(root, f"{{{SPACE}}}{name}", attributes).text = value
