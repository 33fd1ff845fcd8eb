"""After a release by commands: what would happen, the proposal, the second person."""

import pytest
from sqlalchemy import text

from hub.app import Servers
from hub.store import engine
from tests.cli.conftest import Gongbu
from tests.cli.test_cli_way import FILES, SAMPLES, hire


async def released(gongbu: Gongbu, servers: Servers) -> str:
    await hire(gongbu)
    given = await gongbu("import", *FILES, "--metadata", str(SAMPLES / "notice-253.toml"), "--as", "editor")
    release = str(given.json["release"])
    assert (await gongbu("submit", release, "--as", "editor")).code == 0
    for level in ("first", "second", "secrecy", "final"):
        told = await gongbu("review", release, level, "approve", "--as", level, "--edition", "1")
        assert told.code == 0, told.said
    assert (await gongbu("publish", release, "--as", "publisher")).code == 0
    store = engine.make(servers.database_url, pool=1)
    async with store.begin() as connection:
        shown = "UPDATE deliveries SET state = 'visible', step = 'sight', intended_at = clock_timestamp()"
        await connection.execute(text(shown))
        official = "UPDATE releases SET state = 'released', official_at = now(), official_channel = 'website'"
        await connection.execute(text(official))
    await store.dispose()
    return release


@pytest.mark.usefixtures("stored")
async def test_two_people_mark_and_withdraw_by_commands(gongbu: Gongbu, servers: Servers) -> None:
    release = await released(gongbu, servers)
    seen = await gongbu("standing", "outlook", release, "withdrawn")
    assert "website  系统办理：原网址改为撤回说明" in seen.said
    assert (await gongbu("standing", "list")).said.strip() == "没有。"
    given = ("annotate", release, "repealed", "--as", "editor", "--reason", "已有新规定", "--since", "2026-11-01")
    proposed = await gongbu(*given, "--successor-title", "新规定", "--successor-url", "https://www.tj.gov.cn/1")
    assert proposed.code == 0, proposed.said
    assert proposed.json["effective_on"] == "2026-11-01"
    number = str(proposed.json["id"])
    assert "已废止  理由：已有新规定  等待确认" in (await gongbu("standing", "list")).said
    own = await gongbu("standing", "confirm", number, "--as", "editor")
    assert (own.code, "(forbidden)" in own.said) == (1, True)
    confirmed = await gongbu("standing", "confirm", number, "--as", "final", "--note", "同意")
    assert confirmed.code == 0, confirmed.said
    again = await gongbu("standing", "confirm", number, "--as", "final")
    assert (again.code, "(state)" in again.said) == (1, True)
    withdrawn = await gongbu("withdraw", release, "--as", "publisher", "--reason", "含有个人信息")
    declined = await gongbu("standing", "decline", str(withdrawn.json["id"]), "--as", "final", "--note", "不必")
    assert declined.code == 0, declined.said
    kept = await gongbu("standing", "list", "--release", release, "--json")
    assert [one["ruling"] for one in kept.json] == ["confirm", "decline"]
    assert "标注" in (await gongbu("status", release)).out


@pytest.mark.usefixtures("stored")
async def test_a_proposal_takes_the_place_of_none_and_says_what_else_waits(gongbu: Gongbu, servers: Servers) -> None:
    release = await released(gongbu, servers)
    given = ("annotate", release, "repealed", "--as", "editor", "--reason")
    first = await gongbu(*given, "已有新规定")
    assert (first.code, "另有一项" in first.said) == (0, False)
    number = first.json["id"]
    twice = await gongbu(*given, "另有理由")
    assert (twice.code, f"“已废止”的提议（编号 {number}）已在等待确认，没有另行登记" in twice.said) == (1, True)
    beside = await gongbu("annotate", release, "amended", "--as", "editor", "--reason", "部分修改")
    assert f"另有一项仍在等待确认，不受影响：提议 {number}  政策发布 {release}  已废止" in beside.said
    back = await gongbu("standing", "decline", str(number), "--as", "editor", "--note", "提错了")
    assert back.code == 0, back.said
    kept = await gongbu("standing", "list", "--release", release, "--json")
    assert [one["ruling"] for one in kept.json] == ["decline", None]


@pytest.mark.usefixtures("stored")
async def test_wrong_words_are_told_in_chinese(gongbu: Gongbu) -> None:
    await hire(gongbu)
    empty = await gongbu("withdraw", "1001", "--as", "editor", "--reason", " ")
    assert (empty.code, "理由" in empty.said) == (2, True)
    other = await gongbu("annotate", "1001", "withdrawn", "--as", "editor", "--reason", "x")
    assert other.code == 2
    nowhere = await gongbu("withdraw", "1001", "--as", "editor", "--reason", "x", "--successor-url", "ftp://x")
    assert (nowhere.code, "替代文件" in nowhere.said) == (2, True)
