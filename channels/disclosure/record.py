"""What the disclosure column stores about a document, and the package that brings it there. Data alone."""

from typing import Literal, Self

from channels.disclosure import notice
from channels.disclosure.column import Column
from schemas import canonical
from schemas.delivery import Action
from schemas.release import Attachment, Frozen

#: What the platform takes in one package.
PACKAGE_BYTES = 10_000_000


class File(Frozen):
    """A file uploaded beforehand. The body shows images as `blob:<sha256>`."""

    number: int
    name: str
    media: str
    size: int
    sha256: str

    @classmethod
    def of(cls, number: int, file: Attachment) -> Self:
        """The file at this place of its list. How large a picture is drawn is the page's business, and not said."""
        return cls(number=number, name=file.name, media=file.media, size=file.size, sha256=file.sha256)


class Related(Frozen):
    """The other side of interpretation ↔ policy, or of a relation between two documents of ours."""

    identity: str
    relation: str  #: 政策文件, 政策解读, or as `channels.standing.called`
    title: str
    source: str


class Particular(Frozen):
    """One thing that a document has by its kind."""

    name: str  #: as `schemas.kinds` names it, e.g. `closes_on`
    label: str  #: e.g. 截止日期
    value: str  #: for programs: 2026-12-20
    words: str  #: for people: 2026年12月20日


class Head(Frozen):
    """What every record says first: which document it is of, and where it stands in the column."""

    identity: str  #: `gongbu:<release>:<document>`, the same for every edition
    release: int
    document: str
    edition: int
    edition_sha256: str
    column: Column
    genre: str  #: 政策文件 or 政策解读
    index_no: str | None  #: 索引号
    theme: str  #: 主题分类
    issuer: str  #: 发文机关
    doc_no: str | None  #: 发文字号
    title: str  #: 标题
    released_on: str  #: 发布日期: the day of the official time, before that of the planned one (Beijing)


class Withdrawal(Head):
    """What a record becomes when its document is withdrawn: what it was, and why it went. No text, no files."""

    standing: notice.Said


class Record(Head):
    """One document in the column. What belongs to the policy alone is null in an interpretation's record."""

    signed_on: str | None  #: 成文日期
    planned_at: str  #: when the public should see it
    official_at: str | None  #: 正式发布时间, null until somebody has seen it
    effective_on: str | None  #: 施行日期
    expires_on: str | None  #: 失效日期
    validity: str | None  #: 有效性, as last said: 现行有效, 尚未施行, 已失效, 已修改, 已废止
    openness: str  #: 公开属性
    keywords: tuple[str, ...]
    summary: str
    body: str
    text_sha256: str  #: of the normalised visible text of `body`
    attachments: tuple[File, ...]
    images: tuple[File, ...]
    related: tuple[Related, ...]
    source: str  #: the address on the bureau's own site
    standing: notice.Said | None = None
    form: str = ""  #: 解读形式, of an interpretation that is not plain text
    particulars: tuple[Particular, ...] = ()  #: what the policy has by its kind


class Package(Frozen):
    """What one delivery puts: all documents of the edition, taken or refused together."""

    version: Literal[1] = 1
    action: Action
    records: tuple[Record | Withdrawal, ...]

    def encoded(self) -> bytes:
        """The canonical bytes that are logged, signed and sent.

        A standing, a form and particulars are named only where there are any: older records stay as they were.
        """
        whole = self.model_dump(mode="json")
        for one in whole["records"]:
            for name in ("standing", "form", "particulars"):
                if not one.get(name):
                    one.pop(name, None)
        return canonical.encode(whole)
