"""Writing: create a release, change its metadata, put its documents. Every change makes earlier approvals void."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hub.commands import naming
from hub.commands.act import Acting, Hub, act
from hub.core import delivery as rules
from hub.core import journal, kinds, workflow
from hub.store import blobs, deliveries, engine, releases
from schemas import canonical, events, filled
from schemas.delivery import FINAL, Action, Delivery
from schemas.draft import Text
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.particulars import Form
from schemas.person import Duty, Person
from schemas.release import Document, Metadata, Release, ReleaseState, Role

#: What a document becomes, given what it is now. Called under the release's lock.
Revision = Callable[[Document | None], Document]


async def create(hub: Hub, person: Person, metadata: Metadata) -> Release:
    """Create a draft. Durable on return; running it twice makes two drafts."""
    workflow.require(person, Duty.EDITOR)
    async with act(hub, person) as acting:
        return await add(acting, metadata)


async def add(acting: Acting, metadata: Metadata, documents: Sequence[Document] = ()) -> Release:
    """Create a draft with its first documents inside an act. The bytes that they name must be in the store already."""
    kinds.require_own(metadata)
    metadata = await naming.settled(acting.connection, metadata)
    release = await releases.add(acting.connection, metadata, author=acting.person.id, unit=acting.person.unit)
    unit = {"unit": release.unit} if release.unit else {}
    acting.log(EntryType.RELEASE_CREATED, release, data={"metadata_sha256": digest(metadata), **unit})
    for document in documents:
        await _hold(acting, document, ())
        await releases.put_document(acting.connection, release.id, document)
        data = {"what": document.name, "sha256": digest(document)}
        acting.log(EntryType.RELEASE_EDITED, release, data=data)
    return release


async def edit(
    hub: Hub,
    person: Person,
    release: int,
    metadata: Metadata,
    *,
    version: int | None = None,
    seen: str | None = None,
) -> Release:
    """Change the metadata. Raises HubError(CONFLICT) when somebody changed the release since `version`.

    `seen` is the digest of the metadata that the person has read: other changes meanwhile do not matter to them. A
    policy that bears the old title bears the new one.
    """
    async with act(hub, person) as acting:
        before = await opened(acting, person, release, version)
        if seen not in {None, digest(before.metadata)}:
            raise HubError(ErrorCode.CONFLICT)
        kinds.require_own(metadata)
        metadata = await naming.settled(acting.connection, metadata, release=release)
        policy = before.document(Role.POLICY)
        if policy and policy.title == before.metadata.title != metadata.title:
            policy = policy.model_copy(update={"title": metadata.title})
            await releases.put_document(acting.connection, release, policy)
            acting.log(EntryType.RELEASE_EDITED, before, data={"what": policy.name, "sha256": digest(policy)})
        values = {"metadata": metadata.model_dump(mode="json")}
        note = {"particulars": named} if (named := filled.changed(before.metadata, metadata)) else {}
        return await changed(acting, before, values, what="metadata", sha256=digest(metadata), **note)


async def put_document(
    hub: Hub,
    person: Person,
    release: int,
    document: Document,
    *,
    data: Sequence[bytes] = (),
    version: int | None = None,
) -> Release:
    """Put the policy or an interpretation, with the bytes of its new attachments and images. May run twice.

    Raises HubError: CONFLICT, or INVALID when bytes that the document names were neither given nor kept before.
    """
    return await revise(hub, person, release, document.name, lambda _: document, data=data, version=version)


async def revise(
    hub: Hub,
    person: Person,
    release: int,
    name: str,
    revision: Revision,
    *,
    data: Sequence[bytes] = (),
    version: int | None = None,
    seen: str | None = None,
    note: Mapping[str, object] | None = None,
) -> Release:
    """Change one document under the release's lock. `seen` is the mark of the text that the person began on.

    Raises HubError: CONFLICT when the text is another one by now: nothing is overwritten unseen. NOT_FOUND where the
    revision needs a document that is gone. `note` goes into the log entry.
    """
    async with act(hub, person) as acting:
        before = await opened(acting, person, release, version)
        old = before.document(name)
        if seen not in {None, Text.of(old).mark}:
            raise HubError(ErrorCode.CONFLICT)
        document = revision(old)
        await _hold(acting, document, data)
        await releases.put_document(acting.connection, release, document)
        form = {"form": document.form.value} if document.form is not (old.form if old else Form.TEXT) else {}
        return await changed(acting, before, {}, what=name, sha256=digest(document), **form, **(note or {}))


async def reopen(hub: Hub, person: Person, release: int, *, version: int | None = None) -> Release:
    """Take a release back from review, or begin a correction: it is a draft again and its approvals count no more."""
    async with act(hub, person) as acting:
        before = await opened(acting, person, release, version)
        return await changed(acting, before, {}, what="reopened", sha256=digest(before.metadata))


def digest(value: Metadata | Document) -> str:
    """The digest under which the log names metadata and documents."""
    return canonical.digest(canonical.encode(value.model_dump(mode="json")))


def needed(document: Document | None, name: str) -> Document:
    """The document. Raises HubError(NOT_FOUND) where there is none."""
    if document is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"文件 {name}")
    return document


async def opened(acting: Acting, person: Person, release: int, version: int | None) -> Release:
    """The release, locked and open for editing; a first publication that has not left yet is called off."""
    workflow.require(person, Duty.EDITOR)
    before = await acting.release(release, version=version)
    workflow.require(await acting.within(before), Duty.EDITOR)
    if before.official_at is None:
        pending = [
            d
            for d in await deliveries.of_release(acting.connection, release, lock=True)
            if d.state not in FINAL and d.action is Action.PUBLISH
        ]
        await _call_off(acting, pending)
    return before


async def changed(
    acting: Acting, before: Release, values: dict[str, Any], *, what: str, sha256: str, **note: object
) -> Release:
    """Write that the release was changed: it is a draft again, and the person is one of its authors."""
    authors = [*before.authors, *({acting.person.id} - set(before.authors))]
    await releases.change(acting.connection, before, state=ReleaseState.DRAFT, authors=authors, **values)
    acting.log(EntryType.RELEASE_EDITED, before, data={"what": what, "sha256": sha256, **note})
    return await acting.release(before.id)


async def _hold(acting: Acting, document: Document, data: Sequence[bytes]) -> None:
    """Keep the bytes that were brought; see that the store has all that the document names."""
    for one in data:
        await blobs.keep(acting.connection, one)
    named = {one.sha256 for one in (*document.attachments, *document.images)}
    if lacking := await blobs.missing(acting.connection, named):
        raise HubError(ErrorCode.INVALID, detail=f"缺少 {len(lacking)} 个附件或图片的内容")


async def _call_off(acting: Acting, pending: Sequence[Delivery]) -> None:
    if any(d.intended_at for d in pending):
        advice = "请等待各渠道有结果后再修改。"
        raise HubError(ErrorCode.STATE, state="正在投递", advice=advice)
    now = await engine.now(acting.connection)
    for before in pending:
        after = rules.decide(before, events.Cancelled(), now=now, dice=0.0)
        await deliveries.save(acting.connection, before, after)
        acting.acts.append(journal.by_hand(before, after, who=acting.person.id, why="edited"))
