"""索引号: given by the hub, or typed by a person and then taken; either way it is the release's alone, for good.

It is part of what is reviewed, so it must be there before an edition is frozen, and is given no earlier than somebody
asks: on pressing 生成索引号, or at submission (`index_no_at_submit` in `[rules]`).
"""

from hub.chinese import index_numbers
from hub.commands import drafting
from hub.commands.act import Acting, Hub, act
from hub.core import workflow
from hub.store import serials
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Metadata, Release
from schemas.rulebook import Rulebook


def code(metadata: Metadata, rules: Rulebook) -> str:
    """The code under which this body's documents are numbered, "" when nobody has set one."""
    own = dict(line.rsplit(" ", 1) for line in rules.unit_codes)
    return own.get(metadata.issuer, rules.bureau_code)


async def give(hub: Hub, person: Person, release: int, *, version: int | None = None) -> Release:
    """Give the release its 索引号 in place of what it has. One transaction; a second time it gets the same one.

    Raises HubError: FORBIDDEN, CONFLICT, INVALID where no code is set.
    """
    workflow.require(person, Duty.EDITOR)
    async with act(hub, person) as acting:
        return await _numbered(acting, await drafting.opened(acting, person, release, version))


async def at_submission(acting: Acting, release: Release) -> Release:
    """The release with an 索引号, where the rules say that it gets one by itself; as it is otherwise."""
    rules = acting.rules
    if release.metadata.index_no or not rules.index_no_at_submit or not code(release.metadata, rules):
        return release
    return await _numbered(acting, release)


async def take(acting: Acting, edition: Edition) -> None:
    """Have a typed number be this release's from now on. That nobody else has it was checked before."""
    parts = index_numbers.parts(edition.metadata.index_no or "")
    if parts and parts.serial:
        await serials.take(acting.connection, *parts, edition.release)


async def _numbered(acting: Acting, before: Release) -> Release:
    metadata = before.metadata
    bureau = code(metadata, acting.rules)
    if not bureau:
        detail = "没有设置本机关的统一社会信用代码（[rules] bureau_code），不能生成索引号"
        raise HubError(ErrorCode.INVALID, detail=detail, fields={"index_no": detail})
    year = metadata.signed_on.year
    serial = await serials.give(acting.connection, bureau, year, before.id)
    given = metadata.model_copy(update={"index_no": index_numbers.written(bureau, year, serial)})
    values = {"metadata": given.model_dump(mode="json")}
    digest = drafting.digest(given)
    return await drafting.changed(acting, before, values, what="metadata", sha256=digest, index_no=given.index_no)
