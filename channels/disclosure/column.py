"""The sub-columns of 政府信息公开 (国办公开办函〔2019〕61号), which kind of document stands in which. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from schemas.release import Kind

Column = Literal["guide", "rules", "statutory", "annual"]

#: code → the name that every site's column bears.
NAMES: Mapping[Column, str] = MappingProxyType(
    {
        "guide": "政府信息公开指南",
        "rules": "政府信息公开制度",
        "statutory": "法定主动公开内容",
        "annual": "政府信息公开年报",
    }
)
_OWN: Mapping[Kind, Column] = MappingProxyType({Kind.GUIDE: "guide", Kind.RULES: "rules", Kind.ANNUAL_REPORT: "annual"})


def of(kind: Kind) -> Column:
    """The sub-column of a document: what has none of its own is published because a law wants it."""
    return _OWN.get(kind, "statutory")
