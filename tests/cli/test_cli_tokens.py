"""Tokens by commands: listed with what is known of them, and ended one by one."""

import pytest

from tests.cli.conftest import Gongbu


@pytest.mark.usefixtures("stored")
async def test_a_token_is_listed_and_ended_by_its_number(gongbu: Gongbu) -> None:
    await gongbu("user", "add", "bian", "--name", "王编辑", "--unit", "办公室", "--duty", "编辑")
    first, second = [(await gongbu("user", "token", "bian", "--label", label)).json["token"] for label in ("甲", "乙")]
    listed = (await gongbu("user", "tokens", "bian", "--json")).json
    assert [(one["label"], one["made_by"], one["is_own"]) for one in listed] == [
        ("乙", "operator", False),
        ("甲", "operator", False),
    ]
    told = await gongbu("user", "tokens", "bian")
    assert first not in told.out + told.said
    assert second not in told.out + told.said
    assert told.out.count("本机运维签发  没有使用记录  有效至") == 2
    for _ in range(2):
        assert (await gongbu("user", "revoke", "bian", listed[0]["id"])).code == 0
    lines = (await gongbu("user", "tokens", "bian")).out.splitlines()
    assert ["已吊销" in line for line in lines] == [True, False]
    for words in (("revoke", "bian", "0" * 16), ("revoke", "nobody", listed[1]["id"]), ("tokens", "nobody")):
        refused = await gongbu("user", *words)
        assert (refused.code, "(not_found)" in refused.said) == (1, True)
