"""应急发布: what is kept of an edition that goes the fast lane: why it must, and what it was warned of as any other."""

import asyncio

from hub.commands import examining
from hub.commands.act import Acting, Hub
from hub.core import checks
from hub.core.checks import Severity
from hub.core.checks.finding import Finding
from hub.core.checks.known import Known
from hub.store import engine, offices, urgencies
from schemas.edition import Edition
from schemas.release import Release
from schemas.urgency import Urgency


async def warned(hub: Hub, release: Release | None) -> tuple[Finding, ...]:
    """What channels would say of the release as it is now. Asked before anything is locked: rendering takes seconds."""
    if release is None or release.document("policy") is None:
        return ()
    shown = Edition(release=release.id, number=1, metadata=release.metadata, documents=release.documents)
    return tuple(await examining.by_channels(hub, shown))


async def keep(
    acting: Acting, hub: Hub, edition: Edition, known: Known, reason: str, by_channels: tuple[Finding, ...]
) -> dict[str, str | int | None]:
    """Keep why the edition goes the fast lane and what it was warned of; return what the log says of it.

    The log is public before the edition is, so it names the reason by its digest.
    """
    phrases = await offices.phrases(acting.connection)
    # Every check reads every line: of a long text that is more than the event loop should lose.
    found = await asyncio.to_thread(checks.findings, edition, phrases, hub.rules, known)
    every = (*found, *by_channels)
    made = Urgency(
        release=edition.release,
        edition=edition.number,
        reason=reason,
        chain=edition.chain,
        warnings=tuple(sorted({one.code for one in every if one.severity is Severity.WARNS})),
        requested_by=acting.person.id,
        requested_at=await engine.now(acting.connection),
    )
    await urgencies.add(acting.connection, made)
    skips = ",".join(made.skipped)
    return {"lane": "urgent", "skips": skips, "sha256": made.sha256, "warnings": ",".join(made.warnings)}
