"""Which documents of ours a document names: they must be there for the public, and carry their own titles."""

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import releases, standings
from schemas.errors import ErrorCode, HubError
from schemas.relation import Relation
from schemas.release import Metadata
from schemas.standing import StandingKind

#: As `schemas.release.Metadata.relations`.
MOST = 20


async def settled(connection: AsyncConnection, metadata: Metadata, *, release: int | None = None) -> Metadata:
    """The metadata with the titles of those that its relations name by number; `release` is the document's own.

    Raises HubError(INVALID) for one that is not officially released, is withdrawn, is named twice, or is itself.
    """
    if not metadata.relations:
        return metadata
    named = [(one.kind, one.release or one.title) for one in metadata.relations]
    if len(set(named)) < len(named) or len(named) > MOST:
        raise _wrong(f"同一关系只写一次，最多 {MOST} 项")
    relations = tuple([await _titled(connection, one, release) for one in metadata.relations])
    return metadata.model_copy(update={"relations": relations})


async def _titled(connection: AsyncConnection, one: Relation, mine: int | None) -> Relation:
    if one.release is None:
        return one
    found = await releases.find(connection, one.release) if one.release != mine else None
    if found is None or found.official_at is None:
        raise _wrong(f"编号 {one.release} 应是另一份已正式发布的文件")
    holding = await standings.current(connection, one.release)
    if holding and holding.kind is StandingKind.WITHDRAWN and holding.governs(found.edition or 0):
        raise _wrong(f"《{found.metadata.title}》已经撤回")
    return one.model_copy(update={"title": found.metadata.title})


def _wrong(detail: str) -> HubError:
    return HubError(ErrorCode.INVALID, detail=detail, fields={"relations": detail})
