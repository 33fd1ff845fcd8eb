"""`gongbu check` tells everything that is wrong, and no secret; a lost key is never replaced."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hub import app, signature
from hub.app import Servers
from hub.cli import health
from hub.cli.health import Grade
from hub.log import checkpoint, note
from hub.settings import Settings
from hub.site import SiteSettings
from schemas import footer
from schemas.circuit import Circuit
from schemas.delivery import Reaction, Trouble
from schemas.errors import ErrorCode, HubError
from tests.cli.conftest import FOOTER, TOML, Gongbu
from workers.checkpoint import Checkpointer

NOW = datetime(2026, 11, 26, tzinfo=UTC)
WECHAT = '[[channels]]\nname = "w"\nkind = "wechat"\napp_id = "wx1"\nsecret = "in-the-clear"\n'


async def sign(settings: Settings, servers: Servers) -> None:
    """What a worker does every second."""
    async with app.opened(settings, servers) as house:
        await Checkpointer(house.engine, house.signer, settings.data_dir / "log.guard").cover(1)


@pytest.fixture
async def signed(stored: Path, servers: Servers) -> Settings:
    """A log with a checkpoint, and its key."""
    settings = Settings(data_dir=stored / "data")
    settings.data_dir.mkdir()
    await app.prepare(settings, servers)
    await sign(settings, servers)
    return settings


async def test_a_whole_house_is_good_and_its_secrets_are_masked(gongbu: Gongbu, stored: Path) -> None:
    (stored / "gongbu.toml").write_text(TOML + WECHAT, "utf-8")
    told = await gongbu("check")
    assert told.code == 0, told.said
    assert "channels.w.secret = **********" in told.out
    assert "in-the-clear" not in told.out + told.said
    assert "密钥写成了原文：w.secret" in told.said
    assert "凭据未检查" in told.out
    assert "检查通过" in told.said


async def test_the_report_for_programs_is_complete(gongbu: Gongbu, signed: Settings) -> None:
    assert signed.log_key_path.exists()
    found = (await gongbu("check", "--json")).json
    assert found["ok"] is True
    assert [one["code"] for one in found["findings"]] == ["guide"], "nobody said yet how the units are reached"
    assert (found["store"], found["queue"]) == (True, True)
    assert found["clock_skew_seconds"] < 2
    assert found["log"]["size"] == found["log"]["signed"] == found["log"]["guarded"] == 1
    assert [one["name"] for one in found["channels"]] == ["rss", "website"]
    assert found["settings"]["channels"][0]["kind"] == "website"
    assert json.dumps(found)


async def test_a_store_that_refuses_is_one_finding_among_others(
    gongbu: Gongbu, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GONGBU_DATABASE_OWNER_URL")
    monkeypatch.setenv("GONGBU_DATABASE_URL", "postgresql+asyncpg://app:hidden@127.0.0.1:9/gongbu")
    told = await gongbu("check", "--json")
    assert told.code == 1
    assert [one["code"] for one in told.json["findings"]] == ["store"]
    assert "hidden" not in told.out + told.said
    status = await gongbu("status")
    assert (status.code, status.out) == (1, "")
    assert "连接被拒绝" in status.said
    assert "(store)" in status.said
    assert not (stored / "data" / "log.key").exists()


@pytest.mark.parametrize("toml", ["a = = 1", "nosuch = 1", TOML + '[[channels]]\nname = "x"\nkind = "nosuch"\n'])
async def test_wrong_settings_exit_with_two(gongbu: Gongbu, stored: Path, toml: str) -> None:
    (stored / "gongbu.toml").write_text(toml, "utf-8")
    for command in ("check", "status"):
        told = await gongbu(command)
        assert told.code == 2
        assert "(settings)" in told.said


async def test_a_lost_key_is_never_replaced(gongbu: Gongbu, signed: Settings) -> None:
    kept = signed.log_key_path.read_bytes()
    signed.log_key_path.unlink()
    for words in (("check",), ("up", "--public-listen", "off", "--staff-listen", "off"), ("worker",)):
        told = await gongbu(*words)
        assert told.code == 1
        assert "(log_key)" in told.said
        assert "请从备份恢复" in told.said
        assert not signed.log_key_path.exists()
    signed.log_key_path.write_bytes(kept)
    signed.log_key_path.chmod(0o600)
    assert (await gongbu("check")).code == 0


async def test_another_key_or_another_name_is_told_before_serving(signed: Settings, servers: Servers) -> None:
    async with app.opened(signed, servers) as house:
        await signature.attest(house.signer, house.engine)
        stranger = note.Signer(house.signer.name, ed25519.Ed25519PrivateKey.generate())
        renamed = note.Signer("other/log", house.signer.key)
        wrong = ((stranger, "不是此前给日志签名的那一把"), (renamed, f"log_origin = “{house.signer.name}”"))
        for signer, words in wrong:
            with pytest.raises(HubError, match=words) as caught:
                await signature.attest(signer, house.engine)
            assert caught.value.code is ErrorCode.LOG_KEY


async def test_a_log_keeps_its_name_when_it_is_served_elsewhere(signed: Settings, servers: Servers) -> None:
    async with app.opened(signed, servers) as here:
        name = here.signer.name
    async with app.opened(signed.model_copy(update={"public_url": "http://elsewhere:2"}), servers) as moved:
        assert moved.signer.name == name
        assert moved.public_url == "http://elsewhere:2"


async def test_signing_that_stopped_is_told(gongbu: Gongbu, signed: Settings, servers: Servers) -> None:
    async with app.opened(signed, servers) as house:
        ahead = checkpoint.Checkpoint(house.signer.name, 9, b"\0" * 32).sign(house.signer)
    (signed.data_dir / "log.guard").write_bytes(ahead)
    told = await gongbu("check", "--json")
    assert told.code == 1
    assert [one["code"] for one in told.json["findings"]] == ["log_fork", "guide"]


@pytest.mark.parametrize(
    ("size", "signed", "age", "guarded", "grade"),
    [
        (5, 5, 0.0, 5, None),
        (5, 4, 9.0, 4, None),
        (5, 4, 11.0, 4, Grade.WRONG),
        (5, 0, 99.0, 0, Grade.CAUTION),
        (5, 5, 0.0, 6, Grade.WRONG),
    ],
)
def test_what_an_unsigned_log_means(size: int, signed: int, age: float, guarded: int, grade: Grade | None) -> None:
    found = health.unsigned(size, signed, age=age, guarded=guarded)
    assert [one.grade for one in found] == ([grade] if grade else [])


def test_clocks_that_differ_are_told() -> None:
    assert health.skewed(1.9) == []
    assert "相差 3.0 秒" in health.skewed(3.0)[0].words


def test_an_empty_site_is_told_item_by_item_with_what_to_set() -> None:
    told = [one.words for one in health.site(SiteSettings())]
    assert len(told) == 2 + len(footer.EXPECTED)
    assert all(one.grade is Grade.CAUTION for one in health.site(SiteSettings()))
    for number, missing in enumerate(("[site] 的 code", "[site] 的 bureau", *(one.name for one in footer.EXPECTED))):
        assert missing in told[number]
    assert '在 [site.footer] 中添加 "我为政府网站找错" = "https://' in "".join(told)


def test_a_whole_footer_is_good_and_an_entry_that_leads_nowhere_is_not() -> None:
    assert health.site(SiteSettings(code="1200000000", bureau="局", footer=FOOTER)) == []
    assert health.site(SiteSettings(code="12", bureau="局", footer=FOOTER))
    blind = FOOTER | {"党政机关网站标识": "党政机关"}
    assert "完整网址" in health.site(SiteSettings(code="1200000000", bureau="局", footer=blind))[0].words
    assert health.site(SiteSettings(code="1200000000", bureau="局", footer=FOOTER | {"联系方式": " "}))


def test_a_channel_that_nothing_is_sent_to_is_told() -> None:
    assert health.channel(Circuit(channel="w"), NOW) == []
    paused = Circuit(channel="w", paused_at=NOW, paused_why="演练")
    assert "演练" in health.channel(paused, NOW)[0].words
    trouble = Trouble(reaction=Reaction.RETRY, code="x", detail="没有应答")
    shut = Circuit(channel="w", failures=5, probe_at=NOW + timedelta(seconds=9), trouble=trouble)
    assert "没有应答" in health.channel(shut, NOW)[0].words
