import asyncio
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from hub import embedded
from hub.embedded import postgres, supervise
from tests.embedded import guests


@pytest.mark.parametrize("number", [None, signal.SIGTERM])
async def test_no_engine_outlives_its_only_user(
    house: Path, arrive: guests.Arrive, number: signal.Signals | None
) -> None:
    guest = await arrive(house)
    assert all(map(guests.lives, guest.engines))
    assert await guest.end(number) == 0
    assert not any(map(guests.lives, guest.engines))


async def test_the_engines_are_out_of_reach_of_ctrl_c(house: Path, arrive: guests.Arrive) -> None:
    guest = await arrive(house)
    assert {os.getpgid(pid) for pid in guest.engines}.isdisjoint({guest.process.pid, os.getpgid(0)})
    os.killpg(guest.process.pid, signal.SIGINT)
    assert await asyncio.wait_for(guest.process.wait(), 20) == 0
    assert not any(map(guests.lives, guest.engines))


async def test_a_second_user_adopts_and_the_last_one_to_leave_stops(house: Path, arrive: guests.Arrive) -> None:
    first, second = await arrive(house), await arrive(house)
    assert first.engines == second.engines
    await first.end()
    assert all(map(guests.lives, second.engines))
    await second.end()
    assert await guests.gone(*second.engines)


async def test_two_that_start_at_once_share_one_pair_of_engines(house: Path, arrive: guests.Arrive) -> None:
    one, other = await asyncio.gather(arrive(house), arrive(house))
    assert one.engines == other.engines
    await asyncio.gather(one.end(), other.end())
    assert await guests.gone(*one.engines)


async def test_the_engines_of_a_killed_user_are_adopted_and_then_stopped(house: Path, arrive: guests.Arrive) -> None:
    killed = await arrive(house)
    await killed.end(signal.SIGKILL)
    assert all(map(guests.lives, killed.engines))
    heir = await arrive(house)
    assert heir.engines == killed.engines
    await heir.end()
    assert await guests.gone(*heir.engines)


async def test_stale_files_of_killed_engines_are_survived(house: Path, arrive: guests.Arrive) -> None:
    killed = await arrive(house)
    await killed.end(signal.SIGKILL)
    for pid in killed.engines:
        os.kill(pid, signal.SIGKILL)
    assert await guests.gone(*killed.engines)
    stale = [house / "engines" / name for name in ("run/.s.PGSQL.5432", "run/valkey.sock", "postgres/postmaster.pid")]
    assert all(path.exists() for path in stale)
    heir = await arrive(house)
    assert set(heir.engines).isdisjoint(killed.engines)
    assert await heir.end() == 0


async def test_a_stale_process_id_that_is_a_strangers_by_now_is_survived_and_the_stranger_too(house: Path) -> None:
    async with embedded.engines(house):
        pass
    as_engines = (house / "engines" / "valkey").stat().st_uid if os.geteuid() == 0 else None
    stranger = await asyncio.create_subprocess_exec("sleep", "60", user=as_engines)
    try:
        (house / "engines/postgres/postmaster.pid").write_text(f"{stranger.pid}\n{house}\n1\n5432\n\n\n\nready\n")
        (house / "engines/valkey/valkey.pid").write_text(f"{stranger.pid}\n")
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(house / "engines/run/valkey.sock"))
        async with embedded.engines(house):
            pass
        assert guests.lives(stranger.pid)
    finally:
        stranger.kill()
        await stranger.wait()


async def test_a_postgresql_started_by_hand_on_the_same_data_is_left_alone(house: Path) -> None:
    async with embedded.engines(house):
        pass
    data, run = house / "engines" / "postgres", (house / "engines" / "run").resolve()
    is_root, owner = os.geteuid() == 0, data.stat()
    by_hand = await asyncio.create_subprocess_exec(
        *(str(embedded.binary("postgres")), "-D", str(data), "-c", "listen_addresses=", "-p", "5433", "-k", str(run)),
        stderr=asyncio.subprocess.DEVNULL,
        user=owner.st_uid if is_root else None,
        group=owner.st_gid if is_root else None,
    )
    try:
        async with asyncio.timeout(10):
            while not postgres._is_ready(data / "postmaster.pid"):  # noqa: ASYNC110 (a file is all there is to ask)
                await asyncio.sleep(0.02)
        with pytest.raises(embedded.EmbeddedError, match=r"postmaster\.pid.*already exists"):
            async with embedded.engines(house):
                pass
        assert by_hand.returncode is None
    finally:
        if by_hand.returncode is None:
            by_hand.send_signal(signal.SIGINT)
        await by_hand.wait()


async def test_a_half_made_first_initialisation_is_made_anew(tmp_path: Path, arrive: guests.Arrive) -> None:
    half = tmp_path / "data" / "engines" / "postgres.new"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    guest = await arrive(tmp_path / "data")
    assert not half.exists()
    assert await guest.end() == 0


@pytest.mark.parametrize("victim", [0, 1], ids=["postgres", "valkey"])
async def test_an_engine_that_is_killed_is_started_again(house: Path, arrive: guests.Arrive, victim: int) -> None:
    first = await arrive(house)
    os.kill(first.engines[victim], signal.SIGKILL)
    assert await guests.gone(first.engines[victim])
    second = await arrive(house)
    assert second.engines[victim] != first.engines[victim]
    assert second.engines[1 - victim] == first.engines[1 - victim]
    await asyncio.gather(first.end(), second.end())
    assert await guests.gone(*second.engines)


@pytest.mark.parametrize("mode", [0o711, 0o700], ids=["the way open", "the way closed meanwhile"])
async def test_the_watch_alone_starts_a_killed_engine_again(house: Path, arrive: guests.Arrive, mode: int) -> None:
    """Engines of a hub that is root need a way through the folders above theirs, which another program may close."""
    guest = await arrive(house)
    house.parent.chmod(mode)
    os.kill(guest.valkey, signal.SIGKILL)
    pid_file = house / "engines" / "valkey" / "valkey.pid"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if pid_file.exists() and pid_file.read_text().strip() not in {"", str(guest.valkey)}:
            break
        await asyncio.sleep(0.02)
    reborn = int(pid_file.read_text())
    assert guests.lives(reborn)
    assert await guest.end() == 0
    assert not guests.lives(reborn)


async def test_a_log_is_kept_within_bounds(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "LOG_BYTES", 100)
    async with embedded.engines(house):
        pass
    async with embedded.engines(house):
        pass
    assert (house / "engines" / "valkey.log.1").exists()
