"""授权代办 by commands: given, listed, taken back."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub import app
from hub.app import Servers
from hub.settings import Settings
from hub.store import delegations
from tests.cli.conftest import Gongbu


@pytest.mark.usefixtures("stored")
async def test_a_duty_is_lent_listed_and_taken_back(gongbu: Gongbu, stored: Path, servers: Servers) -> None:
    for login, name, duty in (("qian", "签发人", "签发人"), ("fu", "副手", "编辑"), ("guan", "管理员", "管理员")):
        added = await gongbu("user", "add", login, "--name", name, "--unit", "办公室", "--duty", duty)
        assert added.code == 0, added.said
    async with app.opened(Settings(data_dir=stored / "data"), servers) as house, house.engine.connect() as connection:
        today = await delegations.today(connection)
    days = ("--from", f"{today}", "--to", f"{today + timedelta(days=2)}")
    offered = ("--duty", "签发人", *days, "--why", "出差")
    given = await gongbu("delegation", "give", "fu", "--as", "qian", *offered)
    assert given.code == 0, given.said
    (line,) = (await gongbu("delegation", "list", "--as", "fu")).out.splitlines()
    number = line.split()[0]
    assert f"gongbu delegation revoke {number} --as qian" in given.said
    assert line.startswith(f"{number}  生效中  签发人授权副手代办“签发人”  {today} 至 ")
    (found,) = (await gongbu("delegation", "list", "--as", "guan", "--json")).json
    assert (found["duty"], found["reason"], found["revoked_at"]) == ("signer", "出差", None)
    for words, code in (
        (("give", "fu", "--as", "qian", *offered), "(invalid)"),
        (("give", "fu", "--as", "qian", *offered[:-1], ""), "(invalid)"),
        (("give", "qian", "--as", "fu", *offered), "(forbidden)"),
        (("revoke", number, "--as", "fu"), "(not_found)"),
    ):
        refused = await gongbu("delegation", *words)
        assert (refused.code > 0, code in refused.said) == (True, True), refused.said
    assert (await gongbu("delegation", "revoke", number, "--as", "qian")).code == 0
    assert (await gongbu("delegation", "list", "--as", "qian")).out.startswith(f"{number}  已撤销")
    again = await gongbu("delegation", "revoke", number, "--as", "guan")
    assert (again.code, "(state)" in again.said) == (1, True)
