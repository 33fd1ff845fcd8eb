"""`gongbu bounce`: what a mail server hands over, and what it is told."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from hub.app import House, Servers
from hub.cli import bounce, frame
from hub.settings import Settings
from tests.core.test_bounces import REPORT
from tests.mail.subscribers import rows, slips, subscribed

VERP = b"bounces+b-1f-abcdefghijklmnop@bureau.test"


class Pipe:
    """Runs the command as a mail server's pipe does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        self._patch = monkeypatch
        self.settings = settings

    async def __call__(self, data: bytes, *recipients: str) -> int:
        self._patch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        self._patch.setattr(frame, "load", lambda **_: self.settings)
        made: list[Any] = []
        self._patch.setattr(frame, "run", made.append)
        bounce.bounce(list(recipients))
        return int(await made[0])


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch, settings: Settings, servers: Servers) -> Pipe:
    urls = {"database_url": servers.database_url, "database_owner_url": servers.owner_url}
    values = {name: SecretStr(url) for name, url in (urls | {"redis_url": servers.redis_url}).items()}
    return Pipe(monkeypatch, settings.model_copy(update=values))


async def test_bounces_count_and_the_last_one_silences(house: House, pipe: Pipe) -> None:
    who = await subscribed(house, "reader@home.cn")
    back = slips(house).bouncing(who, "bounces@bureau.test")
    full = REPORT.replace(VERP, b"x@y") % (b"failed", b"5.2.2")
    assert await pipe(full) == 0
    assert await pipe(full, "bounces+b-1-aaaaaaaaaaaaaaaa@bureau.test") == 0
    assert await rows(house, "SELECT bounces FROM subscribers") == [(0,)], "not our mark: nobody is named"
    assert await pipe(REPORT % (b"delayed", b"4.4.1"), back) == 0
    assert await rows(house, "SELECT bounces FROM subscribers") == [(0,)]
    for wanted in (1, 2):
        assert await pipe(full, back.upper()) == 0
        assert await rows(house, "SELECT bounces FROM subscribers") == [(wanted,)]
    assert await pipe(REPORT.replace(VERP, back.encode()) % (b"failed", b"5.2.2")) == 0
    assert await rows(house, "SELECT sealed, bounces FROM subscribers") == [(None, 3)]
    assert await pipe(full, back) == 0, "nothing is left to count"


async def test_a_store_that_is_away_is_asked_again_later(pipe: Pipe, capsys: pytest.CaptureFixture[str]) -> None:
    away = SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    pipe.settings = pipe.settings.model_copy(update={"database_url": away, "database_owner_url": away})
    assert await pipe(REPORT % (b"failed", b"5.1.1"), "x@y") == bounce.EX_TEMPFAIL
    assert "127.0.0.1" not in capsys.readouterr().out
