"""The bureau's mail as it is set up (`[mail]`)."""

import re
from email.headerregistry import Address
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from channels.post import Tls
from hub.core.subscribing import Terms

#: What we ourselves write from: no quoting, no comments, no names of people.
_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,40}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
REFERENCES = ("env:", "file:")
PORTS = {Tls.TLS: 465, Tls.STARTTLS: 587, Tls.NONE: 25}


class DkimSettings(BaseModel):
    """The hub signs by itself. Leave it out where the mail server signs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domain: str = Field(description="签名域名，应与发件人的域名相同")
    selector: str = Field(description="选择器，DNS 中 <selector>._domainkey.<domain> 的 TXT 记录登记公钥")
    key: Path = Field(description="RSA 私钥文件（PEM）")

    @field_validator("domain", "selector")
    @classmethod
    def _host(cls, value: str) -> str:
        if not _HOST.fullmatch(value):
            raise PydanticCustomError("host", "应为域名形式")
        return value


class MailSettings(BaseModel):
    """What the public is mailed from, by which server, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(description="邮件服务器（SMTP）")
    port: int = Field(0, ge=0, le=65_535, description="端口；0 为惯用端口：tls 465，starttls 587，none 25")
    tls: Tls = Field(Tls.TLS, description="加密方式：tls、starttls，或 none（仅限本机的邮件服务器）")
    user: str = Field("", description="登录名；不设则不登录")
    password: str = Field("", description="登录口令，写作 env:NAME 或 file:PATH")
    sender: str = Field(description="发件地址，如 zhengce@example.gov.cn；显示名用 site.name")
    bounces: str = Field(
        "", description="收取退信的地址，邮件服务器须支持“地址+标记”并转交 gongbu bounce；不设则退信回到发件地址"
    )
    pace: float = Field(5.0, gt=0, le=1000, description="每个投递进程每秒至多发出多少封")
    daily_hour: int = Field(8, ge=0, le=23, description="汇总邮件几点发出（北京时间）")
    weekly_day: int = Field(1, ge=1, le=7, description="每周汇总星期几发出，1 为星期一")
    subscriptions: bool = Field(True, description="是否向公众提供邮件订阅")
    reminders: bool = Field(True, description="是否给登记了邮箱的工作人员发期限提醒，工作日每人至多一封")
    dkim: DkimSettings | None = Field(None, description="DKIM 签名 [mail.dkim]；由邮件服务器签名的不设")

    @field_validator("sender", "bounces")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not _ADDRESS.fullmatch(value):
            raise PydanticCustomError("address", "应为邮箱地址，@ 之前只用字母、数字、点、横线")
        return value

    @field_validator("password")
    @classmethod
    def _named(cls, value: str) -> str:
        if value and not value.startswith(REFERENCES):
            raise PydanticCustomError("named", "应写作 env:NAME 或 file:PATH，不要直接写出")
        return value

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.user) != bool(self.password):
            raise PydanticCustomError("both", "user 与 password 须同时设置")
        return self

    @property
    def terms(self) -> Terms:
        """When gatherings leave."""
        return Terms(hour=self.daily_hour, weekday=self.weekly_day)

    def address(self, name: str) -> Address:
        """Whom readers see as the sender."""
        return Address(display_name=name, addr_spec=self.sender)
