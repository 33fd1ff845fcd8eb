"""What the checks warned of when an edition hurried: all that they warn of else, by what the house knows."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.app import House
from hub.commands import drafting, mending, offices, reviewing
from hub.core import looking
from hub.core.checks import Severity
from hub.settings import Settings
from hub.store import looks, urgencies
from schemas.office import Phrase
from schemas.person import Duty, Person
from tests import making

WHY = "今晨发生地质灾害，须立即公告避险路线"
GONE = "https://www.nobody.invalid/a.html"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With a channel that takes 20,000 letters and cuts the rest."""
    channels: tuple[dict[str, object], ...] = (
        {"name": "website", "kind": "website", "authoritative": True},
        {"name": "wechat", "kind": "wechat", "api_base": "http://127.0.0.1:1", "app_id": "wx1", "secret": "made-up"},
    )
    return Settings(data_dir=tmp_path / "data", public_url="http://localhost:1", channels=channels)


async def broken(house: House) -> None:
    """The address was looked at twice, and nothing was there."""
    async with house.engine.begin() as connection:
        await looks.want(connection, {GONE: "www.nobody.invalid"})
        none = timedelta(0)
        (one,) = await looks.claim(connection, limit=1, full=(), pause=none, hold=none)
        await looks.looked(connection, one, "no_host", status=None, times=looking.TIMES, again=timedelta(days=1))


async def test_the_fast_lane_is_told_what_the_house_knows(house: House, staff: dict[str, Person]) -> None:
    hub, editor = house.hub, staff["editor"]
    admin = editor.model_copy(update={"duties": frozenset({Duty.ADMINISTRATOR})})
    await offices.put_phrase(hub, admin, Phrase(wrong="方便群众办事", correct="便利群众办事"))
    await broken(house)
    await making.draft(house, staff)  # with the same 发文字号
    release = await making.draft(house, staff, kind="notice", index_no="11120000MB1909339E/2026-00002")
    linking = making.documents()[0].model_copy(
        update={"body": f'<p>一、方便群众办事。</p><p><a href="{GONE}">路线</a></p><p>{"为了公开。" * 4_100}</p>'}
    )
    release = await drafting.put_document(hub, editor, release.id, linking)
    shown = {one.code for one in await mending.findings(hub, release, is_final=True) if one.severity is Severity.WARNS}
    assert {"wording", "broken_link", "doc_no_double", "channel_cuts"} <= shown

    edition = await reviewing.submit(hub, editor, release.id, urgent=WHY)
    async with house.engine.connect() as connection:
        kept = await urgencies.find(connection, release.id, edition.number)
        entry = await connection.scalar(
            text("SELECT convert_from(body, 'UTF8') FROM log_entries ORDER BY seq DESC LIMIT 1")
        )
    assert kept is not None
    assert set(kept.urgency.warnings) == shown
    assert ",".join(sorted(shown)) in str(entry)
