"""The working-day calendar by commands: a year is provisional until its notice is loaded."""

from pathlib import Path

import pytest

from tests.cli.conftest import Gongbu

NOTICE = "2027-01-01 休 元旦\n2027-01-02 班 元旦调休\n"


async def test_a_year_is_loaded_when_its_notice_has_come(gongbu: Gongbu, stored: Path) -> None:
    assert "系统自带" in (await gongbu("calendar", "show", "2026")).out
    assert "暂定" in (await gongbu("calendar", "show", "2027")).out
    (stored / "2027.txt").write_text(NOTICE, "utf-8")
    loaded = await gongbu("calendar", "load", "2027", "2027.txt", "--source", "国办发明电〔2026〕1号")
    assert (loaded.code, "已录入 2 天" in loaded.said) == (0, True), loaded.said
    shown = (await gongbu("calendar", "show", "2027", "--json")).json
    assert shown["certainty"] == "entered"
    assert [day["source"] for day in shown["days"]] == ["国办发明电〔2026〕1号"] * 2


@pytest.mark.parametrize("wrong", ["一月一日 休 元旦", "2026-01-01 休 元旦"])
async def test_a_file_that_is_wrong_changes_nothing(gongbu: Gongbu, stored: Path, wrong: str) -> None:
    (stored / "2027.txt").write_text(f"{wrong}\n", "utf-8")
    told = await gongbu("calendar", "load", "2027", "2027.txt", "--source", "通知")
    assert told.code == 2
    assert "暂定" in (await gongbu("calendar", "show", "2027")).out
