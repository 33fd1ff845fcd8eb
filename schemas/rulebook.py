"""The bureau's own numbers for the checks. What the law leaves to a place, or is known from practice only, stands here.

Sources: 天津市行政规范性文件管理规定 (市政府令第15号) for the years, 津规资办发〔2020〕253号 二(三)1 for copying,
政府网站与政务新媒体检查指标 (国办秘函〔2019〕19号) for columns; where to be warned before is practice.
"""

from typing import Annotated

from pydantic import Field

from schemas.release import Frozen

Share = Annotated[float, Field(gt=0, le=1)]


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
    blank_stops: Annotated[int, Field(ge=1, le=100, description="空白栏目达到几个，检查单项否决")] = 5
    blank_warns: Annotated[int, Field(ge=1, le=100, description="同上，达到几个，提醒")] = 2
    stale_stops: Annotated[int, Field(ge=1, le=100, description="超期不更新的栏目达到几个，检查单项否决")] = 5
    stale_warns: Annotated[int, Field(ge=1, le=100, description="同上，达到几个，提醒")] = 4
    news_days: Annotated[int, Field(ge=1, le=3660, description="动态类栏目、首页和新媒体几天不更新为超期")] = 14
    news_warns: Annotated[int, Field(ge=1, le=3660, description="同上，几天不更新，提醒")] = 10
    notice_days: Annotated[int, Field(ge=1, le=3660, description="通知公告、政策文件类栏目几天不更新为超期")] = 183
    notice_warns: Annotated[int, Field(ge=1, le=3660, description="同上，几天不更新，提醒")] = 150
    contacts: Annotated[tuple[str, ...], Field(max_length=1000, description="可以公开的办公电话，检查时不提醒")] = ()


#: As the sources have it.
USUAL = Rulebook()
