"""Backups: taken from a house that runs, restored into an empty one, and never over anything."""

import asyncio
import io
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub import app, backup, signature
from hub.app import House, Servers
from hub.backup import restoring
from hub.settings import Settings
from hub.store import log, migrate, people
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from tests import making
from workers.checkpoint import Checkpointer

COUNT = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")


@dataclass(frozen=True)
class Kept:
    """A backup, and what stood in the house it was taken from."""

    file: Path
    rows: dict[str, int]
    settings: Settings


@pytest.fixture
async def kept(house: House, staff: dict[str, Person], tmp_path: Path) -> Kept:
    """A house with an approved release, a signed log and a page, kept with its keys."""
    await making.approved(house, staff)
    page = app.site_dir(house.settings) / "zcwj" / "1001.html"
    await asyncio.to_thread(page.parent.mkdir, parents=True)
    await asyncio.to_thread(page.write_text, "正文", "utf-8")
    async with house.engine.connect() as connection:
        size = await log.size(connection)
    await Checkpointer(house.engine, house.signer, house.settings.data_dir / "log.guard").cover(size)
    file = tmp_path / "kept.tar"
    await backup.write(house.settings, house.servers, file, with_keys=True)
    return Kept(file, await rows(house), house.settings)


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """A new data directory for the same site."""
    made = settings.model_copy(update={"data_dir": tmp_path / "new"})
    made.data_dir.mkdir()
    return made


async def rows(house: House) -> dict[str, int]:
    async with house.engine.connect() as connection:
        names = (await connection.execute(COUNT)).scalars().all()
        return {
            name: (await connection.execute(text(f'SELECT count(*) FROM "{name}"'))).scalar_one()  # noqa: S608
            for name in names
        }


async def test_what_was_kept_comes_back_whole_and_goes_on(kept: Kept, elsewhere: Settings, unmigrated: Servers) -> None:
    found = await restoring.read(kept.file)
    await backup.restore(elsewhere, unmigrated, kept.file, found)
    await migrate.upgrade(unmigrated.owner_url, unmigrated.database_url)
    assert (app.site_dir(elsewhere) / "zcwj" / "1001.html").read_text("utf-8") == "正文"
    async with app.opened(elsewhere, unmigrated) as again:
        await signature.attest(again.signer, again.engine)
        assert await rows(again) == kept.rows
        # The application's role may do what it could, and still not what it never could.
        await making.draft(again, {"editor": await person(again, "editor")})
        with pytest.raises(DBAPIError):
            async with again.engine.begin() as connection:
                await connection.execute(text("DELETE FROM log_entries"))


async def person(house: House, login: str) -> Person:
    async with house.engine.connect() as connection:
        found = await people.find(connection, login=login)
    assert found is not None
    return found


async def test_nothing_is_overwritten(
    kept: Kept, house: House, elsewhere: Settings, unmigrated: Servers, tmp_path: Path
) -> None:
    found = await restoring.read(kept.file)
    with pytest.raises(HubError, match="已经存在"):
        await backup.write(house.settings, house.servers, kept.file, with_keys=False)
    with pytest.raises(HubError, match="数据库里已有内容"):
        await backup.restore(elsewhere, house.servers, kept.file, found)
    with pytest.raises(HubError, match="网站目录"):
        await backup.restore(house.settings, unmigrated, kept.file, found)
    assert not [name for name in await asyncio.to_thread(os.listdir, tmp_path) if "backup" in name]


async def test_without_keys_it_says_which_are_wanted(
    house: House, kept: Kept, elsewhere: Settings, unmigrated: Servers, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.tar"
    await backup.write(house.settings, house.servers, bare, with_keys=False)
    with tarfile.open(bare) as tar:
        assert not [name for name in tar.getnames() if "key" in name]
    with pytest.raises(HubError, match=r"log\.key") as refused:
        await backup.restore(elsewhere, unmigrated, bare, await restoring.read(bare))
    assert refused.value.code is ErrorCode.BACKUP
    assert kept.settings.log_key_path.read_bytes() not in bare.read_bytes()


async def test_a_damaged_file_is_refused_before_anything_is_touched(kept: Kept) -> None:
    whole = kept.file.read_bytes()
    with tarfile.open(kept.file) as tar:
        places = {one.name: one.offset_data + one.size // 2 for one in tar.getmembers() if one.size}
    assert len(places) >= 6  # the store, three keys, pages, the manifest
    for name, at in places.items():
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            kept.file.write_bytes(damaged)
            with pytest.raises(HubError) as refused:
                await restoring.read(kept.file)
            assert refused.value.code is ErrorCode.BACKUP, name


@pytest.mark.parametrize("name", ["/etc/x", "site/../../x", "other", "site//x", "store.dump"])
async def test_a_strange_member_is_refused(kept: Kept, name: str) -> None:
    with tarfile.open(kept.file) as tar:
        members = [(one, tar.extractfile(one).read()) for one in tar.getmembers()]  # type: ignore[union-attr]
    with tarfile.open(kept.file, "w") as tar:
        for member, data in [(tarfile.TarInfo(name), b""), *members]:
            tar.addfile(member, io.BytesIO(data))
    with pytest.raises(HubError, match="不应在那里"):
        await restoring.read(kept.file)
