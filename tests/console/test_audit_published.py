"""What an auditor takes away of a release that is really public: timeline, dossier, the log, and its verification."""

import asyncio
import io
import json
import socket
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub import app, serve
from hub.app import House, Servers
from hub.commands import publishing
from hub.log import verify
from hub.settings import Settings
from hub.store import log
from schemas import canonical
from schemas.edition import Edition
from schemas.entry import Act, EntryType
from schemas.person import Person
from tests import making
from tests.console.clerk import Clerk, Sheet
from tests.console.conftest import Enter
from tests.workers import town
from tests.working import working
from workers.checkpoint import Checkpointer


@pytest.fixture
def bound() -> socket.socket:
    return serve.bind("[::]:0")


@pytest.fixture
def settings(tmp_path: Path, bound: socket.socket) -> Settings:
    channels = ({"name": "website", "kind": "website", "authoritative": True}, {"name": "rss", "kind": "rss"})
    url = f"http://localhost:{bound.getsockname()[1]}"
    # A name without the port, so that the rows of a house that was opened before are those of this one.
    return Settings(data_dir=tmp_path / "data", public_url=url, channels=channels, log_origin="localhost/log")


@pytest.fixture
async def house(
    settings: Settings,
    servers: Servers,
    bound: socket.socket,
    opening: dict[str, Person],  # noqa: ARG001
) -> AsyncIterator[House]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with (
        app.opened(settings, servers) as opened,
        serve.serving(opened, public_socket=bound, staff_socket=None),
    ):
        yield opened


@pytest.fixture
async def edition(house: House, staff: dict[str, Person]) -> Edition:
    """A release that the public sees on both channels, with its official time on the page."""
    made = await making.approved(house, staff)
    await publishing.publish(house.hub, staff["publisher"], made.release)
    async with working(house):
        await town.settled(house, made.release)
    await sign(house)
    return made


async def sign(house: House) -> None:
    async with house.engine.connect() as connection:
        size = await log.size(connection)
    await Checkpointer(house.engine, house.signer, house.settings.data_dir / "log.guard").cover(size)


async def take(clerk: Clerk, path: str) -> bytes:
    async with clerk.client.get(path, headers={"Cookie": f"gongbu={clerk.cookies['gongbu']}"}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


async def verified(clerk: Clerk, since: str = "") -> Sheet:
    """Start a verification as a person does, and look until it has ended."""
    sheet = await clerk.send(await clerk.get("/audit/verify"), "/audit/verify", since=since)
    async with asyncio.timeout(40):
        while "hx-get" in sheet.text:
            await asyncio.sleep(0.1)
            sheet = await clerk.get(sheet.path)
    return sheet


async def test_the_timeline_tells_it_all_and_parts_proof_from_hearsay(edition: Edition, enter: Enter) -> None:
    sheet = await (await enter("auditor")).get(f"/audit/releases/{edition.release}")
    assert sheet.status == 200
    acts = ("editor先生代表办公室新建", "初审结论", "signer先生签发之后", "即将发布", "见证：公众可以看到")
    for said in (*acts, "正式发布时间", "回执号"):
        assert said in sheet.words, said
    assert sheet.text.count(edition.digest) > 5
    assert "打开本页时重新计算，与日志一致" in sheet.words
    assert "尚未签名" not in sheet.words
    hearsay = sheet.soup.select_one(".hearsay")
    assert hearsay is not None
    assert "审核意见" in hearsay.get_text()
    assert "叶子哈希" not in hearsay.get_text()


async def test_a_dossier_can_be_checked_without_us(house: House, edition: Edition, enter: Enter) -> None:
    clerk = await enter("auditor")
    data = await take(clerk, f"/audit/releases/{edition.release}/dossier.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert canonical.digest(files["editions/1.json"]) == edition.digest
    policy = f"log {house.signer.vkey}\nquorum none\n".encode()
    proofs = {name: files[name] for name in files if name.endswith(".tlog-proof")}
    assert "certificate.tlog-proof" in proofs
    assert len(proofs) == sum(name.startswith("log/entries/") for name in files) + 1
    for name, proof in proofs.items():
        assert verify.verify_certificate(proof, policy=policy) == (), name
    assert {one["level"] for one in json.loads(files["reviews.json"])} == {"first", "second", "final", "secrecy"}
    assert edition.metadata.title in files["README.txt"].decode("utf-8-sig")
    assert (await clerk.get("/audit/releases/999999/dossier.zip")).status == 404


async def test_the_whole_log_is_what_an_auditor_verifies(
    house: House,
    edition: Edition,  # noqa: ARG001 - there is something in the log
    enter: Enter,
    tmp_path: Path,
) -> None:
    data = await take(await enter("auditor"), "/audit/log.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path / "taken")
    report = verify.verify_directory(
        tmp_path / "taken" / "log", policy=f"log {house.signer.vkey}\nquorum none\n".encode()
    )
    assert report.findings == ()
    async with house.engine.connect() as connection:
        assert report.entries_checked == await log.size(connection)


async def test_verification_in_front_of_ones_eyes_holds_against_an_older_checkpoint(
    house: House,
    edition: Edition,  # noqa: ARG001 - there is something in the log
    enter: Enter,
) -> None:
    clerk = await enter("auditor")
    kept = (await clerk.get("/audit/checkpoint")).text
    async with house.engine.begin() as connection:
        await log.append(connection, [Act(type=EntryType.CHANNEL_CHANGED, who="operator", channel="rss")])
    await sign(house)
    sheet = await verified(clerk, since=kept)
    assert "核验通过" in sheet.words
    assert "与您提供的旧检查点前后一致" in sheet.words
    listed = await clerk.get("/audit/verify")
    assert "通过" in listed.words
    assert "auditor先生" in listed.words


async def test_a_log_that_tells_what_cannot_be_does_not_pass(house: House, edition: Edition, enter: Enter) -> None:
    forged = Act(type=EntryType.RELEASE_OFFICIAL, who="worker:x", release=edition.release, edition=1, channel="rss")
    async with house.engine.begin() as connection:
        await log.append(connection, [forged])
    await sign(house)
    sheet = await verified(await enter("auditor"))
    assert "核验不通过" in sheet.words
    assert "act.official_repeated" in sheet.words


async def test_a_checkpoint_that_is_none_is_refused_with_what_was_typed(house: House, enter: Enter) -> None:
    await sign(house)
    clerk = await enter("auditor")
    sheet = await clerk.send(await clerk.get("/audit/verify"), "/audit/verify", since="localhost\n5\nnonsense")
    assert sheet.status == 422
    assert "不是本日志签过名的检查点" in sheet.words
    assert "nonsense" in sheet.form("/audit/verify").get_text()


async def test_a_preview_of_what_left_has_the_digest_that_was_logged(edition: Edition, enter: Enter) -> None:
    clerk = await enter("auditor")
    for channel in ("website", "rss"):
        sheet = await clerk.get(f"/releases/{edition.release}/preview/{channel}")
        assert "与已经送出的逐字节相同" in sheet.words, channel
    frame = await clerk.get(f"/releases/{edition.release}/preview/website/frame/zcwj/{edition.release}.html")
    assert "正式发布时间" in frame.text
