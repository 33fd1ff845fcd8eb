"""A release by its number, or the one refusal that everybody is given instead."""

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import releases
from schemas.errors import ErrorCode, HubError
from schemas.release import Release


async def release(connection: AsyncConnection, number: int) -> Release:
    """The release as it stands. Raises HubError(NOT_FOUND). An act takes it by `Acting.release`, which locks it."""
    found = await releases.find(connection, number)
    if found is None:
        raise missing(number)
    return found


def missing(number: int) -> HubError:
    """There is no such release, or none for the person who asks."""
    return HubError(ErrorCode.NOT_FOUND, what=f"编号为 {number} 的政策发布")
