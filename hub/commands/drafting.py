"""Writing: create a release, change its metadata, put its documents. Every change makes earlier approvals void."""

from collections.abc import Sequence
from typing import Any

from hub.commands.act import Acting, Hub, act
from hub.core import delivery as rules
from hub.core import journal, workflow
from hub.store import blobs, deliveries, engine, releases
from schemas import canonical
from schemas import delivery as events
from schemas.delivery import FINAL, Delivery
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Document, Metadata, Release, ReleaseState


async def create(hub: Hub, person: Person, metadata: Metadata) -> Release:
    """Create a draft. Durable on return; running it twice makes two drafts."""
    workflow.require(person, Duty.EDITOR)
    async with act(hub, person) as acting:
        release = await releases.add(acting.connection, metadata, author=person.id)
        acting.log(EntryType.RELEASE_CREATED, release, data={"metadata_sha256": _digest(metadata)})
    return release


async def edit(hub: Hub, person: Person, release: int, metadata: Metadata, *, version: int | None = None) -> Release:
    """Change the metadata. Raises HubError(CONFLICT) when somebody changed the release since `version`."""
    async with act(hub, person) as acting:
        before = await _open(acting, person, release, version)
        values = {"metadata": metadata.model_dump(mode="json")}
        return await _changed(acting, before, values, what="metadata", sha256=_digest(metadata))


async def put_document(
    hub: Hub,
    person: Person,
    release: int,
    document: Document,
    *,
    data: Sequence[bytes] = (),
    version: int | None = None,
) -> Release:
    """Put the policy or an interpretation, with the bytes of its attachments and images. May run twice.

    Raises HubError: CONFLICT, or INVALID when the bytes are not those that the document names.
    """
    named = {a.sha256 for a in (*document.attachments, *document.images)}
    if missing := named - {canonical.digest(d) for d in data}:
        raise HubError(ErrorCode.INVALID, detail=f"缺少 {len(missing)} 个附件或图片的内容")
    async with act(hub, person) as acting:
        before = await _open(acting, person, release, version)
        for one in data:
            await blobs.keep(acting.connection, one)
        await releases.put_document(acting.connection, release, document)
        return await _changed(acting, before, {}, what=document.name, sha256=_digest(document))


async def _open(acting: Acting, person: Person, release: int, version: int | None) -> Release:
    """The release, locked and open for editing; a first publication that has not left yet is called off."""
    workflow.require(person, Duty.EDITOR)
    before = await acting.release(release, version=version)
    if before.official_at is None:
        pending = [
            d for d in await deliveries.of_release(acting.connection, release, lock=True) if d.state not in FINAL
        ]
        await _call_off(acting, pending)
    return before


async def _call_off(acting: Acting, pending: Sequence[Delivery]) -> None:
    if any(d.intended_at for d in pending):
        advice = "请等待各渠道有结果后再修改。"
        raise HubError(ErrorCode.STATE, state="正在投递", advice=advice)
    now = await engine.now(acting.connection)
    for before in pending:
        after = rules.decide(before, events.Cancelled(), now=now, dice=0.0)
        await deliveries.save(acting.connection, before, after)
        acting.acts.append(journal.by_hand(before, after, who=acting.person.id, why="edited"))


async def _changed(acting: Acting, before: Release, values: dict[str, Any], *, what: str, sha256: str) -> Release:
    authors = [*before.authors, *({acting.person.id} - set(before.authors))]
    await releases.change(acting.connection, before, state=ReleaseState.DRAFT, authors=authors, **values)
    acting.log(EntryType.RELEASE_EDITED, before, data={"what": what, "sha256": sha256})
    return await acting.release(before.id)


def _digest(value: Metadata | Document) -> str:
    return canonical.digest(canonical.encode(value.model_dump(mode="json")))
