"""The bureau's own numbers for the checks. What the law leaves to a place, or is known from practice only, stands here.

Sources: 天津市行政规范性文件管理规定 (市政府令第15号) for the years, 津规资办发〔2020〕253号 二(三)1 for copying.
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
    contacts: Annotated[tuple[str, ...], Field(max_length=1000, description="可以公开的办公电话，检查时不提醒")] = ()


#: As the sources have it.
USUAL = Rulebook()
