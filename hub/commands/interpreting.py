"""解读: begun from the template or from a file, beside the policy that it interprets."""

from hub.commands import drafting, offices, writing
from hub.commands.act import Acting, Hub, act
from hub.core import outline, workflow
from hub.intake import sanitise
from hub.intake.manuscript import Manuscript
from hub.store import blobs, releases
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
