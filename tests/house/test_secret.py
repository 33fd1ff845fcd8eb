"""The console's secret on disk, and where the settings say that the console is."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from hub import secret
from hub.app import House
from hub.provider import OidcSettings
from hub.settings import Settings
from hub.trust import Secret
from schemas.errors import ErrorCode, HubError


async def test_the_file_is_made_once_for_its_owner_and_found_again(house: House, tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    assert (path.stat().st_size, stat.S_IMODE(path.stat().st_mode)) == (32, 0o600)
    again = await secret.trust(house.settings, house.engine)
    assert again.secret.mark("x") == house.hub.trust.secret.mark("x")
    assert path.read_bytes().hex() not in repr(again)


async def test_a_lost_file_that_is_needed_is_not_replaced(house: House, tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    path.unlink()
    await secret.trust(house.settings, house.engine)
    async with house.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO people (id, login, name, unit, duties) VALUES ('1', 'wang', '', '', '{}')")
        )
        await connection.execute(text("INSERT INTO totps (person_id, secret) VALUES ('1', 'sealed')"))
    path.unlink()
    with pytest.raises(HubError) as error:
        await secret.trust(house.settings, house.engine)
    assert error.value.code is ErrorCode.SECRET_KEY
    assert "备份" in error.value.message
    assert not path.exists()


@pytest.mark.parametrize(("content", "mode"), [(b"short", 0o600), (bytes(32), 0o600), (bytes(range(32)), 0o644)])
async def test_a_file_that_must_not_be_trusted(house: House, tmp_path: Path, content: bytes, mode: int) -> None:
    path = tmp_path / "data" / "secret.key"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(HubError) as error:
        await secret.trust(house.settings, house.engine)
    assert error.value.code is ErrorCode.SECRET_KEY


def test_processes_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        seeds = list(pool.map(secret._seed, [tmp_path / "secret.key"] * 8))
    assert len(set(seeds)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_keys_for_two_purposes_are_two_keys() -> None:
    one = Secret(bytes(range(32)))
    assert one._marking != one._derived(b"second factors")
    assert one.seal(b"x", "a") != one.seal(b"x", "a")
    assert one.mark("a") != one.mark("b")


@pytest.mark.parametrize(
    ("listen", "configured", "url", "host"),
    [
        ("[::1]:8081", "", "http://localhost:8081", "localhost"),
        ("127.0.0.1:9000", "", "http://localhost:9000", "localhost"),
        ("[::]:8081", "", "http://localhost:8081", "localhost"),
        ("10.1.2.3:8081", "", "http://10.1.2.3:8081", "10.1.2.3"),
        ("[::1]:8081", "https://gongbu.example.gov.cn/", "https://gongbu.example.gov.cn", "gongbu.example.gov.cn"),
    ],
)
async def test_where_the_console_is(house: House, listen: str, configured: str, url: str, host: str) -> None:
    settings = Settings(data_dir=house.settings.data_dir, staff_listen=listen, staff_url=configured)
    trust = await secret.trust(settings, house.engine)
    assert (trust.staff_url, trust.host, trust.origin) == (url, host, url)


RIGHT = {"issuer": "https://id.example.gov.cn", "client_id": "gongbu", "client_secret": "env:OIDC_SECRET"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "http://id.example.gov.cn"),
        ("issuer", "javascript:x"),
        ("client_secret", "in the clear"),
        ("scopes", "profile"),
    ],
)
def test_a_provider_is_set_up_safely_or_not_at_all(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        OidcSettings.model_validate(RIGHT | {name: value})


async def test_the_providers_secret_is_read_and_not_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=house.settings.data_dir, oidc=OidcSettings.model_validate(RIGHT))
    with pytest.raises(HubError) as error:
        await secret.trust(settings, house.engine)
    assert error.value.code is ErrorCode.SETTINGS
    monkeypatch.setenv("OIDC_SECRET", "very secret")
    trust = await secret.trust(settings, house.engine)
    assert trust.provider is not None
    assert trust.provider.client_secret.get_secret_value() == "very secret"
    assert "very secret" not in repr(trust)
