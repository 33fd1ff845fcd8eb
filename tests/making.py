"""Makers of what tests need, with sensible values for all that a test does not care about."""

from datetime import date

from hub.app import House
from hub.commands import drafting, reviewing, standing
from schemas.edition import Edition
from schemas.person import Person
from schemas.release import Document, Metadata, Release, Role
from schemas.review import Decision, Level
from schemas.standing import Proposal, Standing, StandingKind

REVIEWS = (
    ("first", Level.FIRST),
    ("second", Level.SECOND),
    ("secrecy", Level.SECRECY),
    ("signer", Level.FINAL),
)


def metadata(**changes: object) -> Metadata:
    values: dict[str, object] = {
        "kind": "policy",
        "title": "关于测试的通知",
        "doc_no": "津规资办发〔2026〕1号",
        "index_no": "11120000MB1909339E/2026-00001",
        "issuer": "天津市规划和自然资源局",
        "theme": "综合政务\\政务公开",
        "signed_on": date(2026, 11, 1),
    }
    return Metadata.model_validate(values | changes)


def documents() -> tuple[Document, ...]:
    policy = Document(role=Role.POLICY, number=0, title="关于测试的通知", body="<p>一、为了测试。</p>")
    interpretation = Document(
        role=Role.INTERPRETATION,
        number=1,
        title="解读",
        body="<p>《关于测试的通知》说明了什么：适用于各单位，方便群众办事，与原规定没有差异。</p>",
    )
    return policy, interpretation


async def draft(house: House, staff: dict[str, Person], **changes: object) -> Release:
    release = await drafting.create(house.hub, staff["editor"], metadata(**changes))
    for document in documents():
        release = await drafting.put_document(house.hub, staff["editor"], release.id, document)
    return release


async def approved(house: House, staff: dict[str, Person], **changes: object) -> Edition:
    """A release that only waits for the button."""
    release = await draft(house, staff, **changes)
    edition = await reviewing.submit(house.hub, staff["editor"], release.id)
    for login, level in REVIEWS:
        await reviewing.review(house.hub, staff[login], release.id, level, Decision.APPROVE)
    return edition


def proposal(kind: StandingKind = StandingKind.WITHDRAWN, **changes: object) -> Proposal:
    return Proposal.model_validate({"kind": kind, "reason": "公开了不应公开的内容"} | changes)


async def said(
    house: House, staff: dict[str, Person], release: int, kind: StandingKind = StandingKind.WITHDRAWN, **changes: object
) -> Standing:
    """A standing that two people made: proposed by the editor, confirmed by the signer."""
    proposed = await standing.propose(house.hub, staff["editor"], release, proposal(kind, **changes))
    return await standing.confirm(house.hub, staff["signer"], proposed.id)
