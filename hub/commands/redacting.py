"""区分处理: a public version is made from an original that is not open; the original itself goes nowhere.

The version is a release of its own that holds nothing of what was taken out. What it was made from, at which places
and on which grounds, is kept beside it and told to those who review it.
"""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import drafting
from hub.commands.act import Acting, Hub, act
from hub.core import redaction, workflow
from hub.core.redaction import Version
from hub.store import blobs, derivations, editions, engine, releases
from schemas import canonical
from schemas.derivation import Derivation, Redaction
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Disclosure, Release, Role, Secrecy
from schemas.words import word

#: State secrets: what is blacked out of one stays one until it is declassified (保守国家秘密法 第二十四条).
SECRETS = frozenset({Secrecy.CONFIDENTIAL, Secrecy.HIGHLY_CONFIDENTIAL, Secrecy.MOST_CONFIDENTIAL})


async def derive(hub: Hub, person: Person, origin: int, wanted: Redaction, *, seen: str | None = None) -> Release:
    """Make a new draft from the original without what is to be taken out. Running it twice makes two.

    The original is frozen as an edition, if its present text is none yet, so that what was left out of what can be
    proven; it gets no review and no channel by that. `seen` is the digest of the text that the person has chosen from;
    another one by now raises CHANGED. Its authors are authors of the version too: they wrote what stayed.
    Raises HubError: FORBIDDEN, NOT_FOUND, STATE for an original that is open anyway, CLASSIFIED for a state secret,
    INVALID for nothing taken out or for a passage that there is not, LEAKS where the same words stand elsewhere.
    """
    workflow.require(person, Duty.EDITOR)
    _check_wanted(wanted)
    async with act(hub, person) as acting:
        before = await acting.release(origin)
        workflow.require(await acting.within(before), Duty.EDITOR)
        check_origin(before)
        frozen = await _frozen(acting, before, seen)
        # Every letter is looked at: of a long text that is more than the event loop should lose.
        version = await asyncio.to_thread(make, frozen, wanted)
        draft = await drafting.add(acting, version.metadata, version.documents)
        made = Derivation(
            release=draft.id,
            origin=origin,
            origin_edition=frozen.number,
            origin_digest=frozen.digest,
            removals=version.removals,
            keeps=tuple(one.sha256 for document in version.documents for one in document.attachments),
            made_by=person.id,
            made_at=await engine.now(acting.connection),
        )
        edition = Edition(release=draft.id, number=1, metadata=version.metadata, documents=version.documents)
        await _refuse_leaks(acting.connection, made, frozen, edition)
        await derivations.add(acting.connection, made)
        authors = [*before.authors, *({person.id} - {*before.authors})]
        await releases.change(acting.connection, draft, authors=authors)
        _log(acting, draft, made)
        return await acting.release(draft.id)


async def check(connection: AsyncConnection, edition: Edition) -> None:
    """Raise HubError(LEAKS) for an edition of a public version in which something stands that was taken out."""
    made = await derivations.find(connection, edition.release)
    if made is None:
        return
    frozen = await editions.find(connection, made.origin, made.origin_edition)
    assert frozen is not None  # noqa: S101 - the store refers to it
    await _refuse_leaks(connection, made, frozen, edition)


def check_origin(release: Release) -> None:
    """Raise HubError unless a public version may be made of the release."""
    if release.metadata.secrecy in SECRETS:
        raise HubError(ErrorCode.CLASSIFIED, mark=word(release.metadata.secrecy))
    if release.metadata.disclosure is Disclosure.OPEN and release.metadata.secrecy is Secrecy.NONE:
        advice = "原件是主动公开的，可以直接发布，不需要另做公开版本。"
        raise HubError(ErrorCode.STATE, state=word(Disclosure.OPEN), advice=advice)
    if not release.documents or release.documents[0].role is not Role.POLICY:
        raise HubError(ErrorCode.INVALID, detail="还没有政策文件正文")


def make(origin: Edition, wanted: Redaction) -> Version:
    """The public version. Raises HubError(INVALID) for a passage that there is not, or for words that stand nowhere."""
    try:
        version = redaction.version(origin, wanted)
    except ValueError:
        raise HubError(ErrorCode.INVALID, detail="选定的段落已不存在，请重新选择") from None
    if not version.removals:
        detail = "要删去的文字在原件中没有找到，请核对"
        raise HubError(ErrorCode.INVALID, detail=detail, fields={"words-1": detail})
    return version


def _check_wanted(wanted: Redaction) -> None:
    if not wanted.cuts and not wanted.blackouts:
        detail = "还没有选定要删去的内容；没有要删去的，请重新认定公开属性"
        raise HubError(ErrorCode.INVALID, detail=detail)


async def _frozen(acting: Acting, before: Release, seen: str | None) -> Edition:
    """The original's present text as an edition, frozen now where it is none yet."""
    newest = await editions.newest_number(acting.connection, before.id)
    kept = await editions.find(acting.connection, before.id, newest) if newest else None
    if seen not in {None, mark(before)}:
        raise HubError(ErrorCode.CHANGED, detail="原件刚刚被修改过，所选的段落可能已不是原来的段落")
    if kept is not None and mark(kept) == mark(before):
        return kept
    frozen = now(before, newest + 1)
    await editions.freeze(acting.connection, frozen, before.authors)
    return frozen


def now(release: Release, number: int) -> Edition:
    """The original's present text as an edition."""
    return Edition(release=release.id, number=number, metadata=release.metadata, documents=release.documents)


def mark(text: Release | Edition) -> str:
    """Tells a text with its 公文要素 from any other: what a person has chosen from."""
    parts = [text.metadata.model_dump(mode="json"), *(one.model_dump(mode="json") for one in text.documents)]
    return canonical.digest(canonical.encode(parts))


async def _refuse_leaks(connection: AsyncConnection, made: Derivation, origin: Edition, edition: Edition) -> None:
    named = {one.sha256 for document in edition.documents for one in (*document.attachments, *document.images)}
    files = await blobs.some(connection, named)
    places = await asyncio.to_thread(redaction.leaks, origin, edition, made, files)
    if places:
        raise HubError(ErrorCode.LEAKS, places="、".join(places))


def _log(acting: Acting, draft: Release, made: Derivation) -> None:
    """The log is public: it names the original by number and digest, and the grounds; not a word of the text."""
    data = {
        "origin": made.origin,
        "origin_edition": made.origin_edition,
        "origin_digest": made.origin_digest,
        "grounds": made.grounds,
        "attachments": len(made.keeps),
    }
    acting.log(EntryType.RELEASE_DERIVED, draft, data=data)
