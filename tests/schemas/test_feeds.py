"""Names of feeds are promises: subscribers keep them for years, so they are written out here once more."""

import re
from datetime import UTC, datetime

import pytest

from schemas import columns, feeds
from schemas.release import Kind
from tests.channels.conftest import build_edition

THEMES = {
    "国土资源、能源": "theme-gtzy",
    "城乡建设、环境保护": "theme-cxjs",
    "综合政务": "theme-zhzw",
    "国民经济管理、国有资产监管": "theme-gmjj",
    "财政、金融、审计": "theme-czjr",
    "农业、林业、水利": "theme-nyly",
    "工业、交通": "theme-gyjt",
    "商贸、海关、旅游": "theme-smhg",
    "市场监管、安全生产监管": "theme-scjg",
    "科技、教育": "theme-kjjy",
    "文化、广电、新闻出版": "theme-whgd",
    "卫生、体育": "theme-wsty",
    "劳动、人事、监察": "theme-ldrs",
    "公安、安全、司法": "theme-gaaq",
    "民政、扶贫、救灾": "theme-mzfp",
    "其他": "theme-qt",
}


def test_every_group_of_themes_keeps_its_code() -> None:
    assert {group: feeds.of_theme(group) for group in feeds.groups()} == THEMES


def test_a_unit_keeps_its_digits() -> None:
    assert feeds.of_unit("天津市规划和自然资源局") == "unit-45eb445afd"
    # However the name was typed: é as one character or as two.
    assert feeds.of_unit("Cafe\u0301局") == feeds.of_unit("Caf\u00e9局")


@pytest.mark.parametrize(
    ("issuer", "units"),
    [
        ("天津市规划和自然资源局", ("天津市规划和自然资源局",)),
        ("甲局 乙委", ("甲局", "乙委")),
        ("甲局、乙委，甲局", ("甲局", "乙委")),
        ("", ()),
    ],
)
def test_who_issued_together_is_told_apart(issuer: str, units: tuple[str, ...]) -> None:
    assert feeds.units(issuer) == units


@pytest.mark.parametrize("kind", list(Kind))
def test_a_document_is_told_of_in_every_feed_that_it_belongs_to(kind: Kind) -> None:
    edition = build_edition(kind=kind, issuer="甲局、乙委", theme="海防\\其他")
    policy, reading = edition.documents
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # in Beijing it is the next year
    common = {"all", "year-2027", feeds.of_theme("海防"), feeds.of_unit("甲局"), feeds.of_unit("乙委")}
    of_policy, of_reading = (feeds.telling(edition, one, new_year) for one in (policy, reading))
    assert of_reading == common | {"interpretation", "zcjd"}
    own = columns.own(kind, policy.role)
    assert of_policy >= common | {"policy", own.code, *(one.code for one in columns.trail(own))}
    assert "lnwj" not in of_policy  # the archive of all years is the feed of everything


def test_names_are_plain_and_never_those_of_another_kind() -> None:
    columns_ = {feeds.of_column(one) for one in columns.COLUMNS.values()} - {feeds.ALL}
    names = [*columns_, *THEMES.values(), feeds.ALL, *feeds.ROLES.values(), feeds.of_year(2026), feeds.of_unit("局")]
    names += [feeds.of_release(1), "index"]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[0-9a-z]+)?", name) for name in names)
