"""What only some kinds of documents have: a closing date, a session, a year. `schemas.kinds` says which have what.

Editions are proofs. What is unset is in no dump and in no canonical bytes, so an edition that was frozen before a field
existed keeps its digest, whatever is added here.
"""

import re
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas import text

_BEIJING = timezone(timedelta(hours=8))
_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,480}")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Form(StrEnum):
    """What an interpretation is given in (国办发〔2017〕47号 四（二）)."""

    TEXT = "text"  #: 文字: the usual one, which no edition names
    GRAPHIC = "graphic"  #: 图解, 一图读懂
    QUESTIONS = "questions"  #: 问答
    BRIEF_QUESTIONS = "brief_questions"  #: 简明问答
    VIDEO = "video"  #: 视频
    AUDIO = "audio"  #: 音频
    ANIMATION = "animation"  #: 动漫
    PRESS = "press"  #: 新闻发布会
    EXPERT = "expert"  #: 专家解读
    LEADER = "leader"  #: 负责人解读
    MEDIA = "media"  #: 媒体解读


class PlanLevel(StrEnum):
    """Which class of 应急预案 a plan is of (突发事件应急预案管理办法)."""

    GENERAL = "general"  #: 总体应急预案
    SPECIAL = "special"  #: 专项应急预案
    DEPARTMENT = "department"  #: 部门应急预案
    UNIT = "unit"  #: 单位和基层组织应急预案


def _address(value: str) -> str:
    if value and not _ADDRESS.fullmatch(value):
        raise ValueError("应为网址，以 https:// 或 http:// 开头")
    return value


def _mailbox(value: str) -> str:
    if value and not _MAILBOX.fullmatch(value):
        raise ValueError("应为电子邮箱地址，如 name@tj.gov.cn")
    return value


def _in_beijing(value: datetime) -> datetime:
    """The moment as Beijing tells it, to the minute; one without a zone is meant so."""
    there = value.replace(tzinfo=_BEIJING) if value.tzinfo is None else value.astimezone(_BEIJING)
    return there.replace(second=0, microsecond=0)


Unset = Field(exclude_if=lambda value: value is None or value == "")
Line = Annotated[str, Field(max_length=200), AfterValidator(text.one_line)]
Sentence = Annotated[str, Field(max_length=500), AfterValidator(text.one_line)]
Address = Annotated[str, Field(max_length=500), AfterValidator(text.one_line), AfterValidator(_address)]
Mailbox = Annotated[str, Field(max_length=200), AfterValidator(text.one_line), AfterValidator(_mailbox)]
Moment = Annotated[datetime, AfterValidator(_in_beijing)]
Year = Annotated[int, Field(ge=1990, le=2199)]


class Particulars(BaseModel):
    """Values by the names of `schemas.kinds`; every one may be missing, and what is asked for is for the checks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    held_on: Annotated[date | None, Unset] = None  #: 会议日期
    session: Annotated[Line | None, Unset] = None  #: 会次
    closes_on: Annotated[date | None, Unset] = None  #: 征求意见的截止日期, the last day
    feedback_post: Annotated[Line | None, Unset] = None  #: 反馈意见的通信地址
    feedback_email: Annotated[Mailbox | None, Unset] = None  #: 反馈意见的电子邮箱
    feedback_link: Annotated[Address | None, Unset] = None  #: 网上反馈的网址
    outcome_link: Annotated[Address | None, Unset] = None  #: 意见采纳情况的网址
    clarifies: Annotated[Line | None, Unset] = None  #: 澄清事项
    rumour_link: Annotated[Address | None, Unset] = None  #: where what is clarified was said
    heard_at: Annotated[Moment | None, Unset] = None  #: 发现时间
    posted_from: Annotated[date | None, Unset] = None  #: 公示开始日期
    posted_until: Annotated[date | None, Unset] = None  #: 公示结束日期, the last day
    list_version: Annotated[Line | None, Unset] = None  #: 清单版本
    checked_on: Annotated[date | None, Unset] = None  #: 最近核对日期
    changes_told: Annotated[Sentence | None, Unset] = None  #: 本次调整内容
    plan_level: Annotated[PlanLevel | None, Unset] = None  #: 预案类别
    review_on: Annotated[date | None, Unset] = None  #: 下次评估日期
    report_year: Annotated[Year | None, Unset] = None  #: 报告年度
    updated_on: Annotated[date | None, Unset] = None  #: 最近更新日期

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return any(value is not None and value != "" for _, value in self)


NOTHING = Particulars()
