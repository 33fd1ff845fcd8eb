"""The export of a house: certificates as the store proves them one by one, one checkpoint while the log grows."""

import asyncio
import json
import threading
from pathlib import Path

import pytest

from hub import evidence
from hub.app import House
from hub.log import checkpoint, export
from hub.log.verify import verify_directory
from hub.store import log
from schemas.entry import Act, EntryType
from workers.checkpoint import Checkpointer

#: More than two tiles, so that paths cross full ones and a ragged edge.
RELEASES = 300


def official(release: int) -> list[Act]:
    """The sighting and the official time that it makes."""
    place = {"release": release, "edition": 1, "digest": f"{release:064x}", "who": "worker:w", "channel": "website"}
    address = f"http://localhost/zcwj/{release}.html"
    sight = {"document": "policy", "address": address, "sha256": f"{release:064x}", "authoritative": True}
    return [
        Act.model_validate({"type": EntryType.SIGHTING, **place, "action": "publish", "data": sight}),
        Act.model_validate(
            {"type": EntryType.RELEASE_OFFICIAL, **place, "data": {"channel": "website", "address": address}}
        ),
    ]


async def add(house: House, first: int, last: int) -> None:
    async with house.engine.begin() as connection:
        await log.append(connection, [act for number in range(first, last + 1) for act in official(number)])


async def signed(house: House, guard: Path) -> int:
    await Checkpointer(house.engine, house.signer, guard).cover(1)
    async with house.engine.connect() as connection:
        newest = await log.checkpoint(connection)
    assert newest
    return newest.size


async def test_an_exports_certificates_are_those_that_the_store_proves(house: House, tmp_path: Path) -> None:
    await add(house, 1, RELEASES)
    size = await signed(house, tmp_path / "guard")
    out = tmp_path / "out"
    await evidence.write_export(house.engine, house.signer.vkey, out)
    written = {int(path.stem): path.read_bytes() for path in (out / "certificates").iterdir()}
    assert set(written) == set(range(1, RELEASES + 1))
    async with house.engine.connect() as connection:
        for place, body in enumerate([one async for one in log.entries(connection, 0, size)]):
            entry = json.loads(body)
            if entry["t"] == EntryType.RELEASE_OFFICIAL and entry["rel"] % 13 == 1:
                proven = await evidence.prove(connection, place, body)
                assert proven
                assert proven.to_bytes() == written[entry["rel"]]
    assert verify_directory(out).certificates_checked == RELEASES


async def test_what_is_appended_meanwhile_is_not_in_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "PAGE", 64)
    await add(house, 1, RELEASES)
    size = await signed(house, tmp_path / "guard")
    loop, grown = asyncio.get_running_loop(), []

    async def grow() -> None:
        await add(house, RELEASES + 1, RELEASES + 40)
        grown.append(await signed(house, tmp_path / "guard"))

    def watch(done: int) -> None:
        if done == 64:
            asyncio.run_coroutine_threadsafe(grow(), loop).result(30)

    written = await evidence.write_export(house.engine, house.signer.vkey, tmp_path / "out", watch=watch)
    assert (written.size, grown) == (size, [size + 80])
    report = verify_directory(tmp_path / "out")
    assert (report.ok, report.size, report.certificates_checked) == (True, size, RELEASES)
    # The next one takes it along, over the first.
    later = await evidence.write_export(house.engine, house.signer.vkey, tmp_path / "out")
    assert later.size == size + 80
    report = verify_directory(tmp_path / "out", since=(tmp_path / "out" / "checkpoint").read_bytes())
    assert (report.ok, report.certificates_checked) == (True, RELEASES + 40)


async def test_whoever_stops_it_leaves_no_thread_that_goes_on(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "PAGE", 64)
    await add(house, 1, RELEASES)
    await signed(house, tmp_path / "guard")
    begun, go_on, ended, heard = asyncio.Event(), threading.Event(), threading.Event(), []
    loop, write = asyncio.get_running_loop(), export.write

    def written(source: export.LogSource, directory: Path) -> checkpoint.Checkpoint:
        try:
            return write(source, directory)
        finally:
            ended.set()

    monkeypatch.setattr(export, "write", written)

    def watch(done: int) -> None:
        heard.append(done)
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(30)

    exporting = asyncio.create_task(
        evidence.write_export(house.engine, house.signer.vkey, tmp_path / "out", watch=watch)
    )
    await begun.wait()
    exporting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await exporting
    go_on.set()
    assert await asyncio.to_thread(ended.wait, 30)
    assert heard == [64]
    assert not (tmp_path / "out" / "checkpoint").exists()


async def test_the_checkpoint_is_the_stores(house: House, tmp_path: Path) -> None:
    await signed(house, tmp_path / "guard")
    written = await evidence.write_export(house.engine, house.signer.vkey, tmp_path / "out", with_certificates=False)
    data = (tmp_path / "out" / "checkpoint").read_bytes()
    assert checkpoint.open_checkpoint(data, house.signer.verifier) == written
    assert not (tmp_path / "out" / "certificates").exists()
