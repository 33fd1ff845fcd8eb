"""What a copy of a text says, worked out from its edition and the site alone. Pure: equal sheets give equal bytes."""

from datetime import date
from typing import TYPE_CHECKING

from channels.website.dates import chinese
from channels.website.typeset import ADDRESSED, MARKUP, OPENING
from channels.website.words import WORDS
from schemas import addresses, filled
from schemas.edition import Edition
from schemas.particulars import Form
from schemas.release import Document, Frozen, Metadata, Role
from schemas.words import word

# For each copy a process is started, which has no use for what a whole channel stands on.
if TYPE_CHECKING:
    from channels.contract import Site

#: What every copy says of itself.
SAID = "本文本由本网站按审核签发的同一版本自动生成，内容与网页一致。文件是否有效、何时正式发布，以上列网址的网页为准。"
FACTS = "文件信息"


class Picture(Frozen):
    """An image of the text, named as the text names it."""

    sha256: str
    media: str


class Sheet(Frozen):
    """One document, ready to be set."""

    title: str
    number: str  #: the document number below the title; empty where the text itself opens with it
    addressed: bool  #: the first paragraph names whom it is written to, and stands flush left
    body: str  #: clean HTML, images as `blob:<sha256>`
    pictures: tuple[Picture, ...]
    facts: tuple[tuple[str, str], ...]
    attachments: tuple[tuple[str, str], ...]  #: name, address
    address: str
    issuer: str
    site: str
    keywords: tuple[str, ...]
    digest: str
    edition: str
    day: date  #: the time that the file gives itself


def of(edition: Edition, one: Document, site: "Site") -> Sheet:
    """Return the sheet of one document."""
    metadata, is_policy = edition.metadata, one.role is Role.POLICY
    address = site.url + addresses.path(edition.release, one.name)
    return Sheet(
        title=one.title,
        number=_number(metadata, one) if is_policy else "",
        addressed=ADDRESSED.match(one.body) is not None,
        body=one.body,
        pictures=tuple(Picture(sha256=image.sha256, media=image.media) for image in one.images),
        facts=tuple(_facts(metadata, edition, one)),
        attachments=tuple(
            (file.name, site.url + addresses.attachment(edition.release, one.name, number, file.name))
            for number, file in enumerate(one.attachments, 1)
        ),
        address=address,
        issuer=metadata.issuer or site.bureau,
        site=site.name,
        keywords=metadata.keywords,
        digest=edition.digest,
        edition=WORDS["edition_number"].format(number=edition.number),
        day=metadata.printed_on or metadata.signed_on,
    )


def _facts(metadata: Metadata, edition: Edition, one: Document) -> list[tuple[str, str]]:
    """What stays true of the edition: when it was published and whether it is in force, its page says."""
    if one.role is not Role.POLICY:
        return [
            (WORDS["title_label"], one.title),
            *([(WORDS["form"], word(one.form))] if one.form is not Form.TEXT else []),
            (WORDS["interprets"], edition.policy.title),
            (WORDS["doc_no"], metadata.doc_no or WORDS["none"]),
            (WORDS["issuer"], metadata.issuer),
        ]
    days = ("printed_on", "effective_on", "expires_on")
    return [
        (WORDS["title_label"], one.title),
        (WORDS["doc_no"], metadata.doc_no or WORDS["none"]),
        (WORDS["index_no"], metadata.index_no or WORDS["none"]),
        (WORDS["theme"], metadata.theme),
        (WORDS["issuer"], metadata.issuer),
        ("公开属性", word(metadata.disclosure)),
        (WORDS["signed_on"], chinese(metadata.signed_on)),
        *((WORDS[name], chinese(day)) for name in days if (day := getattr(metadata, name))),
        *((one.label, filled.read(said)) for one, said in filled.public(metadata)),
    ]


def _number(metadata: Metadata, one: Document) -> str:
    """As the page has it: not twice."""
    number = metadata.doc_no or ""
    opening = OPENING.match(one.body)
    return "" if opening and MARKUP.sub("", opening[0]).strip() == number else number
