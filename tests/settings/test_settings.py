"""Wrong settings are named in Chinese, without their values; right ones are shown without secrets."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from channels import registry
from hub import listen, settings, shown, signature
from hub.elsewhere import resolve
from hub.settings import Settings
from schemas.errors import ErrorCode, HubError

SECRET = "in-the-clear"
WECHAT = {"name": "w", "kind": "wechat", "app_id": "wx1", "secret": SECRET, "token": "env:TOKEN"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("a = = 1", "gongbu.toml 第 1 行第 5 列附近不合 TOML 语法"),
        ("a = [", "不合 TOML 语法"),
        ("nosuch = 1", "nosuch：没有这个设置项"),
        ("[site]\nnosuch = 1", "site.nosuch：没有这个设置项"),
        ('lease_seconds = "x"', "lease_seconds：应为数"),
        ("lease_seconds = 0.5", "lease_seconds：不得小于 1"),
        ("channels = 3", "channels：应为列表"),
        ('database_url = "postgresql://u:hidden@h/d"', "database_url：应以 postgresql+asyncpg:// 开头"),
        ('[[channels]]\nname = "a"\n[[channels]]\nname = "a"\n', "两个渠道不能同名：a"),
    ],
)
def test_a_wrong_file_is_told_in_chinese(folder: Path, toml: str, told: str) -> None:
    (folder / "gongbu.toml").write_text(toml, "utf-8")
    with pytest.raises(HubError) as caught:
        settings.load()
    assert caught.value.code is ErrorCode.SETTINGS
    assert told in caught.value.message
    assert "重新提交" not in caught.value.message
    assert "hidden" not in caught.value.message


def test_a_file_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "gongbu.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(HubError, match="不是 UTF-8"):
        settings.load()


@pytest.mark.parametrize(("name", "told"), [("GONGBU_NOSUCH", "GONGBU_NOSUCH"), ("GONGBU_CHANNELS", "应为 JSON")])
def test_a_wrong_variable_is_told(monkeypatch: pytest.MonkeyPatch, name: str, told: str) -> None:
    monkeypatch.setenv(name, "{")
    with pytest.raises(HubError, match=told):
        settings.load()


@pytest.mark.parametrize("value", ["env:GONGBU-IS-NOT-SET", "file:nosuch", "file:."])
def test_a_reference_that_leads_nowhere_is_named(value: str) -> None:
    with pytest.raises(HubError, match="不存在、为空或读不出"):
        resolve({"secret": value})


def test_references_are_read_at_any_depth(folder: Path) -> None:
    (folder / "s").write_text(" deep \n", "utf-8")
    found = resolve({"headers": [{"X": "file:s"}]})
    assert found["headers"][0]["X"].get_secret_value() == "deep"


def test_a_secret_in_the_clear_is_masked_and_a_reference_is_not() -> None:
    effective = Settings(channels=(WECHAT,))
    table = shown.settings(effective)["channels"][0]
    assert table == WECHAT | {"secret": shown.MASK}
    assert shown.in_the_clear(effective) == ["w.secret"]
    assert SECRET not in "".join(shown.lines(shown.settings(effective)))


def test_a_secret_in_a_list_is_found() -> None:
    partner = {"name": "p", "kind": "webhook", "url": "https://a.test/", "secrets": ["env:A", SECRET]}
    effective = Settings(channels=(partner,))
    assert shown.in_the_clear(effective) == ["p.secrets"]
    assert shown.table(partner)["secrets"] == ["env:A", shown.MASK]


@pytest.mark.parametrize("kind", [*registry.KINDS, "nosuch"])
def test_every_secret_of_every_kind_is_masked(kind: str) -> None:
    """By the kind's own declaration: a kind that is added tomorrow is masked too. What nobody declares, always."""
    keys = shown.kind_of(kind).model_fields
    secret = [name for name, field in keys.items() if shown.holds_secret(field.annotation)]
    table = shown.table({"name": "x", "kind": kind, "undeclared": SECRET, **dict.fromkeys(secret, SECRET)})
    assert SECRET not in str(table)
    assert table["name"] == "x"


def test_the_kinds_with_credentials_are_known_by_their_settings() -> None:
    assert {"secret", "token", "aes_key"} <= set(shown.kind_of("wechat").model_fields)
    assert "secret" in shown.kind_of("disclosure").model_fields


@pytest.mark.parametrize("kind", [SecretStr, SecretStr | None, dict[str, SecretStr], tuple[SecretStr, ...]])
def test_a_secret_is_found_anywhere_in_a_type(kind: object) -> None:
    assert shown.holds_secret(kind)
    assert not shown.holds_secret(dict[str, str])


def test_the_user_of_an_address_is_masked() -> None:
    table = shown.table({"kind": "disclosure", "api_base": "https://user:pw@host/x"})
    assert table["api_base"] == f"https://{shown.MASK}@host/x"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("[::]:8080", "http://localhost:8080"),
        ("0.0.0.0:80", "http://localhost:80"),
        (":8080", "http://localhost:8080"),
        ("[::1]:81", "http://[::1]:81"),
        ("127.0.0.1:82", "http://127.0.0.1:82"),
        ("intranet.example:83", "http://intranet.example:83"),
        ("off", "http://localhost:8080"),
    ],
)
def test_the_public_address_follows_the_listen_address(address: str, url: str) -> None:
    assert listen.url(address) == url
    assert signature.public_url(Settings(public_listen=address)) == url
    assert signature.public_url(Settings(public_listen=address, public_url="https://a.example/")) == "https://a.example"


def test_an_address_gives_a_name_that_a_log_may_have() -> None:
    assert signature.origin(Settings(public_listen="[::1]:81")) == "--1-81/log"
    assert signature.origin(Settings(public_url="https://a.example/b")) == "a.example/b/log"
