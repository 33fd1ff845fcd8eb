"""解读: begun from the template or from a file beside the policy that it interprets; put in order, or taken away."""

from hub.commands import drafting, offices, writing
from hub.commands.act import Acting, Hub, act
from hub.core import outline, workflow
from hub.intake import sanitise
from hub.intake.manuscript import Manuscript
from hub.store import blobs, deliveries, drafts, releases
from hub.store import offices as stored
from schemas.draft import Text
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Release, Role

#: What `schemas.release.Document.number` can count.
MAX_NUMBER = 99


async def add(hub: Hub, person: Person, release: int, file: writing.File | None = None) -> str:
    """Add an interpretation and return its name. Durable on return; running it twice adds two.

    Raises HubError: NOT_FOUND, INTAKE for a file that cannot be read, STATE beyond the ninety-ninth.
    """
    workflow.require(person, Duty.EDITOR)
    read = await writing.read(file) if file else None
    async with act(hub, person) as acting:
        before = await drafting.opened(acting, person, release, None)
        number = max((one.number for one in before.documents), default=0) + 1
        if number > MAX_NUMBER:
            raise HubError(ErrorCode.STATE, state="解读已满", advice=f"一份文件最多 {MAX_NUMBER} 篇解读。")
        name = f"{Role.INTERPRETATION}-{number}"
        for _, data in read.images if read else ():
            await blobs.keep(acting.connection, data)
        text = _read(read) if read else await _begun(acting, before)
        document = writing.written(name, None, text, [image for image, _ in read.images] if read else ())
        await releases.put_document(acting.connection, release, document)
        await drafting.changed(acting, before, {}, what=name, sha256=drafting.digest(document))
    return name


async def remove_document(hub: Hub, person: Person, release: int, name: str, *, seen: str | None = None) -> Release:
    """Take an interpretation out of the release. Editions that hold it stay as they are.

    Raises HubError: NOT_FOUND, CONFLICT, INVALID for the policy, without which there is no release.
    """
    async with act(hub, person) as acting:
        before = await drafting.opened(acting, person, release, None)
        old = drafting.needed(before.document(name), name)
        if seen not in {None, Text.of(old).mark}:
            raise HubError(ErrorCode.CONFLICT)
        if old.number == 0:
            raise HubError(ErrorCode.INVALID, detail="政策文件不能移除，可以修改或重新导入")
        await releases.remove_document(acting.connection, release, old.number)
        await drafts.drop_document(acting.connection, release, name)
        return await drafting.changed(acting, before, {}, what=name, sha256=drafting.digest(old), removed=True)


async def swap_documents(hub: Hub, person: Person, release: int, one: str, other: str) -> Release:
    """Let two interpretations change places. Raises HubError(STATE) once an edition was sent: addresses are public.

    Unsaved texts of either are refused (STATE) rather than moved under somebody's hands.
    """
    async with act(hub, person) as acting:
        before = await drafting.opened(acting, person, release, None)
        pair = [drafting.needed(before.document(name), name) for name in (one, other)]
        if not all(document.number for document in pair):
            raise HubError(ErrorCode.INVALID, detail="只有解读可以调换次序")
        if await deliveries.of_release(acting.connection, release):
            raise HubError(ErrorCode.STATE, state="已交付发布", advice="各篇解读的网址已经确定，次序不再改变。")
        if await drafts.any_of(acting.connection, release, (one, other)):
            raise HubError(ErrorCode.STATE, state="有未保存的稿子", advice="请先保存或丢弃，再调换次序。")
        for document, number in zip(pair, reversed([document.number for document in pair]), strict=True):
            moved = document.model_copy(update={"number": number})
            await releases.put_document(acting.connection, release, moved)
        return await drafting.changed(acting, before, {}, what=one, swapped=other, sha256=drafting.digest(pair[0]))


def _read(read: Manuscript) -> Text:
    return Text(title=read.title, body=read.body, form=outline.form(read.title))


async def _begun(acting: Acting, release: Release) -> Text:
    """The administrator's template, or ours, filled with what is known of the policy."""
    own = await stored.template(acting.connection, offices.INTERPRETATION)
    policy = release.document(Role.POLICY)
    written = policy.body if policy else ""
    try:
        body = outline.interpretation(release.metadata, written, own or outline.TEMPLATE)
    except ValueError:  # a template from before its names were checked
        body = outline.interpretation(release.metadata, written)
    return Text(title=f"《{release.metadata.title}》政策解读"[:200], body=sanitise.sanitise(body))
