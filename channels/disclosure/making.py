"""Makes the column's records from the parcel alone. Never reads a clock or a file."""

from datetime import date
from typing import Any

from channels import body, contract, fingerprint, standing
from channels.disclosure import notice
from channels.disclosure.column import Column
from channels.disclosure.record import File, Package, Particular, Record, Related, Withdrawal
from schemas import filled
from schemas.card import Validity
from schemas.delivery import Action, Reaction
from schemas.edition import Edition
from schemas.entry import BEIJING, stamp
from schemas.parcel import Parcel
from schemas.particulars import Form
from schemas.release import Attachment, Document, Kind, Metadata, Role
from schemas.words import word

#: 有效性 as the column calls it.
_VALIDITY = {one: word(one) for one in Validity} | {Validity.IN_FORCE: "现行有效"}
#: Metadata that the column asks for although the release could live without it.
REQUIRED = {"index_no": "索引号", "theme": "主题分类", "issuer": "发文机关"}


def package(parcel: Parcel, column: Column, site_url: str) -> Package:
    """Return the package for the parcel. Raises ChannelError(CONTENT) when the column could never take it."""
    documents = parcel.edition.documents
    if parcel.action is Action.WITHDRAW:
        gone = (_withdrawal(parcel, d, column, site_url) for d in documents)
        return Package(action=parcel.action, records=tuple(gone))
    _refuse(parcel.edition)
    return Package(action=parcel.action, records=tuple(_record(parcel, d, column, site_url) for d in documents))


def identity(release: int, document: str) -> str:
    """`gongbu:<release>:<document>`, the same for every edition."""
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
    said = notice.said(parcel, document, site_url)
    if said is None:
        raise contract.ChannelError(Reaction.BUG, "no_standing", "撤回缺少依据")
    return Withdrawal(**_head(parcel, document, column), title=document.title, standing=said)


def _record(parcel: Parcel, document: Document, column: Column, site_url: str) -> Record:
    metadata = parcel.edition.metadata
    return Record(
        **_head(parcel, document, column),
        **_days(parcel, document),
        title=standing.title(document, parcel.notice),
        planned_at=stamp(parcel.planned_at),
        official_at=stamp(parcel.official_at) if parcel.official_at else None,
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
    )


def _head(parcel: Parcel, document: Document, column: Column) -> dict[str, Any]:
    """Which document it is, as a record and a withdrawal say it alike; the title is theirs to say."""
    edition, metadata = parcel.edition, parcel.edition.metadata
    is_policy = document.role is Role.POLICY
    return {
        "identity": identity(edition.release, document.name),
        "release": edition.release,
        "document": document.name,
        "edition": edition.number,
        "edition_sha256": edition.digest,
        "column": column,
        "genre": word(document.role),
        "index_no": metadata.index_no if is_policy else None,
        "theme": metadata.theme,
        "issuer": metadata.issuer,
        "doc_no": metadata.doc_no if is_policy else None,
        "released_on": _released(parcel).isoformat(),
    }


def _days(parcel: Parcel, document: Document) -> dict[str, str | None]:
    """When the policy was signed, from when until when it holds, and whether it does."""
    if document.role is not Role.POLICY:
        return dict.fromkeys(("signed_on", "effective_on", "expires_on", "validity"))
    metadata, now = parcel.edition.metadata, parcel.notice
    ends = now.last_day if now and now.last_day else metadata.expires_on
    days = {"signed_on": metadata.signed_on, "effective_on": metadata.effective_on, "expires_on": ends}
    said = {name: day.isoformat() if day else None for name, day in days.items()}
    return said | {"validity": _VALIDITY[standing.validity(metadata, now, _released(parcel))]}


def _released(parcel: Parcel) -> date:
    return (parcel.official_at or parcel.planned_at).astimezone(BEIJING).date()


def _particulars(metadata: Metadata) -> tuple[Particular, ...]:
    said = metadata.particulars.model_dump(mode="json")
    return tuple(
        Particular(name=one.name, label=one.label, value=str(said[one.name]), words=filled.read(value))
        for one, value in filled.public(metadata)
    )


def _files(attachments: tuple[Attachment, ...]) -> tuple[File, ...]:
    return tuple(File.of(number, file) for number, file in enumerate(attachments, start=1))


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
