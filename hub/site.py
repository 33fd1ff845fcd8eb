"""The site as it is set up: what its pages say of it and of the bureau that runs it."""

from pydantic import BaseModel, ConfigDict, Field


class SiteSettings(BaseModel):
    """What the pages say about the site (国办发〔2017〕47号). What is unknown stays empty; `gongbu check` names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field("政务公开发布平台", description="网站名称 SiteName")
    code: str = Field("", description="政府网站标识码 SiteIDCode，10 位")
    bureau: str = Field("（未设置主办单位）", description="主办单位")
    application: str = Field(
        "", pattern=r"^(https?://[^\s\"'<>]+)?$", description="依申请公开的网址，列入政府信息公开专栏；不设则不列"
    )
    footer: dict[str, str] = Field(
        default_factory=dict, description="页脚其他项目：名称 → 内容或网址；应有的各项由 gongbu check 指出"
    )
