"""The bureau's own identity provider: as it is set up, and as the hub speaks to it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

#: Only there may a provider be without TLS: for trying out.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class OidcSettings(BaseModel):
    """The bureau's own identity provider (OpenID Connect)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(description="身份提供方地址 issuer，须为 https（本机测试可用 http）")
    client_id: str = Field(description="在身份提供方登记的 client_id")
    client_secret: str = Field(description="client_secret，写作 env:NAME 或 file:PATH")
    label: str = Field("单点登录", description="登录页按钮上的文字")
    claim: str = Field("preferred_username", description="与本系统账号名对应的声明")
    scopes: str = Field("openid profile", description="申请的范围，以空格分隔")

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (parts.scheme == "https" and parts.hostname) and not local:
            raise PydanticCustomError("issuer", "应以 https:// 开头")
        return value

    @field_validator("scopes")
    @classmethod
    def _openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise PydanticCustomError("scopes", "须包含 openid")
        return value

    @field_validator("client_secret")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.startswith(("env:", "file:")):
            raise PydanticCustomError("named", "应写作 env:NAME 或 file:PATH，不要直接写出")
        return value


@dataclass(frozen=True)
class Provider:
    """The same with its secret read."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    label: str
    claim: str
    scopes: str
