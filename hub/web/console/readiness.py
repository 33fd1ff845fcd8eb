"""Whether a release can be published now, and if not, why, each with the way out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import ChannelError
from hub.core import workflow
from hub.core.sentences.openings import Case
from hub.store import engine, standings
from hub.web import rendered
from hub.web.console import channel_view, release
from hub.web.console.channel_view import View
from hub.web.console.room import Visit
from schemas.errors import ErrorCode, HubError
from schemas.release import ReleaseState
from schemas.standing import Standing, StandingKind


@dataclass(frozen=True)
class Table:
    """Everything that the choice is made from."""

    case: Case
    views: dict[str, View]
    now: datetime
    standing: Standing | None  #: what holds of the release now

    @property
    def open_to(self) -> dict[str, View]:
        return {name: view for name, view in self.views.items() if name not in self.case.taken}


async def table(connection: AsyncConnection, visit: Visit) -> Table:
    """Read all of it. Raises HubError(NOT_FOUND)."""
    case = await release.read(connection, visit.release, visit.hub)
    views, now = await channel_view.every(connection, visit.hub), await engine.now(connection)
    return Table(case, views, now, await standings.current(connection, visit.release))


async def unable(found: Table, visit: Visit) -> dict[str, str]:
    """Channel → why it could never take this edition, in its own words; those that could are not in it."""
    told: dict[str, str] = {}
    for name in found.open_to:
        packed = await rendered.pack(visit.hub, visit.desk.public_url, visit.release, name, at=found.now)
        try:
            await rendered.render(packed)
        except ChannelError as error:
            told[name] = error.trouble.detail
    return told


@dataclass(frozen=True)
class Refusal:
    """Why it cannot be published, and the way out."""

    words: str
    path: str = ""
    verb: str = ""


def refusals(found: Table, visit: Visit) -> list[Refusal]:
    case, base = found.case, f"/releases/{visit.release}"
    if not found.views:
        return [Refusal("没有配置任何渠道。请管理员在设置文件的 [[channels]] 中添加。")]
    if case.edition is None or case.release.state is ReleaseState.DRAFT:
        return [Refusal("还在起草，没有可以发布的版本。请先提交审核。", f"{base}/write", "去修改和提交")]
    refused = workflow.refusal(case.edition, authors=case.authors, reviews=case.reviews, rules=case.rules)
    if refused:
        way = (
            (f"{base}/review", "看审核情况") if refused.code is ErrorCode.NOT_REVIEWED else (f"{base}/write", "去修改")
        )
        return [Refusal(refused.message, *way)]
    if _is_withdrawn(found):
        words = f"第 {case.edition.number} 版已经撤回，不得再次发布。如需重新公开，请修改后以新版本审核、发布。"
        return [Refusal(words, f"{base}/write", "去修改")]
    if not found.open_to:
        number = case.edition.number
        return [Refusal(f"第 {number} 版已交付全部渠道，无须重复操作。", f"{base}/progress", "看进度")]
    return []


def _is_withdrawn(found: Table) -> bool:
    held, edition = found.standing, found.case.edition
    is_withdrawal = held is not None and held.kind is StandingKind.WITHDRAWN
    return held is not None and edition is not None and is_withdrawal and held.governs(edition.number)


def check(found: Table) -> None:
    """Raise HubError where there is nothing that could be published."""
    case = found.case
    if case.edition is None or case.release.state is ReleaseState.DRAFT:
        raise HubError(ErrorCode.EDITED_SINCE)
    refused = workflow.refusal(case.edition, authors=case.authors, reviews=case.reviews, rules=case.rules)
    if refused:
        raise refused
    if _is_withdrawn(found):
        raise HubError(ErrorCode.WITHDRAWN, edition=case.edition.number)
