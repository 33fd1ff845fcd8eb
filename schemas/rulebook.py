"""The bureau's own numbers for the checks. What the law leaves to a place, or is known from practice only, stands here.

Sources: 天津市行政规范性文件管理规定 (市政府令第15号) for the years, 津规资办发〔2020〕253号 二(三)1 for copying,
政府网站与政务新媒体检查指标 (国办秘函〔2019〕19号) for columns; where to be warned before is practice.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.person import Duty
from schemas.release import Frozen, Kind
from schemas.review import Level, chain

Share = Annotated[float, Field(gt=0, le=1)]


class Limit(Frozen):
    """A special limit of one kind of document, which goes before the 20 working days (条例 第二十六条, second half)."""

    kind: Annotated[Kind, Field(description="文件类别")]
    days: Annotated[int, Field(ge=1, le=366, description="几天内公开")]
    is_working: Annotated[bool, Field(description="按工作日计；false 为按自然日计")] = True
    since: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$", description="从哪个日期起算")] = "signed_on"
    source: Annotated[str, Field(min_length=1, max_length=200, description="依据")]


class Rulebook(Frozen):
    """Values of the checks, as the operator sets them in `[rules]`."""

    normative_years: Annotated[int, Field(ge=1, le=30, description="行政规范性文件的有效期最长几年")] = 5
    trial_years: Annotated[int, Field(ge=1, le=30, description="标题含“暂行”“试行”的，有效期最长几年")] = 2
    copied_stops: Annotated[Share, Field(description="解读中原样照抄政策文件的文字达到这个比例，拦截")] = 0.4
    copied_warns: Annotated[Share, Field(description="同上，达到这个比例，提醒")] = 0.2
    shared_stops: Annotated[Share, Field(description="解读与政策文件的重合（含个别字改动）达到这个比例，拦截")] = 0.6
    shared_warns: Annotated[Share, Field(description="同上，达到这个比例，提醒")] = 0.4
    interpretation_days: Annotated[int, Field(ge=0, le=60, description="解读最迟在发布后几个工作日内")] = 3
    rereview_since: Annotated[int, Field(ge=1950, le=2100, description="存量文件从哪一年成文的起重新审定公开属性")] = (
        2010
    )
    rereview_months: Annotated[
        int, Field(ge=1, le=120, description="审定为依申请公开、不予公开的存量文件，几个月后再次审定（条例第十八条）")
    ] = 12
    limits: Annotated[
        tuple[Limit, ...], Field(max_length=50, description="法律法规另有规定的公开期限，按文件类别 [[rules.limits]]")
    ] = ()
    review_days: Annotated[int, Field(ge=1, le=60, description="审核在一级停留超过几个工作日，提示超时")] = 3
    wide_duties: Annotated[
        tuple[Duty, ...],
        Field(max_length=9, description="面向全局的职责：可以看到和办理各独立单位的文件；其余职责只及于本人所属的单位"),
    ] = (
        Duty.SECOND_REVIEWER,
        Duty.SIGNER,
        Duty.SECRECY_REVIEWER,
        Duty.PUBLISHER,
        Duty.AUDITOR,
        Duty.ADMINISTRATOR,
    )
    blank_stops: Annotated[int, Field(ge=1, le=100, description="空白栏目达到几个，检查单项否决")] = 5
    blank_warns: Annotated[int, Field(ge=1, le=100, description="同上，达到几个，提醒")] = 2
    stale_stops: Annotated[int, Field(ge=1, le=100, description="超期不更新的栏目达到几个，检查单项否决")] = 5
    stale_warns: Annotated[int, Field(ge=1, le=100, description="同上，达到几个，提醒")] = 4
    news_days: Annotated[int, Field(ge=1, le=3660, description="动态类栏目、首页和新媒体几天不更新为超期")] = 14
    news_warns: Annotated[int, Field(ge=1, le=3660, description="同上，几天不更新，提醒")] = 10
    notice_days: Annotated[int, Field(ge=1, le=3660, description="通知公告、政策文件类栏目几天不更新为超期")] = 183
    notice_warns: Annotated[int, Field(ge=1, le=3660, description="同上，几天不更新，提醒")] = 150
    urgent_kinds: Annotated[
        tuple[Kind, ...], Field(max_length=len(Kind), description="哪些类别可以应急发布；留空是都不可以")
    ] = (Kind.NOTICE, Kind.CLARIFICATION, Kind.EMERGENCY_PLAN)
    urgent_levels: Annotated[
        tuple[Level, ...],
        Field(min_length=1, max_length=3, description="应急发布须先通过哪几级，不得少于保密审查和终审；其余事后补签"),
        AfterValidator(chain),
    ] = (Level.SECRECY, Level.FINAL)
    urgent_reason: Annotated[int, Field(ge=1, le=200, description="应急发布的理由至少写几个字")] = 10
    countersign_days: Annotated[int, Field(ge=1, le=60, description="应急发布后几个工作日内补签")] = 3
    meeting_days: Annotated[int, Field(ge=1, le=20, description="会议结束后几个工作日内公开（条例规定最长20个）")] = 20
    consultation_days: Annotated[int, Field(ge=1, le=365, description="公开征求意见一般不少于几天")] = 30
    outcome_days: Annotated[
        int, Field(ge=1, le=365, description="征求意见截止后几个工作日内公布采纳情况（法规没有定天数）")
    ] = 20
    clarification_hours: Annotated[int, Field(ge=1, le=720, description="发现不实信息后几小时内澄清")] = 48
    powers_months: Annotated[int, Field(ge=1, le=120, description="权责清单几个月核对一次")] = 12
    guide_months: Annotated[int, Field(ge=1, le=120, description="政府信息公开指南几个月核对一次")] = 12
    bureau_code: Annotated[
        str,
        Field(
            pattern=r"^([0-9A-HJ-NPQRTUWXY]{18})?$",
            description="本机关的统一社会信用代码，用来生成索引号；不设则索引号由人填写",
        ),
    ] = ""
    unit_codes: Annotated[
        tuple[Annotated[str, Field(pattern=r"^\S{2,60} [0-9A-HJ-NPQRTUWXY]{18}$")], ...],
        Field(max_length=200, description="以自己名义发文的单位另用的代码，每项写作“发文机关 代码”"),
    ] = ()
    index_no_at_submit: Annotated[bool, Field(description="提交审核时没有索引号的，自动生成")] = False
    contacts: Annotated[tuple[str, ...], Field(max_length=1000, description="可以公开的办公电话，检查时不提醒")] = ()


#: As the sources have it.
USUAL = Rulebook()
