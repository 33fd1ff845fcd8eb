"""The shapes of the open data: what is told of the site: its columns, its feeds, what was found, where all is.

Added to, never changed.
"""

from datetime import date

from pydantic import Field

from schemas.card import Validity
from schemas.particulars import NOTHING, Form, Particulars
from schemas.release import Frozen, Kind, Role


class Column(Frozen):
    """One column of the site."""

    code: str
    name: str
    description: str
    parent: str | None
    url: str
    feeds: dict[str, str]


class Columns(Frozen):
    """All columns, in the order of the site."""

    items: tuple[Column, ...]


class Feed(Frozen):
    """One feed, in every format."""

    name: str
    title: str
    urls: dict[str, str]


class Feeds(Frozen):
    """The feeds that stand: all, columns, themes, units."""

    items: tuple[Feed, ...]


class Hit(Frozen):
    """One document that was found."""

    release: int
    document: str
    role: Role
    kind: Kind
    title: str
    doc_no: str | None
    issuer: str
    validity: Validity
    released_on: date
    form: Form = Field(default=Form.TEXT, description="解读形式；政策文件为 text")
    particulars: Particulars = Field(default=NOTHING, description="该类文件特有的要素；没有的不出现")
    url: str
    data: str
    snippet: str
    found: tuple[tuple[int, int], ...] = Field(description="snippet 中与查询相符之处：[起, 止)")
    is_number: bool = Field(description="发文字号就是所查的字号")


class Found(Frozen):
    """One page of results, the best first."""

    q: str = Field(description="实际查找的内容")
    words: tuple[str, ...]
    count: int
    count_is: str = Field(description="exact 准确，about 约数，over 只数到这里", pattern="^(exact|about|over)$")
    items: tuple[Hit, ...]
    next: str | None


class Index(Frozen):
    """Where everything is."""

    name: str
    releases: str
    search: str
    columns: str
    feeds: str
    openapi: str
    checkpoint: str
    vkey: str
