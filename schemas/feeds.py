"""The feeds: which there are, what they are called, and which of them tell of a document.

A name is ASCII and made from nothing but the words that it stands for, so that it is the same on every machine and for
ever: 主题 by a fixed code for its group, 发文机关 by a digest of its name.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from schemas import columns, text
from schemas.columns import Column
from schemas.edition import Edition
from schemas.entry import BEIJING
from schemas.release import Document, Kind, Role
from schemas.themes import THEMES

#: The formats, by the ending of their files.
MEDIA: Mapping[str, str] = MappingProxyType(
    {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
)
ALL = "all"
ROLES: Mapping[Role, str] = MappingProxyType({Role.POLICY: "policy", Role.INTERPRETATION: "interpretation"})
#: A unit's feed shares its digits with another's once in a million million pairs.
DIGITS = 10
#: What parts the names of those who issued a document together.
BETWEEN = re.compile(r"[\s、，,；;]+")
#: Pinyin initials, as with columns. A group that is not here gets a digest, so this table only ever grows.
_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "国土资源、能源": "gtzy",
        "城乡建设、环境保护": "cxjs",
        "综合政务": "zhzw",
        "国民经济管理、国有资产监管": "gmjj",
        "财政、金融、审计": "czjr",
        "农业、林业、水利": "nyly",
        "工业、交通": "gyjt",
        "商贸、海关、旅游": "smhg",
        "市场监管、安全生产监管": "scjg",
        "科技、教育": "kjjy",
        "文化、广电、新闻出版": "whgd",
        "卫生、体育": "wsty",
        "劳动、人事、监察": "ldrs",
        "公安、安全、司法": "gaaq",
        "民政、扶贫、救灾": "mzfp",
        "其他": "qt",
    }
)


def path(name: str, kind: str) -> str:
    """The path of a feed: `/feeds/all.atom`."""
    return f"/feeds/{name}.{kind}"


def of_release(release: int) -> str:
    """The feed of one release alone; it stands for as long as the release does."""
    return f"release-{release}"


def of_year(year: int) -> str:
    return f"year-{year}"


def of_column(column: Column) -> str:
    """The feed of a column, and of all that stands below it. The archive's is that of everything."""
    return ALL if column is columns.ARCHIVE else column.code


def of_theme(group: str) -> str:
    """The feed of a group of themes, the part before the backslash."""
    return f"theme-{_GROUPS.get(group) or _digest(group)}"


def of_unit(name: str) -> str:
    """The feed of one 发文机关, by its name as documents bear it."""
    return f"unit-{_digest(name)}"


def units(issuer: str) -> tuple[str, ...]:
    """Those who issued a document, each once: `甲局、乙委` were two."""
    return tuple(dict.fromkeys(filter(None, BETWEEN.split(text.nfc(issuer)))))


def groups() -> tuple[str, ...]:
    """The groups of themes, in their order."""
    return tuple(dict.fromkeys(map(group, THEMES)))


def group(theme: str) -> str:
    r"""`综合政务` of `综合政务\政务公开`."""
    return theme.partition("\\")[0]


def telling(edition: Edition, one: Document, at: datetime) -> frozenset[str]:
    """The names of the feeds that tell of this document; `at` is when it was published. Its release's own is none."""
    metadata = edition.metadata
    named = {of_column(column) for column in _columns(metadata.kind, one.role)}
    named |= {ALL, ROLES[one.role], of_theme(group(metadata.theme)), of_year(at.astimezone(BEIJING).year)}
    return frozenset(named.union(map(of_unit, units(metadata.issuer))))


def _columns(kind: Kind, role: Role) -> list[Column]:
    every = columns.COLUMNS.values()
    return [one for one in every if any(part.lists(kind, role) for part in (one, *columns.below(one)))]


def _digest(name: str) -> str:
    return hashlib.sha256(text.nfc(name).encode()).hexdigest()[:DIGITS]
