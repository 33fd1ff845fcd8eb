"""The API of 区分处理: an original's numbered passages, a public version made of it, and what was taken out of what."""

from hub.commands import opening, redacting
from hub.core import redaction, workflow
from hub.store import derivations, editions
from hub.web import walls
from hub.web.forms import DeriveForm
from hub.web.route import Ask
from hub.web.shapes.afterwards import PassageLine, Passages, Removed, RemovedLine
from schemas.derivation import Redaction
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY, Duty
from schemas.release import Release

#: Who sees what was taken out beside the original: who makes it, who reviews it, who audits it.
LOOKERS = frozenset({Duty.EDITOR, Duty.AUDITOR, *LEVEL_DUTY.values()})


async def list_passages(ask: Ask) -> Passages:
    """Every passage with the number under which it can be taken out."""
    workflow.require(ask.person, *LOOKERS)
    release = await _found(ask)
    lines = [
        PassageLine(document=one.name, number=block.number, text=block.words)
        for one in release.documents
        for block in redaction.blocks(one.body)
    ]
    return Passages(mark=redacting.mark(release), passages=tuple(lines))


async def derive_release(ask: Ask) -> Release:
    form = ask.filled(DeriveForm)
    wanted = Redaction(cuts=form.cuts, blackouts=form.blackouts, keeps=form.keeps)
    return await redacting.derive(ask.hub, ask.person, ask.release, wanted, seen=form.mark)


async def get_removed(ask: Ask) -> Removed:
    """What the version was made from and what was taken out, with its words: on the staff side alone."""
    workflow.require(ask.person, *LOOKERS)
    await _found(ask)
    async with ask.hub.engine.connect() as connection:
        made = await derivations.find(connection, ask.release)
        origin = await editions.find(connection, made.origin, made.origin_edition) if made else None
    if made:
        await walls.check(ask.hub, ask.person, made.origin)
    if made is None or origin is None:
        raise HubError(ErrorCode.NOT_FOUND, what="原件：这份文件不是区分处理后的公开版本")
    lines = [
        RemovedLine(**one.model_dump(), text=words)
        for one, words in zip(made.removals, redaction.words(origin, made.removals), strict=True)
    ]
    return Removed(
        release=made.release,
        origin=made.origin,
        origin_edition=made.origin_edition,
        origin_digest=made.origin_digest,
        removals=tuple(lines),
    )


async def _found(ask: Ask) -> Release:
    async with ask.hub.engine.connect() as connection:
        return await opening.release(connection, ask.release)
