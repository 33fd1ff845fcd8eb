"""What a message says, derived from the parcel alone. Never reads a clock or a file. docs/webhooks.md explains it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from channels import body, contract, fingerprint, standing
from schemas import addresses, canonical, filled
from schemas.delivery import Action, Reaction
from schemas.entry import stamp
from schemas.parcel import Parcel
from schemas.particulars import Form
from schemas.release import Attachment, Document, Frozen, Metadata
from schemas.words import word

#: What is sent at once. Receivers read it into memory.
MAX_BYTES = 8_000_000
Type = Literal["release.published", "release.annotated", "release.withdrawn"]
TYPES: dict[Action, Type] = {
    Action.PUBLISH: "release.published",
    Action.ANNOTATE: "release.annotated",
    Action.WITHDRAW: "release.withdrawn",
}


class File(Frozen):
    """A file at its public address on the bureau's own site."""

    name: str
    media: str
    size: int
    sha256: str
    address: str


class Told(Frozen):
    """One document. What a withdrawal tells ends at `address`."""

    name: str  #: `policy`, `interpretation-1`, …
    role: str
    title: str
    shown_title: str  #: the title with its mark, 某规定(已废止): what a page should show
    address: str  #: on the bureau's own site
    summary: str | None = None
    body: str | None = None  #: clean HTML; all addresses in it are absolute
    text_sha256: str | None = None  #: of the body's visible text without white space
    attachments: tuple[File, ...] | None = None
    images: tuple[File, ...] | None = None
    #: What an interpretation is given in; left out where that is plain text.
    form: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None


class Standing(Frozen):
    """What holds of the release since its publication."""

    kind: str
    word: str
    sentence: str
    reason: str
    ground: str
    since: str
    expires_on: str | None
    successor: str
    successor_url: str
    confirmed_at: str


class Data(Frozen):
    """The release."""

    release: int
    edition: int
    edition_sha256: str
    publisher: str
    planned_at: str
    official_at: str | None
    metadata: dict[str, object]
    documents: tuple[Told, ...]
    standing: Standing | None


class Message(Frozen):
    """The whole body, in the form that Standard Webhooks asks for."""

    type: Type
    timestamp: str  #: when what it tells of happened, the same on every retry
    data: Data

    def encoded(self) -> bytes:
        """The canonical bytes that are logged, signed and sent."""
        return canonical.encode(self.model_dump(mode="json"))


def message(parcel: Parcel, site: contract.Site) -> bytes:
    """Return the body. Raises ChannelError(CONTENT) for one that is too long, (BUG) for what must not leave."""
    edition = parcel.edition
    if parcel.action is not Action.WITHDRAW:
        body.refuse_closed(edition.metadata)
    elif parcel.notice is None:
        raise contract.ChannelError(Reaction.BUG, "no_standing", "撤回缺少依据")
    data = Data(
        release=edition.release,
        edition=edition.number,
        edition_sha256=edition.digest,
        publisher=site.bureau,
        planned_at=stamp(parcel.planned_at),
        official_at=stamp(parcel.official_at) if parcel.official_at else None,
        metadata=_metadata(edition.metadata),
        documents=tuple(_told(parcel, one, site) for one in edition.documents),
        standing=_standing(parcel, site),
    )
    made = Message(type=TYPES[parcel.action], timestamp=_happened(parcel), data=data).encoded()
    if len(made) > MAX_BYTES:
        words = f"推送内容超过上限（{MAX_BYTES // 1_000_000} MB），请压缩或拆分正文"
        raise contract.ChannelError(Reaction.CONTENT, "too_large", words)
    return made


def _happened(parcel: Parcel) -> str:
    if parcel.action is not Action.PUBLISH and parcel.notice:
        return stamp(parcel.notice.confirmed_at)
    return stamp(parcel.official_at or parcel.planned_at)


def _metadata(metadata: Metadata) -> dict[str, object]:
    public = ("doc_no", "index_no", "issuer", "addressees", "theme", "note", "keywords")
    days = ("signed_on", "printed_on", "effective_on", "expires_on")
    found: dict[str, object] = {"kind": metadata.kind.value, "kind_word": word(metadata.kind)}
    found |= {name: getattr(metadata, name) for name in public}
    found |= {name: _day(getattr(metadata, name)) for name in days}
    said = metadata.particulars.model_dump(mode="json")
    own = {one.name: said[one.name] for one, _ in filled.public(metadata)}
    return found | ({"particulars": own} if own else {})


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _told(parcel: Parcel, one: Document, site: contract.Site) -> Told:
    release = parcel.edition.release
    whole: dict[str, object] = {}
    if parcel.action is not Action.WITHDRAW:
        whole = {
            "summary": one.summary,
            "body": body.placed(one, release, site.url),
            "text_sha256": fingerprint.fragment(one.body),
            "attachments": tuple(
                _file(file, site.url + addresses.attachment(release, one.name, number, file.name))
                for number, file in enumerate(one.attachments, 1)
            ),
            "images": tuple(
                _file(file, site.url + addresses.image(release, file.sha256, file.media)) for file in one.images
            ),
        }
    return Told(
        name=one.name,
        role=one.role.value,
        title=one.title,
        shown_title=standing.title(one, parcel.notice),
        address=parcel.addresses[one.name],
        form=None if one.form is Form.TEXT else one.form.value,
        **whole,
    )


def _file(file: Attachment, address: str) -> File:
    return File(name=file.name, media=file.media, size=file.size, sha256=file.sha256, address=address)


def _standing(parcel: Parcel, site: contract.Site) -> Standing | None:
    notice = parcel.notice
    if notice is None:
        return None
    return Standing(
        kind=notice.kind.value,
        word=word(notice.kind),
        sentence=standing.sentence(parcel.edition.policy, notice),
        reason=notice.reason,
        ground=notice.ground,
        since=notice.effective_on.isoformat(),
        expires_on=_day(notice.expires_on),
        successor=notice.successor.title if notice.successor else "",
        successor_url=notice.successor.url(site.url) if notice.successor else "",
        confirmed_at=stamp(notice.confirmed_at),
    )
