"""Kinds of documents as data: what each is for, what it must have, where it stands, and by when what must happen.

A kind is one row here. The console's form, the checks, the pages, the column's records, the open data and the workbench
read it; a value is kept in `schemas.particulars` and read by `schemas.filled`. How many days is the bureau's own word
(`schemas.rulebook`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from schemas.release import Kind


class Entry(StrEnum):
    """How a field is filled in."""

    DATE = "date"
    MOMENT = "moment"  #: a day with its time, in Beijing
    YEAR = "year"
    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    LINK = "link"
    MAILBOX = "mailbox"


class Need(StrEnum):
    """How much a field is asked for."""

    REQUIRED = "required"  #: without it nothing is submitted
    WANTED = "wanted"  #: a warning
    OPTIONAL = "optional"


class Unit(StrEnum):
    """In what a clock counts from its date."""

    WORKING_DAYS = "working_days"
    HOURS = "hours"
    MONTHS = "months"
    ON_THE_DAY = "on_the_day"  #: the date is itself the last day
    NEXT_JANUARY = "next_january"  #: 31 January of the year after (条例 第四十九条)


@dataclass(frozen=True)
class Field:
    """One field: of the particulars, or one of the 公文要素 that this kind asks for."""

    name: str
    label: str
    entry: Entry
    need: Need
    source: str = ""  #: the rule it comes from; empty for what is only useful
    hint: str = ""


@dataclass(frozen=True)
class Clock:
    """Something that is to be done by a day."""

    since: str  #: the field that it counts from
    unit: Unit
    what: str  #: what is to be done, in a few words
    source: str
    rule: str = ""  #: how many, in `[rules]`
    until: str = ""  #: the field that stops it when it is filled in
    is_first: bool = False  #: stops with the official time; else it begins then


@dataclass(frozen=True)
class Row:
    """One kind."""

    hint: str  #: what it is for, beside its name in the form
    column: str  #: the code of the narrowest column that lists it, which its page names
    columns: tuple[str, ...] = ()  #: the others that list it
    needs: tuple[Field, ...] = ()  #: of the 公文要素
    fields: tuple[Field, ...] = ()  #: of its own
    either: tuple[str, ...] = ()  #: of these at least one
    order: tuple[tuple[str, str], ...] = ()  #: pairs of which the first may not be later
    clocks: tuple[Clock, ...] = ()


_DATE, _LINE, _LINK = Entry.DATE, Entry.LINE, Entry.LINK
_REQUIRED, _WANTED, _OPTIONAL = Need.REQUIRED, Need.WANTED, Need.OPTIONAL
_OURS = "津规资办发〔2020〕253号"
_ACT = "政府信息公开条例"
_CONSULTING = "优化营商环境条例第六十二条；重大行政决策程序暂行条例第十五条"
_CLEARING = f"{_ACT}第六条；国办发〔2016〕61号"
_PLANS = "突发事件应急预案管理办法"
_NUMBER = "GB/T 9704-2012"

KINDS: Mapping[Kind, Row] = MappingProxyType(
    {
        Kind.NORMATIVE: Row(
            hint="涉及公民、法人权利义务，反复适用；须有有效期和解读",
            column="gfxwj",
            columns=("zcwj", "fdzdgknr"),
            needs=(
                Field("doc_no", "发文字号", _LINE, _REQUIRED, _NUMBER),
                Field("effective_on", "施行日期", _DATE, _REQUIRED, "天津市行政规范性文件管理规定"),
            ),
        ),
        Kind.POLICY: Row(
            hint="须与解读同步发布",
            column="zcwj",
            columns=("fdzdgknr",),
            needs=(Field("doc_no", "发文字号", _LINE, _WANTED, _NUMBER),),
        ),
        Kind.NOTICE: Row(
            hint="一般通知、公告、公示，不要求解读",
            column="tzgg",
            fields=(
                Field("posted_from", "公示开始日期", _DATE, _OPTIONAL, hint="公示才填写"),
                Field("posted_until", "公示结束日期", _DATE, _OPTIONAL, hint="当日24时止；过后网页标明已结束"),
            ),
            order=(("posted_from", "posted_until"),),
        ),
        Kind.MEETING: Row(
            hint="局长办公会议等会议的议定事项，会议结束后及时公开",
            column="hygk",
            fields=(
                Field(
                    "held_on", "会议日期", _DATE, _REQUIRED, f"{_OURS}一（一）3", "会议结束之日，公开期限从这一天起算"
                ),
                Field("session", "会次", _LINE, _WANTED, f"{_OURS}一（一）3", "如 2026年第12次局长办公会议"),
            ),
            clocks=(
                Clock("held_on", Unit.WORKING_DAYS, "公开会议情况", f"{_OURS}一（一）3", "meeting_days", is_first=True),
            ),
        ),
        Kind.CONSULTATION: Row(
            hint="公开征求公众意见，列入通知公告；过了截止日期，网页自行标明已截止",
            column="tzgg",
            fields=(
                Field("closes_on", "截止日期", _DATE, _REQUIRED, _CONSULTING, "当日24时止；一般不少于30日"),
                Field("feedback_post", "意见反馈地址", _LINE, _OPTIONAL, hint="邮寄地址；与邮箱、网址至少填一项"),
                Field("feedback_email", "意见反馈邮箱", Entry.MAILBOX, _OPTIONAL),
                Field("feedback_link", "意见反馈网址", _LINK, _OPTIONAL),
                Field("outcome_link", "意见采纳情况", _LINK, _OPTIONAL, _CONSULTING, "截止后公布，填写网址"),
            ),
            either=("feedback_post", "feedback_email", "feedback_link"),
            order=(("signed_on", "closes_on"),),
            clocks=(
                Clock("closes_on", Unit.WORKING_DAYS, "公布意见采纳情况", _CONSULTING, "outcome_days", "outcome_link"),
            ),
        ),
        Kind.CLARIFICATION: Row(
            hint="澄清虚假或不完整信息，列入通知公告",
            column="tzgg",
            fields=(
                Field("clarifies", "澄清事项", _LINE, _REQUIRED, f"{_ACT}第六条", "一句话说明澄清什么"),
                Field("heard_at", "发现时间", Entry.MOMENT, _WANTED, hint="回应时限从这时起算；不对外显示"),
                Field("rumour_link", "不实信息出处", _LINK, _OPTIONAL, hint="只供办理，不对外显示，以免扩散"),
            ),
            clocks=(Clock("heard_at", Unit.HOURS, "发布澄清", _CLEARING, "clarification_hours", is_first=True),),
        ),
        Kind.POWERS: Row(
            hint="列入法定主动公开内容；随法律、职能变动更新，定期核对",
            column="fdzdgknr",
            fields=(
                Field("list_version", "清单版本", _LINE, _REQUIRED, f"{_OURS}一（一）1", "如 2026年版"),
                Field("checked_on", "最近核对日期", _DATE, _REQUIRED, f"{_OURS}一（一）1", "没有变动的，核对后也更新"),
                Field("changes_told", "本次调整", Entry.TEXT, _WANTED, hint="与上一版相比改了什么；网页另附逐字对照"),
            ),
            clocks=(Clock("checked_on", Unit.MONTHS, "核对权责清单", f"{_OURS}一（一）1", rule="powers_months"),),
        ),
        Kind.EMERGENCY_PLAN: Row(
            hint="列入法定主动公开内容；定期评估",
            column="fdzdgknr",
            fields=(
                Field("plan_level", "预案类别", Entry.CHOICE, _REQUIRED, _PLANS),
                Field("review_on", "下次评估日期", _DATE, _WANTED, _PLANS, "预案须定期评估，到期前提醒"),
            ),
            order=(("signed_on", "review_on"),),
            clocks=(Clock("review_on", Unit.ON_THE_DAY, "评估应急预案", _PLANS),),
        ),
        Kind.GUIDE: Row(
            hint="列入政府信息公开专栏",
            column="zfxxgkzn",
            fields=(Field("updated_on", "最近更新日期", _DATE, _REQUIRED, f"{_ACT}第十二条"),),
            clocks=(Clock("updated_on", Unit.MONTHS, "核对公开指南", f"{_ACT}第十二条", rule="guide_months"),),
        ),
        Kind.RULES: Row(hint="列入政府信息公开专栏", column="zfxxgkzd"),
        Kind.ANNUAL_REPORT: Row(
            hint="列入政府信息公开专栏，每年1月31日前公布",
            column="zfxxgknb",
            fields=(Field("report_year", "报告年度", Entry.YEAR, _REQUIRED, f"{_ACT}第四十九条", "如 2026"),),
            clocks=(Clock("report_year", Unit.NEXT_JANUARY, "公布年度报告", f"{_ACT}第四十九条", is_first=True),),
        ),
    }
)
#: Every field of the particulars by its name, whichever kind has it.
FIELDS: Mapping[str, Field] = MappingProxyType({one.name: one for row in KINDS.values() for one in row.fields})
#: Never shown to the public: what only staff work by.
INSIDE = frozenset({"heard_at", "rumour_link"})
