"""自动改正: what mends a finding by itself, applied to the text as it is being written and saved as one edit."""

import asyncio
from collections.abc import Mapping

from hub.commands import cleaning, drafting, examining, numbering, opening, reviewing, writing
from hub.commands.act import Hub, act
from hub.core import checks, workflow
from hub.core.checks import Finding, Fix
from hub.core.checks.fixes import BEYOND
from hub.store import drafts, releases
from schemas.draft import Text
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Attachment, Document, Release


async def findings(
    hub: Hub, release: Release, typed: Mapping[str, Text] | None = None, *, is_final: bool = False
) -> tuple[Finding, ...]:
    """What the checks say of the release with these cleaned texts in place of its own, the blocking ones first.

    `is_final` as `examining.examine` means it. Nothing is said of a release without a policy text, which cannot be
    checked yet.
    """
    edition = _edition(release, typed or {})
    return await examining.examine(hub, edition, is_final=is_final) if edition else ()


async def mend(
    hub: Hub, person: Person, release: int, key: str, *, name: str, text: Text | None, seen: str | None
) -> Release:
    """Apply the fix of the finding with this key, to the document `name` as typed, and save all that it changes.

    `text` is None when nothing was typed. Raises HubError: CONFLICT when the text or the release changed meanwhile,
    NOT_FOUND when the finding is no longer there or has no fix.
    """
    workflow.require(person, Duty.EDITOR)
    before = stored = await _release(hub, release)
    if seen not in {None, Text.of(before.document(name)).mark}:
        raise HubError(ErrorCode.CONFLICT)
    if text is not None:
        before = await _written(hub, person, before, name, text)
    edition = _edition(before, {})
    found = next((one for one in await findings(hub, before) if one.key == key and one.fix), None)
    if edition is None or found is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这项检查发现（内容可能已经改过）")
    if found.fix in BEYOND:
        kept = await _save(hub, person, stored, edition, fix=found.code, name=name) if before is not stored else stored
        return await _beyond(hub, person, kept, found)
    mended = await asyncio.to_thread(checks.apply, edition, found)
    return await _save(hub, person, stored, mended, fix=found.code, name=name)


async def _beyond(hub: Hub, person: Person, release: Release, finding: Finding) -> Release:
    """What the edition alone cannot mend; the text as typed was saved before."""
    if finding.fix is Fix.GIVE_INDEX_NO:
        return await numbering.give(hub, person, release.id, version=release.version)
    return await cleaning.clean(hub, person, release.id, finding.place, finding.file or "", version=release.version)


async def _written(hub: Hub, person: Person, release: Release, name: str, text: Text) -> Release:
    """The release as if the text had been saved, pictures and all."""
    clean = await writing.cleaned(text)
    async with hub.engine.connect() as connection:
        draft = await drafts.find(connection, release.id, name, person.id)
    fresh = writing.written(name, drafting.needed(release.document(name), name), clean, draft.images if draft else ())
    documents = tuple(fresh if one.name == name else one for one in release.documents)
    return release.model_copy(update={"documents": documents})


async def _save(hub: Hub, person: Person, before: Release, mended: Edition, *, fix: str, name: str) -> Release:
    changed = [one for one in mended.documents if one != before.document(one.name)]
    async with act(hub, person) as acting:
        # All was worked out for this version of the release; another one by now raises CONFLICT.
        now = await drafting.opened(acting, person, before.id, before.version)
        for document in changed:
            await releases.put_document(acting.connection, now.id, document)
            data = {"what": document.name, "sha256": drafting.digest(document), "fix": fix}
            acting.log(EntryType.RELEASE_EDITED, now, data=data)
        values = {"metadata": mended.metadata.model_dump(mode="json")}
        digest = drafting.digest(mended.metadata)
        saved = await drafting.changed(acting, now, values, what="metadata", sha256=digest, fix=fix)
        await drafts.drop(acting.connection, now.id, name, person.id)
    return saved


def _edition(release: Release, typed: Mapping[str, Text]) -> Edition | None:
    if release.document("policy") is None:
        return None
    documents = tuple(
        _pictured(writing.retitled(document, typed[document.name])) if document.name in typed else document
        for document in release.documents
    )
    return reviewing.snapshot(release.model_copy(update={"documents": documents}), (release.edition or 0) + 1)


def _pictured(typed: Document) -> Document:
    """With a stand-in for each picture that was brought into the text and is the document's only when it is saved."""
    known = {one.sha256 for one in typed.images}
    brought = [digest for digest in writing.pictures(typed.body) if digest not in known]
    stand_ins = (Attachment(name="图片", media="image/png", size=0, sha256=digest) for digest in brought)
    return typed.model_copy(update={"images": (*typed.images, *stand_ins)})


async def _release(hub: Hub, release: int) -> Release:
    async with hub.engine.connect() as connection:
        return await opening.release(connection, release)
