"""What the disclosure column stores about a document, derived from the parcel alone. Never reads a clock or a file."""

from datetime import date
from typing import Literal

from channels import body, contract, fingerprint, standing
from channels.disclosure import notice
from channels.disclosure.column import Column
from schemas import canonical, filled
from schemas.card import Validity
from schemas.delivery import Action, Reaction
from schemas.edition import Edition
from schemas.entry import BEIJING, stamp
from schemas.parcel import Parcel
from schemas.particulars import Form
from schemas.release import Attachment, Document, Frozen, Kind, Metadata, Role
from schemas.words import word

#: What the platform takes in one package.
PACKAGE_BYTES = 10_000_000
#: 有效性 as the column calls it.
_VALIDITY = {one: word(one) for one in Validity} | {Validity.IN_FORCE: "现行有效"}
#: Metadata that the column asks for although the release could live without it.
REQUIRED = {"index_no": "索引号", "theme": "主题分类", "issuer": "发文机关"}


class File(Frozen):
    """A file uploaded beforehand. The body shows images as `blob:<sha256>`."""

    number: int
    name: str
    media: str
    size: int
    sha256: str


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


class Withdrawal(Frozen):
    """What a record becomes when its document is withdrawn: what it was, and why it went. No text, no files."""

    identity: str
    release: int
    document: str
    edition: int
    edition_sha256: str
    column: Column
    genre: str
    index_no: str | None
    theme: str
    issuer: str
    doc_no: str | None
    title: str
    released_on: str
    standing: notice.Said


class Record(Frozen):
    """One document in the column. What belongs to the policy alone is null in an interpretation's record."""

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
    signed_on: str | None  #: 成文日期
    planned_at: str  #: when the public should see it
    official_at: str | None  #: 正式发布时间, null until somebody has seen it
    released_on: str  #: 发布日期: the day of the official time, before that of the planned one (Beijing)
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


def package(parcel: Parcel, column: Column, site_url: str) -> Package:
    """Return the package for the parcel. Raises ChannelError(CONTENT) when the column could never take it."""
    documents = parcel.edition.documents
    if parcel.action is Action.WITHDRAW:
        gone = (_withdrawal(parcel, d, column, site_url) for d in documents)
        return Package(action=parcel.action, records=tuple(gone))
    _refuse(parcel.edition)
    return Package(action=parcel.action, records=tuple(_record(parcel, d, column, site_url) for d in documents))


def identity(release: int, document: str) -> str:
    return f"gongbu:{release}:{document}"


def _refuse(edition: Edition) -> None:
    metadata = edition.metadata
    body.refuse_closed(metadata)
    required = REQUIRED | ({"doc_no": "发文字号"} if metadata.kind is Kind.NORMATIVE else {})
    missing = [label for field, label in required.items() if not getattr(metadata, field)]
    if missing:
        words = f"市政府信息公开专栏要求填写：{'、'.join(missing)}。请补充后重新提交审核。"
        raise contract.ChannelError(Reaction.CONTENT, "missing_fields", words)


def _withdrawal(parcel: Parcel, document: Document, column: Column, site_url: str) -> Withdrawal:
    edition, metadata, said = parcel.edition, parcel.edition.metadata, notice.said(parcel, document, site_url)
    if said is None:
        raise contract.ChannelError(Reaction.BUG, "no_standing", "撤回缺少依据")
    is_policy = document.role is Role.POLICY
    return Withdrawal(
        identity=identity(edition.release, document.name),
        release=edition.release,
        document=document.name,
        edition=edition.number,
        edition_sha256=edition.digest,
        column=column,
        genre=word(document.role),
        index_no=metadata.index_no if is_policy else None,
        theme=metadata.theme,
        issuer=metadata.issuer,
        doc_no=metadata.doc_no if is_policy else None,
        title=document.title,
        released_on=_released(parcel).isoformat(),
        standing=said,
    )


def _released(parcel: Parcel) -> date:
    return (parcel.official_at or parcel.planned_at).astimezone(BEIJING).date()


def _record(parcel: Parcel, document: Document, column: Column, site_url: str) -> Record:
    edition, metadata = parcel.edition, parcel.edition.metadata
    released = _released(parcel)
    return Record(
        identity=identity(edition.release, document.name),
        release=edition.release,
        document=document.name,
        edition=edition.number,
        edition_sha256=edition.digest,
        column=column,
        genre=word(document.role),
        theme=metadata.theme,
        issuer=metadata.issuer,
        title=standing.title(document, parcel.notice),
        planned_at=stamp(parcel.planned_at),
        official_at=stamp(parcel.official_at) if parcel.official_at else None,
        released_on=released.isoformat(),
        openness=word(metadata.disclosure),
        keywords=metadata.keywords,
        summary=document.summary,
        body=document.body,
        text_sha256=fingerprint.fragment(document.body),
        attachments=_files(document.attachments),
        images=_files(document.images),
        related=_related(parcel, document, site_url),
        source=parcel.addresses[document.name],
        standing=notice.said(parcel, document, site_url),
        form="" if document.form is Form.TEXT else word(document.form),
        particulars=_particulars(metadata) if document.role is Role.POLICY else (),
        **_of_the_policy(parcel, document, released),
    )


def _particulars(metadata: Metadata) -> tuple[Particular, ...]:
    said = metadata.particulars.model_dump(mode="json")
    return tuple(
        Particular(name=one.name, label=one.label, value=str(said[one.name]), words=filled.read(value))
        for one, value in filled.public(metadata)
    )


def _of_the_policy(parcel: Parcel, document: Document, released: date) -> dict[str, str | None]:
    fields = ("index_no", "doc_no", "signed_on", "effective_on", "expires_on", "validity")
    if document.role is not Role.POLICY:
        return dict.fromkeys(fields)
    metadata, now = parcel.edition.metadata, parcel.notice
    days = {name: getattr(metadata, name) for name in ("signed_on", "effective_on", "expires_on")}
    return {
        "index_no": metadata.index_no,
        "doc_no": metadata.doc_no,
        "validity": _VALIDITY[standing.validity(metadata, now, released)],
        **{name: day.isoformat() if day else None for name, day in days.items()},
        **({"expires_on": now.last_day.isoformat()} if now and now.last_day else {}),
    }


def _files(attachments: tuple[Attachment, ...]) -> tuple[File, ...]:
    return tuple(File(number=n, **a.model_dump()) for n, a in enumerate(attachments, start=1))


def _related(parcel: Parcel, document: Document, site_url: str) -> tuple[Related, ...]:
    edition = parcel.edition
    others = edition.interpretations if document.role is Role.POLICY else (edition.policy,)
    beside = [
        Related(
            identity=identity(edition.release, other.name),
            relation="政策文件" if other.role is Role.POLICY else "政策解读",
            title=other.title,
            source=parcel.addresses[other.name],
        )
        for other in others
    ]
    tied = [
        Related(
            identity=identity(tie.release, "policy"),
            relation=standing.called(tie),
            title=tie.title,
            source=standing.place(tie, site_url),
        )
        for tie in standing.ties(document, edition.metadata, parcel.notice)
        if tie.release
    ]
    return (*beside, *tied)
