"""The columns (栏目) of the site, as data: what each is called, what it lists, and below which one it stands.

The names of the disclosure column's parts are laid down (国办公开办函〔2019〕61号) and are written here exactly so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from schemas.addresses import COLUMN
from schemas.kinds import KINDS
from schemas.release import Kind, Role


@dataclass(frozen=True)
class Column:
    """One column as 《政府网站发展指引》 wants it described in the column tags of a page (国办发〔2017〕47号)."""

    code: str  #: pinyin initials, as government sites use them: the page is `/<code>/`, the feed `/feeds/<code>.atom`
    name: str  #: ColumnName
    description: str  #: ColumnDescription
    keywords: str  #: ColumnKeywords
    type: str  #: ColumnType, one of the guide's own classes
    parent: str = ""  #: the code of the column that it stands below; empty for one that stands by itself
    #: Releases of these kinds are listed, by the documents of `role`; in one order, so that equal columns print alike.
    kinds: tuple[Kind, ...] = ()
    role: Role = Role.POLICY

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/{self.code}/"

    def lists(self, kind: Kind, role: Role) -> bool:
        """Whether a document of this role, in a release of this kind, stands in its list."""
        return role is self.role and kind in self.kinds


def _of(code: str) -> tuple[Kind, ...]:
    """The kinds whose row names the column (`schemas.kinds`)."""
    return tuple(kind for kind, row in KINDS.items() if code in {row.column, *row.columns})


_ALL = (
    Column(
        code=COLUMN[Role.POLICY],
        name="政策文件",
        description="公开本机关制发的行政规范性文件和其他政策文件，一经公开即为正式发布。",
        keywords="政策文件,行政规范性文件",
        type="政策文件",
        kinds=_of(COLUMN[Role.POLICY]),
    ),
    Column(
        code="gfxwj",
        name="行政规范性文件",
        description="集中公开本机关制发的行政规范性文件，标明有效、修改、废止和失效情况。",
        keywords="行政规范性文件,有效性,废止,失效",
        type="政策文件",
        parent=COLUMN[Role.POLICY],
        kinds=_of("gfxwj"),
    ),
    Column(
        code=COLUMN[Role.INTERPRETATION],
        name="政策解读",
        description="对本机关制发的政策文件作出解读，说明背景依据、执行标准和惠企利民举措。",
        keywords="政策解读,政策问答,执行标准",
        type="解读回应",
        kinds=tuple(Kind),
        role=Role.INTERPRETATION,
    ),
    Column(
        code="tzgg",
        name="通知公告",
        description="发布本机关的通知、公告、公示、澄清说明和公开征求意见。",
        keywords="通知,公告,公示,征求意见,澄清",
        type="工作动态",
        kinds=_of("tzgg"),
    ),
    Column(
        code="hygk",
        name="会议公开",
        description="公开本机关局长办公会议等会议的议定事项和相关文件。",
        keywords="会议公开,局长办公会议,议定事项",
        type="工作动态",
        kinds=_of("hygk"),
    ),
    Column(
        code="xxgk",
        name="政府信息公开",
        description="依照《中华人民共和国政府信息公开条例》公开本机关的指南、制度、法定主动公开内容和年报。",
        keywords="政府信息公开,指南,制度,法定主动公开内容,年报,依申请公开",
        type="信息公开目录",
    ),
    Column(
        code="zfxxgkzn",
        name="政府信息公开指南",
        description="说明本机关政府信息的分类、编排体系、获取方式和公开工作机构的联系方式。",
        keywords="政府信息公开指南,获取方式,联系方式",
        type="信息公开指南",
        parent="xxgk",
        kinds=_of("zfxxgkzn"),
    ),
    Column(
        code="zfxxgkzd",
        name="政府信息公开制度",
        description="公开有关政府信息公开的法规、规章和本机关的制度规定。",
        keywords="政府信息公开制度,法规,规章",
        type="信息公开目录",
        parent="xxgk",
        kinds=_of("zfxxgkzd"),
    ),
    Column(
        code="fdzdgknr",
        name="法定主动公开内容",
        description="公开依法应当主动公开的政府信息，包括规范性文件、政策文件、权责清单和应急预案。",
        keywords="法定主动公开内容,规范性文件,政策文件,权责清单,应急预案",
        type="信息公开目录",
        parent="xxgk",
        kinds=_of("fdzdgknr"),
    ),
    Column(
        code="zfxxgknb",
        name="政府信息公开年报",
        description="按年度公布本机关政府信息公开工作年度报告。",
        keywords="政府信息公开年报,年度报告",
        type="信息公开年报",
        parent="xxgk",
        kinds=_of("zfxxgknb"),
    ),
    Column(
        code="lnwj",
        name="历年文件",
        description="按正式发布的年份查找本网站发布的全部文件。",
        keywords="历年文件,归档,年份",
        type="信息公开目录",
        kinds=tuple(Kind),
    ),
)

#: code → column, in the order of the navigation.
COLUMNS = MappingProxyType({one.code: one for one in _ALL})
ARCHIVE = COLUMNS["lnwj"]
DISCLOSURE = COLUMNS["xxgk"]
#: Those that stand by themselves and take in documents by their kind, or lead to such.
MAIN = tuple(one for one in _ALL if not one.parent and one is not ARCHIVE)
#: kind → the column that its policy names as its own, the narrowest that lists it; interpretations have one for all.
_OWN = MappingProxyType({kind: COLUMNS[row.column] for kind, row in KINDS.items()})


def own(kind: Kind, role: Role) -> Column:
    """The column that a document's page names: in its crumbs and in its column tags."""
    return _OWN[kind] if role is Role.POLICY else COLUMNS[COLUMN[role]]


def trail(column: Column) -> tuple[Column, ...]:
    """The column with those above it, the outermost first: 政府信息公开, 政府信息公开指南."""
    above = trail(COLUMNS[column.parent]) if column.parent else ()
    return (*above, column)


def below(column: Column) -> tuple[Column, ...]:
    """The columns right below it, in their order."""
    return tuple(one for one in _ALL if one.parent == column.code)


def listing(kind: Kind, roles: Iterable[Role]) -> tuple[Column, ...]:
    """The columns in whose lists a release with documents of these roles stands. The archive is one of them."""
    there = set(roles)
    return tuple(one for one in _ALL if one.role in there and one.lists(kind, one.role))
