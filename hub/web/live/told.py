"""The shapes of the open data: what is told of releases, documents, publications. Added to, never changed."""

from datetime import date, datetime

from pydantic import Field

from schemas.card import Validity
from schemas.particulars import NOTHING, Form, Particulars
from schemas.relation import RelationKind
from schemas.release import Frozen, Kind, Role
from schemas.standing import StandingKind


class Link(Frozen):
    """Something with an address of its own."""

    title: str
    url: str = Field(description="网址；不在本网站上且未登记网址的，为空")


class Relation(Link):
    """What this document does to another one, or another one to it."""

    kind: RelationKind = Field(description="修改、废止、替代、解读、澄清")
    is_passive: bool = Field(description="true：由对方施于本文件，如被其废止")
    release: int | None = Field(description="对方在本网站的编号；不在本网站的为空")


class Standing(Frozen):
    """效力: what holds since the publication: confirmed by two people, or approved before and carried out in time."""

    kind: StandingKind
    since: date
    successor: Link | None = None


class DocumentLine(Frozen):
    """One text of a release."""

    name: str = Field(description="policy，或 interpretation-1 …")
    role: Role
    title: str
    url: str = Field(description="网页")
    data: str = Field(description="全文数据的网址")
    seen_at: datetime = Field(description="公众最早能看到的时间")
    form: Form = Field(default=Form.TEXT, description="解读形式；政策文件为 text")


class Release(Frozen):
    """One release, as it is public now."""

    id: int
    url: str
    data: str = Field(description="本条数据的网址")
    kind: Kind
    title: str
    doc_no: str | None = Field(description="发文字号")
    index_no: str | None = Field(description="索引号")
    issuer: str = Field(description="发文机关，原样")
    units: tuple[str, ...] = Field(description="发文机关，逐个")
    theme: str
    signed_on: date = Field(description="成文日期")
    effective_on: date | None = Field(description="施行日期")
    expires_on: date | None = Field(description="失效日期，延长过的为延长后的")
    validity: Validity
    standing: Standing | None
    official_at: datetime | None = Field(description="正式发布时间；为空表示还没有记录")
    edition: int
    sha256: str = Field(description="版本摘要")
    certificate: str | None = Field(description="发布证明的网址")
    documents: tuple[DocumentLine, ...]
    changed_at: datetime | None
    relations: tuple[Relation, ...] = Field(default=(), description="与其他文件的关系，两个方向")
    particulars: Particulars = Field(
        default=NOTHING, description="该类文件特有的要素：截止日期、会议日期、报告年度等；没有的不出现"
    )


class Entry(Frozen):
    """One line of a list: a release, or the word that it was withdrawn."""

    id: int
    changed_at: datetime | None
    withdrawn_at: datetime | None = Field(description="已撤回的，不再提供内容，请从您的数据中删去")
    release: Release | None


class Releases(Frozen):
    """One page."""

    items: tuple[Entry, ...]
    next: str | None = Field(description="下一页的网址；为空表示没有了")
    resume: str | None = Field(description="按变化采集的，下次从这个网址接着采集")


class Attachment(Frozen):
    """A file beside a document."""

    name: str
    media: str
    size: int
    sha256: str
    url: str


class Document(Frozen):
    """One text in full."""

    release: int
    name: str
    role: Role
    title: str
    url: str
    summary: str
    html: str = Field(description="正文，已净化的 HTML 片段")
    text: str = Field(description="正文，纯文字，每段一行")
    form: Form = Field(default=Form.TEXT, description="解读形式；政策文件为 text")
    attachments: tuple[Attachment, ...]
    edition: int
    sha256: str


class Publication(Frozen):
    """One document on one channel, where our own look found it."""

    document: str
    channel: str
    edition: int
    url: str
    seen_at: datetime
    withdrawn_at: datetime | None


class Publications(Frozen):
    """Where a release is public, and since when."""

    release: int
    official_at: datetime | None
    official_channel: str | None
    items: tuple[Publication, ...]


class Sighting(Frozen):
    """One look that found the text, as the log has it."""

    log_entry: int
    at: str = Field(description="记入日志的时间，北京时间")
    channel: str
    document: str
    edition: int
    url: str
    sha256: str
    authoritative: bool


class Sightings(Frozen):
    """Every sighting of a release, oldest first."""

    release: int
    items: tuple[Sighting, ...]
